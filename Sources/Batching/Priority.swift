/// Who goes first where several wait.
public enum Priority: Int, CaseIterable, Sendable {
  /// What somebody waits for.
  case first
  /// What has time, and lets others pass.
  case second

  /// For how long it lets those of the first priority pass that come after it.
  var patience: Duration {
    switch self {
    case .first: .zero
    case .second: .seconds(5)
    }
  }
}
