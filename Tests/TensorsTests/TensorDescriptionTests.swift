import Tensors
import Testing

@Suite("What is known of a tensor")
struct TensorDescriptionTests {
  @Test("elements and bytes follow from the shape")
  func counts() {
    let matrix = TensorDescription(elementType: .float16, shape: [3, 5])
    #expect(matrix.count == 15)
    #expect(matrix.byteCount == 30)
    #expect(TensorDescription(elementType: .float32, shape: []).count == 1)
    #expect(TensorDescription(elementType: .bfloat16, shape: [0, 7]).byteCount == 0)
  }

  @Test("element types have the names and widths of safetensors")
  func elementTypes() {
    #expect(ElementType.allCases.map(\.rawValue) == ["F32", "F16", "BF16"])
    #expect(ElementType.allCases.map(\.byteWidth) == [4, 2, 2])
  }

  @Test("a source that keeps nothing in memory has no mapped bytes")
  func unmapped() {
    struct Empty: TensorSource {
      let tensors: [String: TensorDescription] = [:]
      func floats(_ name: String) throws -> [Float] { throw TensorSourceError("no tensor \(name)") }
    }
    #expect(Empty().mappedBytes("x")?.bytes == nil)
    #expect(throws: TensorSourceError("no tensor x")) { try Empty().floats("x") }
  }
}
