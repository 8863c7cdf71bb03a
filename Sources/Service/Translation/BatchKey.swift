import Networks

/// What the images of a batch have in common.
public struct BatchKey: Sendable, Hashable {
  let direction: LoadedDirection
  let goal: Goal
  /// Nil for the model's own.
  let size: ImageSize?
}
