import ArgumentParser
import Checkpoints
import FoundationEssentials
import Networks
import Service

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print what a checkpoint or a model directory holds.",
    discussion: """
      Of a checkpoint: its networks, wherever they lie, what an import would drop or ignore, what in it is no tensor, \
      and every tensor. A model directory is checked whole.
      """)

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
      let network = try Generator(model.configuration).network
      try network.check(weights.tensors)
      try network.checkConstants(in: weights)
      for kind in (model.configuration.discriminators[direction] ?? [:]).keys {
        let weights = try model.open(discriminator: kind, of: direction)
        _ = try UGATITDiscriminator(model.configuration, kind, of: direction, weights.tensors)
      }
    }
    if json { return try printJSON(model.configuration) }
    let facts = model.configuration
    print(
      "\(path): \(facts.architecture.name.rawValue), \(facts.architecture.variant), "
        + "\(facts.imageWidth) x \(facts.imageHeight), \(facts.architecture.details)")
    print("  A: \(facts.domains.a)  B: \(facts.domains.b)")
    for (direction, weights) in facts.directions.sorted(by: { $0.key < $1.key }) {
      print(
        "  \(direction): \(weights.file), \(weights.precision.rawValue), SHA-256 \(weights.sha256) (checked)")
      let judges = facts.discriminators[direction] ?? [:]
      for (kind, judge) in judges.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        print(
          "    judged by \(kind.rawValue): \(judge.weights.file), SHA-256 \(judge.weights.sha256) (checked)")
      }
    }
    print("  Licence: \(facts.licence)")
  }

  private func inspectCheckpoint() throws {
    let report = try CheckpointReport(GeneratorFile(path: path))
    if json { return try printJSON(report) }
    print("\(path): \(report.summary.format.rawValue), \(report.summary.tensors.count) tensors")
    for part in report.summary.parts {
      let types = part.types.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(
        separator: ", ")
      print(
        "\(part.name.isEmpty ? "(top)" : part.name): \(part.parameters) parameters, "
          + "\(part.bytes) bytes, \(types)")
    }
    for (name, facts) in report.generators.sorted(by: { $0.key < $1.key }) {
      print("\(name): \(facts.sentence)")
      for line in facts.harmless.lines { print("  \(line)") }
    }
    for (place, facts) in report.discriminators.sorted(by: { $0.key < $1.key }) {
      print("\(place.isEmpty ? "(top)" : place): \(facts.sentence)")
    }
    for line in report.lines { print(line) }
    for tensor in report.summary.tensors {
      let shape = tensor.shape.map(String.init).joined(separator: " x ")
      print("  \(tensor.name)  \(tensor.type.rawValue)  \(shape.isEmpty ? "scalar" : shape)")
    }
  }
}
