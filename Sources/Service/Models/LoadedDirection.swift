import Networks

/// One direction of one version of a model, in memory and warm.
///
/// Whoever has it, a request or a batch, keeps its weights, whatever becomes of the model meanwhile; they go with the
/// last reference.
public final class LoadedDirection: Sendable {
  public let key: ModelKey
  public let model: ModelDescription
  /// Takes a batch to its goal: inputs of shape 3 x height x width in -1...1, planar, of the model's size unless another
  /// is given.  It has the cores to itself, so it is called
  /// by one thread at a time.
  let run: @Sendable (Goal, ImageSize?, [[Float]]) throws -> [NetworkOutput]
  /// Finds that it can be run on images of a size.
  let check: @Sendable (ImageSize) throws(ImageSizeError) -> Void
  let statistics: InferenceStatistics
  /// The same with what its discriminators say of each picture, for those who ask; nil where it has none.
  let judged: LoadedDirection?

  init(
    key: ModelKey, model: ModelDescription, judged: LoadedDirection? = nil,
    run: @escaping @Sendable (Goal, ImageSize?, [[Float]]) throws -> [NetworkOutput],
    check: @escaping @Sendable (ImageSize) throws(ImageSizeError) -> Void
  ) {
    self.key = key
    self.model = model
    self.judged = judged
    self.run = run
    self.check = check
    statistics = judged?.statistics ?? InferenceStatistics()
  }
}

extension LoadedDirection: Hashable {
  /// Another version is another one, and so is the same version when it was loaded again.
  public static func == (a: LoadedDirection, b: LoadedDirection) -> Bool { a === b }

  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
