import CKernels
import Tensors

/// A fully connected layer without bias, its weights as they are stored: row-major `[outputs][inputs]` in f32, f16
/// or bf16, in place in the mapped file where there is one.  It is read once per image, so a smaller type is faster.
public struct LinearLayer: Sendable {
  let weights: MappedBytes
  let elementType: ElementType
  let inputs: Int
  let outputs: Int
  let instructionSet: InstructionSet

  /// - Parameter weights: `outputs · inputs` elements, on any alignment.
  public init(
    weights: MappedBytes, elementType: ElementType, inputs: Int, outputs: Int, instructionSet: InstructionSet
  ) {
    precondition(weights.bytes.count >= inputs * outputs * elementType.byteWidth)
    self.weights = weights
    self.elementType = elementType
    self.inputs = inputs
    self.outputs = outputs
    self.instructionSet = instructionSet
  }

  /// `y = W·x`, and a ReLU where `relu`.
  public func run(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, relu: Bool, team: Team
  ) {
    let table = instructionSet.kernels.pointee
    let dot =
      switch elementType {
      case .float32: table.dot_f32!
      case .float16: table.dot_f16!
      case .bfloat16: table.dot_bf16!
      }
    let base = weights.bytes.baseAddress!
    let rowBytes = inputs * elementType.byteWidth
    team.forEach(outputs) { row, _ in
      let sum = dot(base + row * rowBytes, x, inputs)
      y[row] = relu ? max(sum, 0) : sum
    }
  }
}
