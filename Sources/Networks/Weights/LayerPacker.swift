import Kernels
import Tensors

/// Reads weights by name and packs them for the kernels of one instruction set.
struct LayerPacker {
  let reader: WeightReader
  let precision: ComputePrecision
  let instructionSet: InstructionSet
  let team: Team
}
