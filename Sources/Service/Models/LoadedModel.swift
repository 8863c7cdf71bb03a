/// One version of a model, with the directions that were loaded of it.
public final class LoadedModel: Sendable {
  public let description: ModelDescription
  /// In the order of the description.
  public let directions: [LoadedDirection]

  init(description: ModelDescription, directions: [LoadedDirection]) {
    self.description = description
    self.directions = directions
  }
}
