/// Where an image's way through a network ends.
public enum Goal: Sendable, Hashable {
  /// At the image, with the class activation map on the way where the network has one.
  case image
  /// At the class activation map: what comes after it is left out.
  case attention
}

extension Network {
  /// Whether there is a class activation map.
  public var hasAttention: Bool { stepCount(to: .attention) != nil }

  /// How many of its steps lead to a goal; nil where it has no such thing.
  func stepCount(to goal: Goal) -> Int? {
    switch goal {
    case .image: steps.count
    case .attention: steps.firstIndex { if case .attend = $0 { true } else { false } }.map { $0 + 1 }
    }
  }
}
