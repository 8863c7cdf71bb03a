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

  func winograd(
    _ name: String, inputs: Int, outputs: Int, form: WinogradForm
  ) throws -> WinogradConvolution {
    // The shrinking layers come first: in bf16 they would cost 2 dB of the whole, and they are a
    // tenth of the multiplications.
    let weights = try WinogradWeights(
      weights: reader.floats(name), inputs: inputs, outputs: outputs, form: form,
      precision: form == .strided ? .f32 : precision, team: team)
    return WinogradConvolution(weights: weights, instructionSet: instructionSet)
  }

  func head(_ name: String, inputs: Int) throws -> HeadConvolution {
    try HeadConvolution(weights: reader.floats(name), inputs: inputs, instructionSet: instructionSet)
  }

  func linear(_ name: String) throws -> LinearLayer {
    try reader.linear(name, precision: precision, instructionSet: instructionSet)
  }
}
