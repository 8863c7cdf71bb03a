/// Why a queue did not run an item.
public enum BatchQueueError: Error, Equatable {
  /// As many items as it may hold are waiting.
  case full
  /// The queue is finishing what it has and takes nothing new.
  case draining
  /// The item's deadline passed before its batch was done.
  case deadlinePassed
}
