import Batching

/// A part of an image's way from the header of its request to the answer, in the order in which they come.  The raw value
/// is a metric's label.
enum Stage: String, CaseIterable, Sendable {
  /// Until the picture's file is there: the arrival of the body, and opening the form, document or coding it comes in.
  case read
  /// Waiting for memory and for a thread, to be decoded and to be encoded.
  case queue
  /// Decoding, and fitting into the model's size.
  case decode
  /// Waiting for a batch.
  case batchWait = "batch_wait"
  /// The batch's time in the network.
  case inference
  /// Drawing the answer and encoding it.
  case encode
}

/// Is told where the time of an image goes, while it goes: what becomes of an image that is given up is known so far.
struct StageWatch: Sendable {
  private let tell: @Sendable (Stage, Duration) -> Void

  /// For who does not ask.
  static let none = StageWatch { _, _ in }

  init(_ tell: @escaping @Sendable (Stage, Duration) -> Void) { self.tell = tell }

  func spent(_ duration: Duration, in stage: Stage) { tell(stage, duration) }

  /// What a picture took on a thread of its pipeline.
  func spent(_ work: TimedValue<some Sendable>, in stage: Stage) {
    tell(.queue, work.waited)
    tell(stage, work.ran)
  }

  func spent(_ batched: BatchedOutput<some Sendable>) {
    tell(.batchWait, batched.waited)
    tell(.inference, batched.ran)
  }
}
