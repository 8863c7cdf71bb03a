/// The models that requests find at one moment: a value, so that a request which has it sees no change.
public struct LoadedModels: Sendable {
  public let catalog: ModelCatalog
  /// By name.
  let models: [String: LoadedModel]

  init(_ models: [LoadedModel], failed: [FailedModel] = [], defaultModel: String? = nil) {
    catalog = ModelCatalog(models.map(\.description), failed: failed, defaultModel: defaultModel)
    self.models = Dictionary(uniqueKeysWithValues: models.map { ($0.description.name, $0) })
  }

  /// Finds that there is what a translation asks for.
  public func check(_ options: TranslationOptions) throws(ModelSelectionError) { _ = try select(options) }

  /// The direction that a translation means, in the form that is judged where it is to be explained.
  ///
  /// - Throws: also where there is nothing that judges.
  func select(_ options: TranslationOptions) throws(ModelSelectionError) -> LoadedDirection {
    let direction = try select(model: options.model, direction: options.direction)
    guard options.explains else { return direction }
    guard let judged = direction.judged else { throw .noDiscriminators(direction.key) }
    return judged
  }

  /// The direction that a request means, as `ModelCatalog.select` tells.
  ///
  /// - Throws: also where the model was loaded without that direction.
  func select(model: String?, direction: String?) throws(ModelSelectionError) -> LoadedDirection {
    let (key, description) = try catalog.select(model: model, direction: direction)
    guard let loaded = models[key.model]?.directions.first(where: { $0.key == key }) else {
      throw .unknownDirection(
        key.direction, model: key.model, offered: description.directions.map(\.name))
    }
    return loaded
  }
}
