import Kernels
import Tensors
import Testing

@Suite("LinearLayer: weights as they are stored")
struct LinearLayerTests {
  /// Bytes that a file's mapping would hold, one byte off every boundary.
  private final class Mapping: Sendable {
    let memory: GuardedMemory<UInt8>
    init(_ bytes: [UInt8]) { memory = GuardedMemory(bytes + [0xff]) }

    var mapped: MappedBytes {
      MappedBytes(bytes: UnsafeRawBufferPointer(start: memory.base, count: memory.count - 1), owner: self)
    }
  }

  @Test(
    "equals the matrix product, in place in a file or in memory, with and without ReLU",
    arguments: ElementType.allCases, [(1, 1), (32, 5), (77, 33), (200, 3)])
  func product(type: ElementType, sizes: (inputs: Int, outputs: Int)) throws {
    var noise = Noise()
    let (weights, bytes) = Self.stored(noise.floats(sizes.inputs * sizes.outputs), as: type)
    let values = noise.floats(sizes.inputs)
    let exact = Planes(values, channels: sizes.inputs, height: 1, width: 1)
      .convolved(weights, outputs: sizes.outputs, kernel: 1)
    var places = [Mapping(bytes).mapped]
    if type == .float32 {
      let memory = try AlignedMemory(byteCount: bytes.count)
      for (index, weight) in weights.enumerated() { memory.floats[index] = weight }
      places.append(memory.mapped(byteCount: bytes.count))
    }
    let x = GuardedMemory(values)
    for instructionSet in InstructionSet.supported {
      for place in places {
        let layer = LinearLayer(
          weights: place, elementType: type, inputs: sizes.inputs, outputs: sizes.outputs,
          instructionSet: instructionSet)
        let what = "\(instructionSet) \(type) \(sizes), seed \(Noise.seed)"
        forEveryTeam(what) { team in
          let y = GuardedMemory<Float>.output(sizes.outputs)
          layer.run(x.base, into: y.base, relu: false, team: team)
          #expect(exact.mismatch(y.array, roundings: sizes.inputs + 1) == nil, "\(what)")
          let rectified = GuardedMemory<Float>.output(sizes.outputs)
          layer.run(x.base, into: rectified.base, relu: true, team: team)
          #expect(rectified.array == y.array.map { max($0, 0) }, "\(what)")
          return y.array.map(\.bitPattern)
        }
      }
    }
  }

  /// What the stored numbers are, and their bytes.
  private static func stored(_ values: [Float], as type: ElementType) -> ([Float], [UInt8]) {
    func bytes(_ bits: some FixedWidthInteger) -> [UInt8] {
      withUnsafeBytes(of: bits.littleEndian, Array.init)
    }
    switch type {
    case .float32:
      return (values, values.flatMap { bytes($0.bitPattern) })
    case .float16:
      let halves = values.map { Float16($0) }
      return (halves.map(Float.init), halves.flatMap { bytes($0.bitPattern) })
    case .bfloat16:
      let halves = values.map { UInt16(truncatingIfNeeded: $0.bitPattern >> 16) }
      return (halves.map { Float(bitPattern: UInt32($0) << 16) }, halves.flatMap { bytes($0) })
    }
  }
}
