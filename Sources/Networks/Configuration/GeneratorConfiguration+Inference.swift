import Tensors

extension GeneratorConfiguration {
  /// Names by which a generator is told among other networks; each is enough.
  public static let marks = ["DownBlock.1.weight", "DownBlock.5.weight"]

  /// Reads a generator's shape off the shapes of its weights, and finds that the file has nothing else that would
  /// change its picture.
  ///
  /// - Parameters:
  ///   - network: by public name without `genA2B.`.
  ///   - imageSize: side of a light generator's image, which its shapes do not tell; nil for 256.  A full one's
  ///     follows from `FC.0.weight`, and a different number here is refused.
  /// - Throws: `TensorSourceError` naming the first tensor that does not fit.
  public static func inferred(
    from network: StoredNetwork, imageSize: Int?
  ) throws(TensorSourceError) -> GeneratorConfiguration {
    let first = try network.shape("DownBlock.1.weight")
    // The range also keeps the products below from overflowing, whatever a checkpoint claims.
    guard first.count == 4, first[1...] == [3, 7, 7], baseChannelRange.contains(first[0]) else {
      throw TensorSourceError(
        "DownBlock.1.weight has shape \(first); a U-GAT-IT generator's is [ngf, 3, 7, 7], ngf from "
          + "\(baseChannelRange.lowerBound) to \(baseChannelRange.upperBound)")
    }
    let channels = first[0]
    var blocks = 0
    while network.weights["DownBlock.\(12 + blocks).conv_block.1.weight"] != nil { blocks += 1 }
    let fc = try network.shape("FC.0.weight")
    guard fc.count == 2, fc[0] == 4 * channels else {
      throw TensorSourceError("FC.0.weight has shape \(fc); expected [\(4 * channels), inputs]")
    }
    let configuration: GeneratorConfiguration
    if fc[1] == 4 * channels {
      let side = imageSize ?? 256
      configuration = try GeneratorConfiguration(
        variant: .light, baseChannels: channels, residualBlocks: blocks, imageHeight: side, imageWidth: side)
    } else {
      let side = try fullImageSize(inputs: fc[1], features: 4 * channels, confirmed: imageSize)
      if let imageSize, imageSize != side {
        throw TensorSourceError(
          "this full generator was made for \(side)×\(side) images; leave out the size \(imageSize)")
      }
      configuration = try GeneratorConfiguration(
        variant: .full, baseChannels: channels, residualBlocks: blocks, imageHeight: side, imageWidth: side)
    }
    try configuration.check(network)
    return configuration
  }

  /// The same for tensors that can all be read.
  public static func inferred(
    from tensors: [String: TensorDescription], imageSize: Int?
  ) throws(TensorSourceError) -> GeneratorConfiguration {
    try inferred(from: StoredNetwork(weights: tensors), imageSize: imageSize)
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
