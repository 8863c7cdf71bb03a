import Tensors

extension GeneratorConfiguration {
  /// Reads a generator's shape off the shapes of its weights.
  ///
  /// - Parameters:
  ///   - tensors: by public name without `genA2B.`.
  ///   - imageSize: side of a light generator's image, which its shapes do not tell; nil for 256.  A full one's
  ///     follows from `FC.0.weight`, and a different number here is refused.
  /// - Throws: `TensorSourceError` naming the first tensor that does not fit.
  public static func inferred(
    from tensors: [String: TensorDescription], imageSize: Int?
  ) throws(TensorSourceError) -> GeneratorConfiguration {
    let first = try shape("DownBlock.1.weight", in: tensors)
    // The range also keeps the products below from overflowing, whatever a checkpoint claims.
    guard first.count == 4, first[1...] == [3, 7, 7], baseChannelRange.contains(first[0]) else {
      throw TensorSourceError(
        "DownBlock.1.weight has shape \(first); a U-GAT-IT generator's is [ngf, 3, 7, 7], ngf from "
          + "\(baseChannelRange.lowerBound) to \(baseChannelRange.upperBound)")
    }
    let channels = first[0]
    var blocks = 0
    while tensors["DownBlock.\(12 + blocks).conv_block.1.weight"] != nil { blocks += 1 }
    let fc = try shape("FC.0.weight", in: tensors)
    guard fc.count == 2, fc[0] == 4 * channels else {
      throw TensorSourceError("FC.0.weight has shape \(fc); expected [\(4 * channels), inputs]")
    }
    let configuration: GeneratorConfiguration
    if fc[1] == 4 * channels {
      let side = imageSize ?? 256
      configuration = try GeneratorConfiguration(
        variant: .light, baseChannels: channels, residualBlocks: blocks, imageHeight: side, imageWidth: side)
    } else {
      let side = try fullImageSize(inputs: fc[1], features: 4 * channels)
      if let imageSize, imageSize != side {
        throw TensorSourceError(
          "this full generator was made for \(side)×\(side) images; leave out the size \(imageSize)")
      }
      configuration = try GeneratorConfiguration(
        variant: .full, baseChannels: channels, residualBlocks: blocks, imageHeight: side, imageWidth: side)
    }
    try configuration.check(tensors)
    return configuration
  }

  /// - Throws: `TensorSourceError` naming the first weight that is missing or has another shape.
  public func check(_ tensors: [String: TensorDescription]) throws(TensorSourceError) {
    for parameter in parameters {
      let found = try Self.shape(parameter.name, in: tensors)
      guard found == parameter.shape else {
        throw TensorSourceError("\(parameter.name) has shape \(found); expected \(parameter.shape)")
      }
    }
  }

  private static func shape(
    _ name: String, in tensors: [String: TensorDescription]
  ) throws(TensorSourceError) -> [Int] {
    guard let tensor = tensors[name] else {
      throw TensorSourceError("no tensor \(name): not a U-GAT-IT generator, or an incomplete one")
    }
    return tensor.shape
  }

  private static func fullImageSize(inputs: Int, features: Int) throws(TensorSourceError) -> Int {
    let pixels = inputs / features
    let side = Int(Double(max(pixels, 0)).squareRoot().rounded())
    guard pixels > 0, pixels * features == inputs, side * side == pixels else {
      throw TensorSourceError(
        "FC.0.weight has \(inputs) inputs; a light generator has \(features), a full one \(features) × a square"
      )
    }
    return 4 * side
  }
}
