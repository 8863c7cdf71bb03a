import Kernels
import Tensors

/// Reads weights by name and packs them for the kernels of one instruction set.
struct LayerPacker {
  let reader: WeightReader
  let precision: Precision
  let instructionSet: InstructionSet
  let team: Team

  func stem(_ name: String, outputs: Int) throws -> StemConvolution {
    try StemConvolution(weights: reader.floats(name), outputs: outputs, instructionSet: instructionSet)
  }

  func strided(_ name: String, inputs: Int, outputs: Int) throws -> StridedConvolution {
    try StridedConvolution(
      weights: reader.floats(name), inputs: inputs, outputs: outputs, instructionSet: instructionSet)
  }

  func winograd(
    _ name: String, inputs: Int, outputs: Int, kind: WinogradWeights.Kind
  ) throws -> WinogradConvolution {
    let weights = try WinogradWeights(
      weights: reader.floats(name), inputs: inputs, outputs: outputs, kind: kind, precision: precision,
      team: team)
    return WinogradConvolution(weights: weights, instructionSet: instructionSet)
  }

  func head(_ name: String, inputs: Int) throws -> HeadConvolution {
    try HeadConvolution(weights: reader.floats(name), inputs: inputs, instructionSet: instructionSet)
  }

  func linear(_ name: String) throws -> LinearLayer {
    try reader.linear(name, instructionSet: instructionSet)
  }
}
