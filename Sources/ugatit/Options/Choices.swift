import ArgumentParser
import Images
import Kernels
import Networks
import Service
import Tensors

extension Fit: ExpressibleByArgument {}
extension OutputSize: ExpressibleByArgument {}
extension HeatmapStyle: ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}
extension ProfileUse: ExpressibleByArgument {}
extension ResamplingFilter: ExpressibleByArgument {}
extension Rectangle: ExpressibleByArgument {}

/// A direction between the domains A and B.
enum Direction: String, CaseIterable, ExpressibleByArgument {
  case aToB = "A2B"
  case bToA = "B2A"
}

/// What the network computes in.
enum PrecisionChoice: String, CaseIterable, ExpressibleByArgument {
  case f32, bf16
  /// bf16 where the processor multiplies it natively, f32 elsewhere.
  case auto

  var precision: ComputePrecision {
    switch self {
    case .f32: .f32
    case .bf16: .bf16
    case .auto: InstructionSet.current.hasBFloat16 ? .bf16 : .f32
    }
  }
}

/// What weights are stored as.
enum StoredPrecision: String, CaseIterable, ExpressibleByArgument {
  case f32, f16, bf16

  var elementType: ElementType {
    switch self {
    case .f32: .float32
    case .f16: .float16
    case .bf16: .bfloat16
    }
  }
}
