import Tensors
import Testing

@testable import Checkpoints

@Suite struct SafetensorsWriterTests {
  private let source = MemoryTensors(values: [
    "b.weight": ([2, 3], [0, 1, -2, 0.5, 65504, 1e-7]),
    "a \"quoted\"\n": ([1], [3]),
    "c": ([], [-1]),
    "empty": ([0, 4], []),
  ])

  @Test(arguments: ElementType.allCases)
  func whatIsWrittenIsReadBackRounded(type: ElementType) throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let path = directory + "/w.safetensors"
    let result = try SafetensorsWriter.write(source, as: type, to: path)
    let file = try SafetensorsFile(path: path)
    #expect(Set(file.tensors.keys) == Set(source.values.keys))
    for (name, value) in source.values {
      #expect(file.tensors[name] == TensorDescription(elementType: type, shape: value.shape))
      let expected = value.floats.map { number in
        switch type {
        case .float32: number
        case .float16: Float(Float16(number))
        case .bfloat16: float(fromBFloat16: BFloat16.bits(nearest: number))
        }
      }
      #expect(try file.floats(name) == expected)
    }
    #expect(result.byteCount == file.store.file.bytes.count)
    #expect(result.sha256 == sha256(file.store.file.copy()))
  }

  @Test func dataStartsAtAMultipleOf64AndNamesAreSorted() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let path = directory + "/w.safetensors"
    try SafetensorsWriter.write(source, as: .float32, to: path)
    let file = try SafetensorsFile(path: path)
    let offsets = file.entries.map { file.store.locations[$0.name]?.byteOffset ?? -1 }
    #expect(offsets.first == offsets.min())
    #expect(offsets == offsets.sorted())
    #expect(offsets[0] % 64 == 0)
    #expect(file.entries.allSatisfy { file.mappedBytes($0.name) != nil })
  }

  @Test func theSameTensorsGiveTheSameBytes() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let digests = try (0..<3).map {
      try SafetensorsWriter.write(source, as: .float16, to: directory + "/\($0)").sha256
    }
    #expect(Set(digests).count == 1)
  }

  @Test(arguments: [
    (Float.nan, ElementType.float32, "holds nan at element 2"),
    (-Float.infinity, .bfloat16, "holds -inf at element 2"),
    (65520, .float16, "too large for F16; keep it as F32 or BF16"),
    (Float.greatestFiniteMagnitude, .bfloat16, "too large for BF16; keep it as F32"),
  ])
  func numbersThatCannotBeKeptAreRefusedAndNothingIsLeft(
    number: Float, type: ElementType, reason: String
  ) throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let bad = MemoryTensors(values: ["good": ([1], [1]), "worse.weight": ([4], [0, 1, number, 2])])
    let refusal = message { try SafetensorsWriter.write(bad, as: type, to: directory + "/w") }
    #expect(refusal.contains(reason), "\(refusal)")
    #expect(refusal.contains("\"worse.weight\"") && refusal.contains("element 2"), "\(refusal)")
    let left = try contents(of: directory)
    #expect(left.isEmpty)
  }

  @Test func elementsAreCountedAcrossChunks() throws {
    var floats = [Float](repeating: 1, count: defaultChunk + 10)
    floats[defaultChunk + 3] = .nan
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let path = directory + "/w"
    let bad = MemoryTensors(values: ["w": ([floats.count], floats)])
    let refusal = message { try SafetensorsWriter.write(bad, as: .float32, to: path) }
    #expect(refusal.contains("\(defaultChunk + 3)"))
    floats[defaultChunk + 3] = 1
    try SafetensorsWriter.write(
      MemoryTensors(values: ["w": ([floats.count], floats)]), as: .float32, to: path)
    var counts: [Int] = []
    try SafetensorsFile(path: path).forEachChunk(of: "w", maximumCount: defaultChunk) {
      counts.append($0.count)
    }
    #expect(counts == [defaultChunk, 10])
  }

  @Test func aSourceThatGivesTheWrongNumberOfElementsIsRefused() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let bad = MemoryTensors(values: ["w": ([3], [1, 2])])
    let refusal = message { try SafetensorsWriter.write(bad, as: .float32, to: directory + "/w") }
    #expect(refusal.contains("2 elements"))
    let left = try contents(of: directory)
    #expect(left.isEmpty)
  }

  @Test func aPlaceThatCannotBeWrittenIsNamed() {
    let error = #expect(throws: CheckpointError.self) {
      try SafetensorsWriter.write(source, as: .float32, to: "/no/such/directory/w.safetensors")
    }
    #expect(error?.kind == .output)
    #expect(error?.description.contains("/no/such/directory/w.safetensors") == true)
  }
}
