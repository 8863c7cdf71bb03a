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
    arguments: ElementType.allCases, [(1, 1), (32, 5), (77, 33), (40_000, 2)])
  func product(type: ElementType, sizes: (inputs: Int, outputs: Int)) throws {
    var noise = Noise()
    let (weights, bytes) = Self.stored(noise.floats(sizes.inputs * sizes.outputs), as: type)
    let images = 5
    let rows = (0..<images).map { _ in noise.floats(sizes.inputs) }
    let exact = rows.map {
      Planes($0, channels: sizes.inputs, height: 1, width: 1)
        .convolved(weights, outputs: sizes.outputs, kernel: 1)
    }
    var places = [Mapping(bytes).mapped]
    if type == .float32 {
      let memory = try AlignedMemory(byteCount: bytes.count)
      for (index, weight) in weights.enumerated() { memory.floats[index] = weight }
      places.append(memory.mapped(byteCount: bytes.count))
    }
    let x = GuardedMemory(rows.flatMap { $0 + [.nan] }.dropLast())
    for instructionSet in InstructionSet.supported {
      for place in places {
        let layer = LinearLayer(
          weights: place, elementType: type, inputs: sizes.inputs, outputs: sizes.outputs,
          instructionSet: instructionSet)
        let what = "\(instructionSet) \(type) \(sizes), seed \(Noise.seed)"
        forEveryTeam(what) { team in
          let scratch = GuardedMemory<Float>.output(
            LinearLayer.scratchCount(inputs: sizes.inputs, outputs: sizes.outputs, vectors: images))
          func product(vectors: Int, relu: Bool) -> [Float] {
            let y = GuardedMemory<Float>.output(vectors * sizes.outputs)
            layer.run(
              x.base, stride: sizes.inputs + 1, vectors: vectors, into: y.base, outputStride: sizes.outputs,
              relu: relu, scratch: scratch.base, team: team)
            return y.array
          }
          let y = product(vectors: images, relu: false)
          for (image, exact) in exact.enumerated() {
            let row = Array(y[image * sizes.outputs..<(image + 1) * sizes.outputs])
            #expect(exact.mismatch(row, roundings: sizes.inputs + 1) == nil, "\(what)")
          }
          #expect(product(vectors: images, relu: true) == y.map { max($0, 0) }, "\(what)")
          #expect(product(vectors: 1, relu: false) == Array(y[..<sizes.outputs]), "\(what)")
          return y.map(\.bitPattern)
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
