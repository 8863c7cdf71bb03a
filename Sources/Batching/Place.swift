import Synchronization

/// A place in a queue, held for an item that is still being made; it is given back when nobody refers to it any more.
public final class Place: Sendable {
  private let isHeld = Atomic(true)
  private let release: @Sendable () -> Void

  init(release: @escaping @Sendable () -> Void) { self.release = release }

  deinit { if take() { release() } }

  /// - Returns: false where the place has been used before.
  func take() -> Bool { isHeld.exchange(false, ordering: .relaxed) }
}
