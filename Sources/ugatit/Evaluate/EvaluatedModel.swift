import Checkpoints
import Images
import Kernels
import Networks
import Service

/// All networks of a model, to be run on whole sets of images.
struct EvaluatedModel {
  /// In the order of their names.
  let directions: [EvaluatedDirection]
  let width: Int
  let height: Int
  /// How pictures become those that the network takes, and its numbers pictures.
  let filter: ResamplingFilter
  let quantization: Quantization

  /// - Throws: `ModelSelectionError` where there is no such model, or what is wrong with it.
  init(_ name: String, in models: String, precision: ComputePrecision, threads: Int) throws {
    let entries = try ModelFolder(models).entries
    guard let entry = entries.first(where: { $0.name == name }) else {
      throw ModelSelectionError.unknownModel(name, offered: entries.map(\.name))
    }
    let directory = try ModelDirectory(path: entry.path)
    let model = ModelDescription(
      name: name, configuration: directory.configuration, precision: precision.rawValue)
    let engine = Engine(threads: threads)
    directions = try model.directions.map { direction in
      let generator = try PackedNetwork(
        weights: directory.open(direction: direction.name),
        network: Generator(directory.configuration).network,
        precision: precision, threads: threads)
      var evaluated = EvaluatedDirection(name: direction.name, generator: { try engine.run(generator, $0) })
      for kind in ModelConfiguration.DiscriminatorKind.allCases
      where direction.discriminators.contains(kind.rawValue) {
        let weights = try directory.open(discriminator: kind, of: direction.name)
        let shape = try UGATITDiscriminator(
          directory.configuration, kind, of: direction.name, weights.tensors)
        let discriminator = try PackedNetwork(
          weights: weights, network: shape.network, precision: precision, threads: threads)
        evaluated.judges[kind.rawValue] = { try engine.run(discriminator, $0) }
      }
      return evaluated
    }
    width = model.imageWidth
    height = model.imageHeight
    filter = model.resample
    quantization = model.quantization
  }
}
