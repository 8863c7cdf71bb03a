import Batching

/// What clients are told of the time that a picture took.
struct AnswerTimes: Sendable {
  /// Every wait: for memory, for a thread, for a batch.
  let queue: Duration
  let preprocess: Duration
  let inference: Duration
  let encode: Duration

  /// - Parameter drawn: what was drawn and encoded in the end.
  init(_ passage: Passage.Times, _ drawn: TimedValue<some Sendable>) {
    queue = passage.queue + drawn.waited
    preprocess = passage.preprocess
    inference = passage.inference
    encode = drawn.ran
  }

  /// What clients know them by, in milliseconds.
  var milliseconds: [(name: String, value: Double)] {
    [("queue", queue), ("preprocess", preprocess), ("inference", inference), ("encode", encode)].map {
      ($0, $1.milliseconds)
    }
  }

  /// The value of the field `Server-Timing`.
  var field: String { milliseconds.map { "\($0);dur=\($1)" }.joined(separator: ", ") }
}
