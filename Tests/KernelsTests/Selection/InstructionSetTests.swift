import CKernels
import Testing

@testable import Kernels

@Suite("InstructionSet")
struct InstructionSetTests {
  @Test("the table ends in scalar, which every machine supports; names are unique")
  func table() {
    let built = InstructionSet.built.map(\.name)
    #expect(built.last == "scalar")
    #expect(Set(built).count == built.count)
    #expect(InstructionSet.supported.last?.name == "scalar")
    #expect(InstructionSet.supported.allSatisfy { built.contains($0.name) })
    #if arch(x86_64)
      #expect(built == ["avx512bf16", "avx512", "avx2", "scalar"])
    #elseif arch(arm64)
      #expect(built == ["neon", "scalar"])
    #endif
    #expect(ug_kernel_row(built.count) == nil)
    #expect(ug_kernel_row_supported(built.count) == 0)
  }

  @Test("no cap, or an empty one, is the best supported", arguments: [nil, ""])
  func uncapped(cap: String?) throws {
    #expect(try InstructionSet.best(cap: cap) == InstructionSet.supported[0])
  }

  @Test("a cap gives itself where supported, else the best below it", arguments: InstructionSet.built)
  func capped(cap: InstructionSet) throws {
    let best = try InstructionSet.best(cap: cap.name)
    let built = InstructionSet.built
    let position = try #require(built.firstIndex(of: cap))
    let expected = built[position...].first { InstructionSet.supported.contains($0) }
    #expect(best == expected)
  }

  @Test(
    "an unknown cap is refused with the names that there are", arguments: ["sse", "AVX2", "avx2 ", "avx"])
  func unknown(cap: String) {
    let error = #expect(throws: UnknownInstructionSet.self) { try InstructionSet.best(cap: cap) }
    #expect(error?.name == cap)
    #expect(error?.description.contains("UGATIT_ISA=\(cap)") == true)
    for set in InstructionSet.built { #expect(error?.description.contains(set.name) == true) }
  }

  @Test("only avx512bf16 multiplies bfloat16 numbers in hardware")
  func bfloat16() {
    for set in InstructionSet.built { #expect(set.hasBFloat16 == (set.name == "avx512bf16")) }
  }
}
