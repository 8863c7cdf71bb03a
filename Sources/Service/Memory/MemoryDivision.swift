import Images
import Logging

/// How the memory of a server is divided: what each part of it holds at most.
struct MemoryDivision: Sendable, Equatable {
  enum Part: String, CaseIterable, Sendable {
    /// The program with its models and the arenas of their plans, as measured when they had been loaded.
    case models
    /// Pictures as tensors: those that wait for the network, those in it, and what it made.
    case queue
    /// Heatmaps that can be asked for.
    case results
    /// What clients have sent without having been asked.
    case connections
    /// Bodies, pictures being worked on, answers.
    case uploads
    /// Arenas for sizes that requests ask for.
    case sizes
    /// What the allocator cannot give back at once, threads, the log that nobody has read.
    case reserve

    /// What makes it smaller.
    var cure: String {
      switch self {
      case .models: "fewer or smaller models, --precision bf16, --max-batch"
      case .queue: "--max-queue"
      case .results: "--keep-results"
      case .connections: "--max-connections"
      case .uploads: "--max-megapixels, --max-body-mb, --upload-memory-mb"
      case .sizes: "--side-memory-mb"
      case .reserve: "nothing"
      }
    }
  }

  /// Bytes in all, nil where the server was given no figure.
  let limit: Int?
  let bytes: [Part: Int]

  subscript(part: Part) -> Int { bytes[part, default: 0] }

  /// - Parameters:
  ///   - limit: bytes in all, nil for as much as the parts want.
  ///   - measured: what the process holds with its models.
  ///   - models: those that are served.
  /// - Throws: where a part does not hold what the options promise, or all of them have more than there is.
  init(
    _ configuration: ServiceConfiguration, limit: Int?, measured: Int, models: [ModelDescription]
  ) throws(MemoryShortage) {
    var bytes: [Part: Int] = [.models: measured, .reserve: Self.reserve]
    let pixels = models.map { $0.imageWidth * $0.imageHeight }.max() ?? 0
    let judges = models.flatMap(\.directions).map(\.discriminators.count).max() ?? 0
    bytes[.queue] = Self.queue(pixels, judges, configuration.queue)
    bytes[.results] = min(
      configuration.keptResultBytes,
      configuration.keptResults
        * ((1 + judges) * Explanation.byteCount(pixels: pixels) + ResultStore.overhead))
    bytes[.sizes] = configuration.sideMemory ?? 0
    bytes[.connections] = configuration.server.idleMemory + configuration.server.headerMemory
    let least = Self.leastUploads(configuration)
    let rest = limit.map { $0 - bytes.values.reduce(0, +) } ?? .max
    bytes[.uploads] =
      configuration.uploadMemory ?? max(min(ServiceConfiguration.standardUploadMemory, rest), least)
    if configuration.sideMemory == nil {
      // What uploads leave.
      let left = limit.map { max(0, $0 - bytes.values.reduce(0, +)) } ?? .max
      bytes[.sizes] = min(ServiceConfiguration.standardSideMemory, left)
    }
    self.limit = limit
    self.bytes = bytes
    guard self[.uploads] >= least else { throw MemoryShortage(uploads: self[.uploads], least: least) }
    if let limit, bytes.values.reduce(0, +) > limit { throw MemoryShortage(self, limit: limit) }
  }

  /// The parts in MiB.
  var logged: Logger.Metadata {
    var fields: Logger.Metadata = [:]
    for part in Part.allCases { fields["\(part.rawValue)_mb"] = .stringConvertible(self[part] >> 20) }
    if let limit { fields["limit_mb"] = .stringConvertible(limit >> 20) }
    return fields
  }

  /// Room for a largest body, of which long leases leave as much to work, and for decoding a largest picture.
  private static func leastUploads(_ configuration: ServiceConfiguration) -> Int {
    max(2 * configuration.server.maximumBodyBytes, configuration.decoding.memory)
  }

  /// Of each picture there is the tensor, in single precision, and what the network sees, in bytes.
  /// - Parameter judges: discriminators of a direction at most, each of whose maps is as large as a heatmap at most.
  private static func queue(_ pixels: Int, _ judges: Int, _ limits: InferenceQueue.Limits) -> Int {
    let (tensor, picture, heatmap) = (12 * pixels, 3 * pixels, (1 + 2 * judges) * pixels / 4)
    let waiting = limits.maxQueue * (tensor + picture)
    let running = limits.maxBatch * (2 * tensor + picture + heatmap)
    let drawn = ImagePipeline.maxWaiting(limits) * (2 * picture + heatmap)
    return waiting + running + drawn
  }

  /// As measured under floods of uploads and connections, with as much again.
  static let reserve = 32 << 20
}

/// The memory that the server was given does not hold what its options promise.
public struct MemoryShortage: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(uploads: Int, least: Int) {
    description =
      "--upload-memory-mb is \(uploads.mebibytes), which is too little for two bodies of --max-body-mb, or for a "
      + "picture of --max-megapixels: give it \(least.mebibytes), or lower these"
  }

  init(_ division: MemoryDivision, limit: Int) {
    let parts = MemoryDivision.Part.allCases.map { "\($0.rawValue) \(division[$0].mebibytes) (\($0.cure))" }
    description =
      "\(limit.mebibytes) of memory are too little, of \(division.bytes.values.reduce(0, +).mebibytes) that are "
      + "needed; each part, and what lowers it: \(parts.joined(separator: "; ")). Lower some, or raise --memory-mb, "
      + "and with it the container's limit"
  }

  /// Loading has come upon the limit.
  init(loading limit: Int) {
    description =
      "\(limit.mebibytes) of memory are too little to load the models: serve fewer or smaller ones, or raise "
      + "--memory-mb, and with it the container's limit"
  }
}

extension Int {
  /// Bytes as whole MiB, rounded up.
  fileprivate var mebibytes: String { "\((self + 1 << 20 - 1) >> 20) MiB" }
}
