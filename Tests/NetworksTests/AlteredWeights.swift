import Networks
import Tensors

/// The seeded weights of a small generator with something wrong, or something stored otherwise.
struct AlteredWeights: TensorSource {
  /// Keeps bytes in memory as a mapped file would, one byte off every boundary.
  final class Mapping: Sendable {
    private let memory: AlignedMemory
    private let count: Int

    init(_ bytes: [UInt8]) throws {
      memory = try AlignedMemory(byteCount: bytes.count + 1)
      count = bytes.count
      (memory.base + 1).copyMemory(from: bytes, byteCount: bytes.count)
    }

    var mapped: MappedBytes {
      MappedBytes(bytes: UnsafeRawBufferPointer(start: memory.base + 1, count: count), owner: self)
    }
  }

  static let configuration = try! UGATITGenerator(
    variant: .light, baseChannels: 8, residualBlocks: 1, imageHeight: 32, imageWidth: 32)
  private static let seeded = SeededWeights(network: configuration.network, seed: 11)

  var tensors = Self.seeded.tensors
  var replaced: [String: [Float]] = [:]
  var mapped: [String: MappedBytes] = [:]

  func floats(_ name: String) throws -> [Float] { try replaced[name] ?? Self.seeded.floats(name) }
  func mappedBytes(_ name: String) -> MappedBytes? { mapped[name] }

  func generator(precision: ComputePrecision = .f32, threads: Int = 1) throws -> PackedNetwork {
    try PackedNetwork(
      weights: self, network: Self.configuration.network, precision: precision, threads: threads)
  }

  /// Stores a tensor's values in another type, in memory, and makes them its values.
  mutating func map(_ name: String, as type: ElementType, alter: (inout [Float]) -> Void = { _ in }) throws {
    var values = try floats(name)
    alter(&values)
    var bytes: [UInt8] = []
    func append(_ bits: some FixedWidthInteger) { withUnsafeBytes(of: bits.littleEndian) { bytes += $0 } }
    for (index, value) in values.enumerated() {
      switch type {
      case .float32:
        append(value.bitPattern)
      case .float16:
        append(Float16(value).bitPattern)
        values[index] = Float(Float16(value))
      case .bfloat16:
        append(UInt16(value.bitPattern >> 16))
        values[index] = Float(bitPattern: value.bitPattern & 0xffff_0000)
      }
    }
    tensors[name]?.elementType = type
    replaced[name] = values
    mapped[name] = try Mapping(bytes).mapped
  }
}
