import HTTP

/// What a model gives, as the protocol names it.
enum ModelOutput: String, CaseIterable, Sendable {
  /// `[n, 3, H, W]`, in -1...1.
  case translated
  /// `[n, H/4, W/4]`, the class activation map as the network gives it.
  case heatmap
  /// `[n, 2]`: on average-pooled features, and on maximum-pooled ones.
  case camLogits = "cam_logits"
  /// `[n]`, a PNG each.  Only where it is asked for.
  case picture

  var datatype: TensorDatatype { self == .picture ? .bytes : .float32 }

  /// Of one image.
  func shape(_ model: ModelDescription) -> [Int] {
    switch self {
    case .translated: model.imageShape
    case .heatmap: model.heatmapShape
    case .camLogits: [2]
    case .picture: []
    }
  }

  /// What a model has, of which some have no class activation map.
  static func all(of model: ModelDescription) -> [ModelOutput] {
    model.hasHeatmap ? allCases : [.translated, .picture]
  }
}

/// An output that a client wants, and how.
struct WantedOutput: Equatable {
  let output: ModelOutput
  let isBinary: Bool

  /// What a client gets who names nothing: all but pictures.
  static func standard(_ offered: [ModelOutput], isBinary: Bool) -> [WantedOutput] {
    offered.filter { $0 != .picture }.map { WantedOutput(output: $0, isBinary: isBinary) }
  }

  /// What a request asks for, in its order; the standard outputs where it does not say.
  ///
  /// - Parameter offered: what the model has.
  /// - Throws: `Problem` 400 for a name that the model does not have, or that comes twice.
  static func all(
    of request: InferenceRequest, among offered: [ModelOutput]
  ) throws(Problem) -> [WantedOutput] {
    guard let outputs = request.outputs, !outputs.isEmpty else {
      return standard(offered, isBinary: request.isOutputBinary)
    }
    var wanted: [WantedOutput] = []
    for output in outputs {
      guard let known = offered.first(where: { $0.rawValue == output.name }) else {
        let names = offered.map(\.rawValue).joined(separator: ", ")
        throw Problem.inference(
          "The model has no output '\(output.name.prefix(64))'; it has \(names).")
      }
      guard !wanted.contains(where: { $0.output == known }) else {
        throw Problem.inference("The output '\(known.rawValue)' is asked for twice.")
      }
      let isBinary = output.isBinary ?? request.isOutputBinary
      guard isBinary || known.datatype != .bytes else {
        throw Problem.inference(
          "'picture' is a file, and JSON has no place for it: ask for it with 'binary_data'.")
      }
      wanted.append(WantedOutput(output: known, isBinary: isBinary))
    }
    return wanted
  }
}
