import Kernels
import Tensors

extension ResNetGenerator {
  /// Names by which a generator is told among other networks; each is enough.
  public static let marks = places.map(\.mark)

  /// Where the first residual block may lie, and its first convolution in it.
  private struct Place {
    /// Behind convolutions of stride 2, or behind blurs.
    let block: Int
    /// Behind a layer that pads, or first where zeros are.
    let convolution: Int

    var mark: String { "model.\(block).conv_block.\(convolution).weight" }
  }

  /// Zeros first: a `BatchNorm2d` has a weight where the others have their convolution.
  private static let places = [10, 12].flatMap { block in
    [0, 1].map { Place(block: block, convolution: $0) }
  }

  /// Reads a generator's shape off the names and shapes of its weights, and finds that the file has nothing else that
  /// would change its picture.
  ///
  /// - Parameters:
  ///   - stored: by public name without the network's own (`G_A.`).
  ///   - imageSize: side of the images that it was trained on, which its weights do not tell; nil for 256.
  ///   - padding: of the residual blocks.  Zeros are told by the names, the two others are not: nil for `reflect`.
  ///   - statistics: of its `BatchNorm2d`; nil for `picture`.
  /// - Throws: `TensorSourceError` naming the first tensor that does not fit, or what was said and is not so.
  public static func inferred(
    from stored: StoredNetwork, imageSize: Int? = nil, padding: Padding? = nil,
    statistics: BatchStatistics? = nil
  ) throws(TensorSourceError) -> ResNetGenerator {
    let channels = try baseChannels(of: stored)
    guard let place = places.first(where: { stored.has($0.mark) }) else {
      throw TensorSourceError("no tensor \(places[1].mark): not \(title), or an incomplete one")
    }
    func name(_ block: Int, _ convolution: Int) -> String {
      "model.\(place.block + block).conv_block.\(convolution).weight"
    }
    var blocks = 1
    while stored.has(name(blocks, place.convolution)) { blocks += 1 }
    let second = 2 * place.convolution + 3
    let generator = try ResNetGenerator(
      baseChannels: channels, residualBlocks: blocks,
      antialiasing: Antialiasing(
        down: place.block == 12, up: stored.has("model.\(place.block + blocks).filt")),
      normalization: try normalization(of: stored, said: statistics),
      padding: try self.padding(isZero: place.convolution == 0, said: padding),
      hasDropout: !stored.has(name(0, second)) && stored.has(name(0, second + 1)),
      imageHeight: imageSize ?? 256, imageWidth: imageSize ?? 256)
    try generator.network.check(stored)
    return generator
  }

  private static func baseChannels(of stored: StoredNetwork) throws(TensorSourceError) -> Int {
    let first = try stored.shape("model.1.weight", of: title)
    // The range also keeps products from overflowing, whatever a checkpoint claims.
    guard first.count == 4, first[2...] == [7, 7], baseChannelRange.contains(first[0]) else {
      throw TensorSourceError(
        "model.1.weight has shape \(first); that of \(title) is [ngf, 3, 7, 7], ngf from "
          + "\(baseChannelRange.lowerBound) to \(baseChannelRange.upperBound)")
    }
    guard first[1] == 3 else {
      throw TensorSourceError(
        "model.1.weight has shape \(first): it reads pictures of \(first[1]) "
          + "channel\(first[1] == 1 ? "" : "s"); those that are served read and draw RGB, three")
    }
    return first[0]
  }

  private static func normalization(
    of stored: StoredNetwork, said: BatchStatistics?
  ) throws(TensorSourceError) -> Normalization {
    if stored.has("model.2.weight") { return .batch(said ?? .picture) }
    guard said == nil else {
      throw TensorSourceError(
        "it normalises each picture by its own statistics, having no BatchNorm: leave out --statistics")
    }
    return .instance
  }

  private static func padding(isZero: Bool, said: Padding?) throws(TensorSourceError) -> Padding {
    guard let said else { return isZero ? .zero : .reflect }
    guard (said == .zero) == isZero else {
      throw TensorSourceError(
        isZero
          ? "its residual blocks pad with zeros, as their names tell: leave out --padding \(said.rawValue)"
          : "its residual blocks pad by reflecting or repeating the border, as their names tell, not with zeros: "
            + "--padding reflect or replicate")
    }
    return said
  }
}
