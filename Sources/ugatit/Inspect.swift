import ArgumentParser
import Checkpoints
import FoundationEssentials
import Networks
import Service

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print what a checkpoint or a model directory holds.")

  @Argument(help: "A checkpoint or a model directory.")
  var path: String

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    var isDirectory = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw Failure(.noInput, "\(path): there is no such file or directory")
    }
    if isDirectory {
      try inspectModel()
    } else {
      try inspectCheckpoint()
    }
  }

  private func inspectModel() throws {
    let model = try ModelDirectory(path: path)
    for direction in model.configuration.directions.keys.sorted() {
      // Digest, types, finiteness; then names and shapes.
      let weights = try model.open(direction: direction)
      try GeneratorConfiguration(model.configuration).check(weights.tensors)
    }
    if json { return try printJSON(model.configuration) }
    let facts = model.configuration
    print(
      "\(path): U-GAT-IT, \(facts.variant.rawValue), \(facts.imageWidth) x \(facts.imageHeight), "
        + "\(facts.baseChannels) base channels, \(facts.residualBlocks) blocks")
    print("  A: \(facts.domains.a)  B: \(facts.domains.b)")
    for (direction, weights) in facts.directions.sorted(by: { $0.key < $1.key }) {
      print(
        "  \(direction): \(weights.file), \(weights.precision.rawValue), SHA-256 \(weights.sha256) (checked)")
    }
    print("  Licence: \(facts.licence)")
  }

  private func inspectCheckpoint() throws {
    let file = try openCheckpoint(path: path)
    let report = CheckpointReport(file)
    if json { return try printJSON(report) }
    print("\(path): \(report.summary.format.rawValue), \(report.summary.tensors.count) tensors")
    for part in report.summary.parts {
      let types = part.types.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(
        separator: ", ")
      print(
        "\(part.name.isEmpty ? "(top)" : part.name): \(part.parameters) parameters, "
          + "\(part.bytes) bytes, \(types)")
    }
    for (direction, facts) in report.generators.sorted(by: { $0.key < $1.key }) {
      print("\(direction): \(facts.sentence)")
    }
    for tensor in report.summary.tensors {
      let shape = tensor.shape.map(String.init).joined(separator: " x ")
      print("  \(tensor.name)  \(tensor.type.rawValue)  \(shape.isEmpty ? "scalar" : shape)")
    }
  }
}

/// A checkpoint's tensors, and what its generators are.
private struct CheckpointReport: Encodable {
  struct GeneratorFacts: Encodable {
    var variant: String?
    var baseChannels: Int?
    var residualBlocks: Int?
    /// Only of a full generator; a light one's shapes do not tell.
    var imageSize: Int?
    /// Why it cannot be used.
    var problem: String?

    private enum CodingKeys: String, CodingKey {
      case variant, problem
      case baseChannels = "base_channels"
      case residualBlocks = "residual_blocks"
      case imageSize = "image_size"
    }

    init(_ tensors: PrefixedTensors) {
      do {
        let shape = try GeneratorConfiguration.inferred(from: tensors.tensors, imageSize: nil)
        variant = shape.variant.rawValue
        baseChannels = shape.baseChannels
        residualBlocks = shape.residualBlocks
        imageSize = shape.variant == .full ? shape.imageWidth : nil
      } catch {
        problem = error.description
      }
    }

    var sentence: String {
      if let problem { return "cannot be used: \(problem)" }
      let size = imageSize.map { "\($0) x \($0) pixels" } ?? "image size not told by its shapes"
      return
        "\(variant ?? "") generator, \(baseChannels ?? 0) base channels, \(residualBlocks ?? 0) blocks, \(size)"
    }
  }

  let summary: CheckpointSummary
  /// By direction.
  let generators: [String: GeneratorFacts]

  init(_ file: any CheckpointFile) {
    summary = CheckpointSummary(file)
    let parts = try? NetworkParts(file)
    var generators: [String: GeneratorFacts] = [:]
    for direction in ModelConfiguration.directionNames {
      generators[direction] = parts?.generator(direction: direction).map(GeneratorFacts.init)
    }
    self.generators = generators
  }

  private enum CodingKeys: String, CodingKey { case generators }

  func encode(to encoder: any Encoder) throws {
    try summary.encode(to: encoder)
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(generators, forKey: .generators)
  }
}
