import Checkpoints
import Networks

// A model's file and the networks spell their hyperparameters alike, each in types of its own: files know no networks,
// and networks no files.

extension Generator {
  /// The generator that a `config.json` tells.
  /// - Throws: `TensorSourceError` for a shape that there is no plan for.
  public init(_ configuration: ModelConfiguration) throws {
    let (height, width) = (configuration.imageHeight, configuration.imageWidth)
    switch configuration.architecture {
    case .ugatit(let own):
      self = .ugatit(
        try UGATITGenerator(
          variant: same(own.variant), baseChannels: own.baseChannels, residualBlocks: own.residualBlocks,
          normalization: same(own.normalization), cam: own.cam, imageHeight: height, imageWidth: width))
    case .resnet(let own):
      self = .resnet(
        try ResNetGenerator(
          baseChannels: own.baseChannels, residualBlocks: own.residualBlocks,
          antialiasing: same(own.antialias),
          normalization: own.statistics.map { .batch(same($0)) } ?? .instance, padding: same(own.padding),
          hasDropout: own.dropout, imageHeight: height, imageWidth: width))
    }
  }

  /// What a `config.json` says of it.
  public var architecture: ModelArchitecture {
    switch self {
    case .ugatit(let own):
      return .ugatit(
        .init(
          variant: same(own.variant), baseChannels: own.baseChannels, residualBlocks: own.residualBlocks,
          normalization: same(own.normalization), cam: own.cam))
    case .resnet(let own):
      let statistics: ModelArchitecture.ResNet.Statistics? =
        if case .batch(let statistics) = own.normalization { same(statistics) } else { nil }
      return .resnet(
        .init(
          baseChannels: own.baseChannels, residualBlocks: own.residualBlocks,
          antialias: same(own.antialiasing), normalization: statistics == nil ? .instance : .batch,
          statistics: statistics, padding: same(own.padding), dropout: own.hasDropout))
    }
  }
}

/// The case of another type that is spelled the same.
private func same<A: RawRepresentable<String>, B: RawRepresentable<String>>(_ value: A) -> B {
  guard let other = B(rawValue: value.rawValue) else {
    preconditionFailure("\(B.self) has no \(value.rawValue), which \(A.self) has")
  }
  return other
}
