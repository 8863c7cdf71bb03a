import Tensors

extension UGATITGenerator {
  /// Names by which a generator is told among other networks; each is enough.
  public static let marks = ["DownBlock.1.weight", "DownBlock.5.weight"]

  /// Reads a generator's shape off the shapes of its weights, and finds that the file has nothing else that would
  /// change its picture.
  ///
  /// - Parameters:
  ///   - stored: by public name without `genA2B.`.
  ///   - imageSize: side of a light generator's image, which its shapes do not tell; nil for 256.  A full one's
  ///     follows from `FC.0.weight`, and a different number here is refused.
  ///   - normalization: of the decoder, which must be said where the shapes do not tell; one that contradicts them is
  ///     refused.
  /// - Throws: `TensorSourceError` naming the first tensor that does not fit.
  public static func inferred(
    from stored: StoredNetwork, imageSize: Int?, normalization: DecoderNormalization? = nil
  ) throws(TensorSourceError) -> UGATITGenerator {
    let first = try stored.shape("DownBlock.1.weight")
    // The range also keeps the products below from overflowing, whatever a checkpoint claims.
    guard first.count == 4, first[1...] == [3, 7, 7], baseChannelRange.contains(first[0]) else {
      throw TensorSourceError(
        "DownBlock.1.weight has shape \(first); a U-GAT-IT generator's is [ngf, 3, 7, 7], ngf from "
          + "\(baseChannelRange.lowerBound) to \(baseChannelRange.upperBound)")
    }
    let channels = first[0]
    let blocks = try residualBlocks(of: stored)
    let normalization = try self.normalization(of: stored, said: normalization)
    let cam = attentionNames.contains(where: stored.has)
    func generator(_ variant: Variant, side: Int) throws(TensorSourceError) -> UGATITGenerator {
      let generator = try UGATITGenerator(
        variant: variant, baseChannels: channels, residualBlocks: blocks, normalization: normalization,
        cam: cam, imageHeight: side, imageWidth: side)
      try generator.network.check(stored)
      return generator
    }
    guard normalization.isAdaptive else { return try generator(.light, side: imageSize ?? 256) }
    let fc = try stored.shape("FC.0.weight")
    guard fc.count == 2, fc[0] == 4 * channels else {
      throw TensorSourceError("FC.0.weight has shape \(fc); expected [\(4 * channels), inputs]")
    }
    if fc[1] == 4 * channels { return try generator(.light, side: imageSize ?? 256) }
    let side = try fullImageSize(inputs: fc[1], features: 4 * channels, confirmed: imageSize)
    if let imageSize, imageSize != side {
      throw TensorSourceError(
        "this full generator was made for \(side)×\(side) images; leave out the size \(imageSize)")
    }
    return try generator(.full, side: side)
  }

  /// The same for tensors that can all be read.
  public static func inferred(
    from tensors: [String: TensorDescription], imageSize: Int?, normalization: DecoderNormalization? = nil
  ) throws(TensorSourceError) -> UGATITGenerator {
    try inferred(
      from: StoredNetwork(weights: tensors), imageSize: imageSize, normalization: normalization)
  }

  /// What only a generator with a class activation map has: one that lacks all of these is taken for one without, one
  /// that lacks some for an incomplete one.
  private static let attentionNames = ["gap_fc.weight", "gmp_fc.weight", "conv1x1.weight", "conv1x1.bias"]

  /// What the decoder is normalised by.  Three of the ablations have the same tensors.
  private static func normalization(
    of stored: StoredNetwork, said: DecoderNormalization?
  ) throws(TensorSourceError) -> DecoderNormalization {
    let block = "UpBlock1_1.norm1"
    let candidates: [DecoderNormalization] =
      if stored.has("\(block).gamma") {
        [.instance, .layer, .group]
      } else if stored.has("gamma.weight") && !stored.has("\(block).rho") && !stored.has("UpBlock2.3.rho") {
        [.adain]
      } else {
        [.adalin]
      }
    if let said, !candidates.contains(said) {
      let found = candidates.map(\.rawValue).joined(separator: ", ")
      throw TensorSourceError(
        "the decoder's weights are those of \(found), not of \(said.rawValue): leave out or change --normalization"
      )
    }
    guard let normalization = said ?? (candidates.count == 1 ? candidates[0] : nil) else {
      throw TensorSourceError(
        "the decoder is normalised by in, ln or gn, which have the same weights: say which it was trained with, "
          + "--normalization in, ln or gn")
    }
    return normalization
  }

  /// Those of the encoder, which the decoder must not have more of.
  private static func residualBlocks(of stored: StoredNetwork) throws(TensorSourceError) -> Int {
    var blocks = 0
    while stored.weights["DownBlock.\(12 + blocks).conv_block.1.weight"] != nil { blocks += 1 }
    let surplus = "UpBlock1_\(blocks + 1)."
    if let name = stored.weights.keys.filter({ $0.hasPrefix(surplus) }).min() {
      throw .unexpected(
        name, "belongs to residual block \(blocks + 1) of the decoder, though the encoder has \(blocks)")
    }
    return blocks
  }

  /// A full generator's layer has as many inputs a channel as its activations have pixels.  So has a fork's light
  /// generator that pools to a few pixels instead of one, which is another network: where the number could mean both,
  /// the user has to say the image size.
  private static func fullImageSize(
    inputs: Int, features: Int, confirmed: Int?
  ) throws(TensorSourceError) -> Int {
    let pixels = inputs / features
    let side = Int(Double(max(pixels, 0)).squareRoot().rounded())
    guard pixels > 0, pixels * features == inputs, side * side == pixels else {
      throw TensorSourceError(
        "FC.0.weight has \(inputs) inputs; a light generator has \(features), a full one \(features) × a square"
      )
    }
    let pooled = "a light generator that pools to \(side)×\(side) pixels instead of one"
    guard 4 * side >= 32 else {
      throw TensorSourceError(
        "FC.0.weight has \(pixels) inputs a channel: this is \(pooled), which is not served")
    }
    guard ![8, 16].contains(side) || confirmed != nil else {
      throw TensorSourceError(
        "FC.0.weight has \(pixels) inputs a channel: this is \(pooled), which is not served, or a full one for "
          + "\(4 * side)×\(4 * side) images, for which --image-size \(4 * side) has to be said")
    }
    return 4 * side
  }
}
