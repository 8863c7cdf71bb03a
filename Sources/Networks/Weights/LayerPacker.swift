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

  /// The same with f32 throughout.
  var exact: LayerPacker {
    LayerPacker(reader: reader, precision: .f32, instructionSet: instructionSet, team: team)
  }

  func winograd(
    _ name: String, inputs: Int, outputs: Int, form: WinogradForm
  ) throws -> WinogradConvolution {
    let weights = try WinogradWeights(
      weights: reader.floats(name), inputs: inputs, outputs: outputs, form: form, precision: precision,
      team: team)
    return WinogradConvolution(weights: weights, instructionSet: instructionSet)
  }

  func head(_ name: String, inputs: Int) throws -> HeadConvolution {
    try HeadConvolution(weights: reader.floats(name), inputs: inputs, instructionSet: instructionSet)
  }

  func linear(_ name: String) throws -> LinearLayer {
    try reader.linear(name, precision: precision, instructionSet: instructionSet)
  }
}
