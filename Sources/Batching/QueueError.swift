/// Why something that was to wait for its turn did not get it.
public enum QueueError: Error, Equatable {
  /// As many wait as may.
  case full
  /// What is there is being finished, and nothing new is taken.
  case draining
  /// The deadline passed first.
  case deadlinePassed
}
