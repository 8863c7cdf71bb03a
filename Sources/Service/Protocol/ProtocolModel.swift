import HTTP

/// A model as the protocol has it, with one direction: `NAME.A2B`, `NAME.B2A`, and `NAME` for the first of them.
struct ProtocolModel {
  let name: String
  let direction: LoadedDirection

  var model: ModelDescription { direction.model }

  /// Every name that there is.
  static func all(of models: LoadedModels) -> [ProtocolModel] {
    models.catalog.models.flatMap { model in
      let directions = models.models[model.name]?.directions ?? []
      let first = directions.prefix(1).map { ProtocolModel(name: model.name, direction: $0) }
      return first
        + directions.map { ProtocolModel(name: "\(model.name).\($0.key.direction)", direction: $0) }
    }
  }

  /// The one that a path names.
  ///
  /// - Throws: `Problem` 404 where there is none, 503 where it could not be loaded.
  static func find(_ name: String, version: String?, in models: LoadedModels) throws(Problem) -> ProtocolModel
  {
    guard let found = all(of: models).first(where: { $0.name == name }) else {
      let failed = models.catalog.failed.first { $0.name == name || name.hasPrefix("\($0.name).") }
      if let failed { throw .failedModel(failed) }
      let offered = all(of: models).map(\.name).joined(separator: ", ")
      throw Problem(
        .notFound, title: "There is no such model",
        detail: "Request for unknown model: '\(name.prefix(64))' is not found; "
          + (offered.isEmpty ? "there is none." : "there is \(offered)."))
    }
    guard version == nil || version == found.model.version else {
      throw Problem(
        .notFound, title: "There is no such version of the model",
        detail:
          "Request for unknown model: '\(name.prefix(64))' version \((version ?? "").prefix(64)) is not found; "
          + "there is version \(found.model.version).")
    }
    return found
  }
}
