import Checkpoints

extension ModelArchitecture {
  /// "light generator", "antialiased generator".
  var kind: String { "\(variant) generator" }

  /// Its hyperparameters, for people.
  var details: String {
    let family =
      switch self {
      case .ugatit(let own): [own.normalization.rawValue] + (own.cam ? [] : ["no CAM"])
      case .resnet(let own):
        [own.normalization.rawValue] + (own.statistics.map { ["statistics of \($0.words)"] } ?? [])
          + ["\(own.padding.rawValue) padding"] + (own.dropout ? ["trained with dropout"] : [])
      }
    return (["\(baseChannels) base channels", "\(residualBlocks) blocks"] + family).joined(separator: ", ")
  }
}

extension ModelArchitecture.ResNet.Statistics {
  fileprivate var words: String {
    switch self {
    case .picture: "each picture"
    case .running: "training"
    }
  }
}
