import Kernels
import Tensors

/// Reads a network's weights and names the first thing wrong with them.
struct WeightReader {
  let source: any TensorSource

  /// The elements of a tensor, all finite.
  func floats(_ name: String) throws -> [Float] {
    let values = try source.floats(name)
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw TensorSourceError(
        "\(name)[\(index)] is \(values[index]): the checkpoint is damaged or has diverged")
    }
    return values
  }

  /// A fully connected layer, in place where the source has its bytes in memory.  In bf16 f32 weights are copied: half
  /// of the memory and of the time to read it.
  func linear(
    _ name: String, precision: ComputePrecision, instructionSet: InstructionSet
  ) throws -> LinearLayer {
    guard let tensor = source.tensors[name] else { throw TensorSourceError("no tensor \(name)") }
    let (weights, elementType) = try linearWeights(name, tensor, precision)
    return LinearLayer(
      weights: weights, elementType: elementType, inputs: tensor.shape[1], outputs: tensor.shape[0],
      instructionSet: instructionSet)
  }

  private func linearWeights(
    _ name: String, _ tensor: TensorDescription, _ precision: ComputePrecision
  ) throws -> (MappedBytes, ElementType) {
    if precision == .bf16 && tensor.elementType == .float32 { return (try rounded(name, tensor), .bfloat16) }
    if let mapped = source.mappedBytes(name) {
      guard mapped.bytes.count == tensor.byteCount else {
        throw TensorSourceError("\(name) has \(mapped.bytes.count) bytes; expected \(tensor.byteCount)")
      }
      try checkFinite(name, mapped, tensor.elementType)
      return (mapped, tensor.elementType)
    }
    let values = try floats(name)
    let memory = try AlignedMemory(byteCount: values.count * 4)
    values.withUnsafeBufferPointer { memory.floats.update(from: $0.baseAddress!, count: $0.count) }
    return (memory.mapped(byteCount: values.count * 4), .float32)
  }

  /// Without a copy in f32 where the source has the bytes in memory: the full variant's layer has a gigabyte.
  private func rounded(_ name: String, _ tensor: TensorDescription) throws -> MappedBytes {
    let memory = try AlignedMemory(byteCount: tensor.count * 2)
    let halves = memory.base.assumingMemoryBound(to: UInt16.self)
    if let mapped = source.mappedBytes(name), mapped.bytes.count == tensor.byteCount {
      try checkFinite(name, mapped, tensor.elementType)
      for index in 0..<tensor.count {
        halves[index] = BFloat16.bits(
          nearest: mapped.bytes.loadUnaligned(fromByteOffset: 4 * index, as: Float.self))
      }
    } else {
      for (index, value) in try floats(name).enumerated() { halves[index] = BFloat16.bits(nearest: value) }
    }
    let mapped = memory.mapped(byteCount: tensor.count * 2)
    // A float near the largest rounds to infinity.
    try checkFinite(name, mapped, .bfloat16)
    return mapped
  }

  /// A number is finite unless all bits of its exponent are set.
  private func checkFinite(_ name: String, _ mapped: MappedBytes, _ type: ElementType) throws {
    let finite =
      switch type {
      case .float32: allBelow(mapped, mask: 0x7f80_0000 as UInt32)
      case .float16: allBelow(mapped, mask: 0x7c00 as UInt16)
      case .bfloat16: allBelow(mapped, mask: 0x7f80 as UInt16)
      }
    guard finite else {
      throw TensorSourceError("\(name) holds a NaN or an infinity: the checkpoint is damaged or has diverged")
    }
  }

  /// Whether no element has every bit of `mask`.  Without a branch in the loop, so that it becomes vectors: the
  /// full variant's layer has 268 million elements.
  private func allBelow<Bits: FixedWidthInteger>(_ mapped: MappedBytes, mask: Bits) -> Bool {
    let width = Bits.bitWidth / 8
    let bytes = mapped.bytes
    var worst: Bits = 0
    for index in 0..<bytes.count / width {
      worst |= bytes.loadUnaligned(fromByteOffset: index * width, as: Bits.self) & mask == mask ? 1 : 0
    }
    return worst == 0
  }
}
