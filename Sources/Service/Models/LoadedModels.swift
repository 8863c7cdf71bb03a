import Networks

/// Models that are in memory and warm.
public struct LoadedModels: Sendable {
  public let catalog: ModelCatalog
  /// Runs a batch: inputs of shape 3 x height x width in -1...1, planar.  It has the cores to itself, so it is
  /// called by one thread at a time.
  public let run: @Sendable (ModelKey, [[Float]]) throws -> [NetworkOutput]

  public init(
    catalog: ModelCatalog, run: @escaping @Sendable (ModelKey, [[Float]]) throws -> [NetworkOutput]
  ) {
    self.catalog = catalog
    self.run = run
  }
}
