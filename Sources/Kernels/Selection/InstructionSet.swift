import CKernels
import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// One row of the kernel table: every microkernel compiled for one instruction set.
public struct InstructionSet: Sendable, Equatable, CustomStringConvertible {
  /// Points into the constant table of CKernels; `nonisolated(unsafe)` because nobody ever writes there.
  package nonisolated(unsafe) let kernels: UnsafePointer<ug_kernels>

  /// `avx512bf16`, `avx512`, `avx2`, `neon` or `scalar`.
  public let name: String
  public var description: String { name }
  /// Whether there is a dot product of bfloat16 numbers in hardware.
  public let hasBFloat16: Bool

  private init(kernels: UnsafePointer<ug_kernels>) {
    precondition(lanes == UG_LANES, "tensors and kernels disagree on the channels of a block")
    self.kernels = kernels
    self.name = String(cString: kernels.pointee.name)
    self.hasBFloat16 = self.name == "avx512bf16"
  }

  public static func == (a: InstructionSet, b: InstructionSet) -> Bool { a.name == b.name }
}

extension InstructionSet {
  /// Rows of this build, best first; `scalar` is last.
  public static let built: [InstructionSet] = (0..<ug_kernel_rows()).map {
    InstructionSet(kernels: ug_kernel_row($0))
  }

  /// Rows that this CPU can run, best first.
  public static let supported: [InstructionSet] = (0..<ug_kernel_rows()).lazy
    .filter { ug_kernel_row_supported($0) != 0 }
    .map { InstructionSet(kernels: ug_kernel_row($0)) }

  /// The best supported row, not better than `cap` when one is named.
  /// - Throws: `UnknownInstructionSet` when `cap` names no row of this build.
  public static func best(cap: String?) throws(UnknownInstructionSet) -> InstructionSet {
    guard let cap, !cap.isEmpty else { return supported[0] }
    guard let limit = built.firstIndex(where: { $0.name == cap }) else {
      throw UnknownInstructionSet(name: cap)
    }
    let allowed = built[limit...]
    return supported.first { allowed.contains($0) } ?? supported[supported.count - 1]
  }

  /// Caps the choice to the instruction set that it names.
  public static let environmentVariable = "UGATIT_ISA"

  /// What the variable holds.
  public static var environmentCap: String? { getenv(environmentVariable).map { String(cString: $0) } }

  /// The row that this process uses: the best supported, capped by `UGATIT_ISA`.  The command line refuses an
  /// unknown cap before it gets here; as a library, an unknown name caps nothing.
  public static let current: InstructionSet = (try? best(cap: environmentCap)) ?? supported[0]
}

/// `UGATIT_ISA` names no instruction set of this build.
public struct UnknownInstructionSet: Error, Equatable, CustomStringConvertible {
  public let name: String
  public var description: String {
    "UGATIT_ISA=\(name) is none of \(InstructionSet.built.map(\.name).joined(separator: ", "))"
  }
}
