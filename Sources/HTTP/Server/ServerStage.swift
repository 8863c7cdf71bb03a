import Synchronization

/// How far a server has come on its way down.
enum ServerStage: UInt8, Comparable, AtomicRepresentable {
  case serving
  /// It takes new connections still, but each answer is its connection's last.
  case draining
  /// It takes no more: what has begun is finished, what idles ends.
  case ending

  static func < (a: ServerStage, b: ServerStage) -> Bool { a.rawValue < b.rawValue }
}
