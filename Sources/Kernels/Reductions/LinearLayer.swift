import CKernels
import Tensors

/// A fully connected layer without bias, its weights as they are stored: row-major `[outputs][inputs]` in f32, f16
/// or bf16, in place in the mapped file where there is one.  It is read once per image, so a smaller type is faster.
public struct LinearLayer: Sendable {
  public enum Storage: Sendable {
    case mapped(MappedBytes, ElementType)
    case floats(AlignedMemory)
  }

  let storage: Storage
  let inputs: Int
  let outputs: Int
  let instructionSet: InstructionSet

  public init(storage: Storage, inputs: Int, outputs: Int, instructionSet: InstructionSet) {
    self.storage = storage
    self.inputs = inputs
    self.outputs = outputs
    self.instructionSet = instructionSet
  }

  /// `y = W·x`, and a ReLU where `relu`.
  public func run(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, relu: Bool, team: Team
  ) {
    let table = instructionSet.kernels.pointee
    let (base, type) = weights
    let dot =
      switch type {
      case .float32: table.dot_f32!
      case .float16: table.dot_f16!
      case .bfloat16: table.dot_bf16!
      }
    let rowBytes = inputs * type.byteWidth
    team.forEach(outputs) { row, _ in
      let sum = dot(base + row * rowBytes, x, inputs)
      y[row] = relu ? max(sum, 0) : sum
    }
  }

  private var weights: (UnsafeRawPointer, ElementType) {
    switch storage {
    case .mapped(let mapped, let type): (mapped.bytes.baseAddress!, type)
    case .floats(let memory): (UnsafeRawPointer(memory.base), .float32)
    }
  }
}
