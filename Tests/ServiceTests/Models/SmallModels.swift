import Checkpoints
import FoundationEssentials
import HTTP
import Networks
import Synchronization
import Tensors

@testable import Service

/// A directory of small models with random weights, which goes with the value.
final class SmallModels {
  let path: String

  init(_ names: String...) throws {
    path = FileManager.default.temporaryDirectory.path + "/service-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for name in names { try add(name) }
  }

  deinit { _ = try? FileManager.default.removeItem(atPath: path) }

  /// Writes a model, in place of one of the same name.
  /// - Parameter judges: what judges its pictures, by its layers.
  func add(
    _ name: String, seed: UInt64 = 1, judges: [ModelConfiguration.DiscriminatorKind: Int] = [:]
  ) throws {
    let network = try UGATITGenerator(
      variant: .light, baseChannels: 8, residualBlocks: 1, imageHeight: 32, imageWidth: 32)
    let configuration = ModelConfiguration(
      architecture: .ugatit(.init(variant: .light, baseChannels: 8, residualBlocks: 1)), imageWidth: 32,
      imageHeight: 32, domains: .init(a: "selfie", b: "toon"), licence: "CC0-1.0", attribution: "")
    try remove(name)
    try ModelDirectoryWriter.write(
      configuration, weights: ["A2B": SeededWeights(network: network.network, seed: seed)],
      discriminators: judges.isEmpty
        ? [:]
        : [
          "A2B": try judges.mapValues { layers in
            let judge = try UGATITDiscriminator(
              baseChannels: 8, layers: layers, imageHeight: 32, imageWidth: 32)
            return DiscriminatorWeights(source: SeededWeights(network: judge.network, seed: seed))
          }
        ],
      precision: .float32,
      to: "\(path)/\(name)")
  }

  func remove(_ name: String) throws {
    let folder = "\(path)/\(name)"
    if FileManager.default.fileExists(atPath: folder) { try FileManager.default.removeItem(atPath: folder) }
  }

  /// Changes one byte of the weights.
  func damage(_ name: String) throws {
    let file = "\(path)/\(name)/A2B.safetensors"
    var bytes = [UInt8](FileManager.default.contents(atPath: file) ?? Data())
    bytes[bytes.count - 1] ^= 1
    try Data(bytes).write(to: URL(filePath: file))
  }

  func load(
    _ folder: String = "", modelName: String? = nil, defaultModel: String? = nil, strict: Bool = false,
    log: LogLines = LogLines(), checkpoint: @escaping @Sendable () throws -> Void = {}
  ) throws -> LoadedModels {
    try LoadedModels.load(
      directory: path + folder, modelName: modelName, .every(defaultModel: defaultModel, strict: strict),
      precision: .f32, threads: 1, maxBatch: 1, logger: log.logger(), checkpoint: checkpoint)
  }

  func service(defaultModel: String? = nil, log: LogLines = LogLines()) throws -> TranslationService {
    let service = TranslationService(configuration: ServiceConfiguration(), logger: log.logger())
    service.becomeReady(with: try load(defaultModel: defaultModel, log: log))
    return service
  }
}
