import CKernels
import Tensors

/// A fully connected layer without bias, its weights as they are stored: row-major `[outputs][inputs]` in f32, f16
/// or bf16, in place in the memory of their source where it has them there.
///
/// The full variant's first one has a quarter of a billion weights, far more than any cache holds: they are read once
/// for all vectors.  A unit of work is a stretch of inputs that leaves the vectors in L2 while every row passes; the
/// units' sums are added up in order, so the result does not depend on the threads.
public struct LinearLayer: Sendable {
  let weights: MappedBytes
  let elementType: ElementType
  let inputs: Int
  let outputs: Int
  let instructionSet: InstructionSet

  /// Inputs of one unit: 64 KB of each vector.
  private static let stretch = 16_384

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

  /// Floats that a product with so many vectors needs for its units' sums.
  public static func scratchCount(inputs: Int, outputs: Int, vectors: Int) -> Int {
    (inputs + stretch - 1) / stretch * outputs * vectors
  }

  /// `y = W·x` for each of some vectors, and a ReLU where `relu`.
  ///
  /// - Parameters:
  ///   - stride: floats from one vector of x to the next.
  ///   - outputStride: the same for y.
  ///   - scratch: `scratchCount` floats.
  public func run(
    _ x: UnsafePointer<Float>, stride: Int, vectors: Int, into y: UnsafeMutablePointer<Float>,
    outputStride: Int, relu: Bool, scratch: UnsafeMutablePointer<Float>, team: Team
  ) {
    let table = instructionSet.kernels.pointee
    let dot =
      switch elementType {
      case .float32: table.dot_f32!
      case .float16: table.dot_f16!
      case .bfloat16: table.dot_bf16!
      }
    let base = weights.bytes.baseAddress!
    let units = (inputs + Self.stretch - 1) / Self.stretch
    team.forEach(units) { unit, _ in
      let first = unit * Self.stretch
      let count = min(Self.stretch, inputs - first)
      dot(
        base + first * elementType.byteWidth, inputs, outputs, count, x + first, stride, vectors,
        scratch + unit * outputs * vectors)
    }
    for vector in 0..<vectors {
      for row in 0..<outputs {
        var sum = 0.0
        for unit in 0..<units { sum += Double(scratch[(unit * outputs + row) * vectors + vector]) }
        y[vector * outputStride + row] = relu ? max(Float(sum), 0) : Float(sum)
      }
    }
  }
}
