import Tensors

/// A generator of one of the families that are served.
public enum Generator: Sendable, Hashable {
  case ugatit(UGATITGenerator)
  case resnet(ResNetGenerator)

  public var network: Network {
    switch self {
    case .ugatit(let generator): generator.network
    case .resnet(let generator): generator.network
    }
  }

  /// Names by which a generator is told among other networks; each is enough.
  public static let marks = UGATITGenerator.marks + ResNetGenerator.marks

  /// What a person says of a network, because its weights may not.
  public struct Told: Sendable {
    public var imageSize: Int?
    public var normalization: UGATITGenerator.DecoderNormalization?
    public var padding: ResNetGenerator.Padding?
    public var statistics: BatchStatistics?

    public init() {}
  }

  /// Tells by names and shapes which generator a file has, and finds that it has nothing else that would change its
  /// picture.
  /// - Throws: `TensorSourceError` naming the first tensor that does not fit, or what was said and is not so.
  public static func inferred(from stored: StoredNetwork, _ told: Told) throws(TensorSourceError) -> Generator
  {
    if UGATITGenerator.marks.contains(where: stored.has) {
      guard told.padding == nil, told.statistics == nil else {
        throw TensorSourceError(
          "this is \(UGATITGenerator.title), whose weights tell its padding and statistics: leave out --padding and "
            + "--statistics, which are for ResNet generators")
      }
      return .ugatit(
        try UGATITGenerator.inferred(
          from: stored, imageSize: told.imageSize, normalization: told.normalization))
    }
    guard told.normalization == nil else {
      throw TensorSourceError(
        "this is \(ResNetGenerator.title), whose weights tell its normalisation: leave out --normalization, which is for "
          + "U-GAT-IT's decoder")
    }
    return .resnet(
      try ResNetGenerator.inferred(
        from: stored, imageSize: told.imageSize, padding: told.padding, statistics: told.statistics))
  }
}
