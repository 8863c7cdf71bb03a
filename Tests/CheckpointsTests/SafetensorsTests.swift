import Tensors
import Testing

@testable import Checkpoints

@Suite struct SafetensorsTests {
  /// A file of this header and so many bytes of data.
  private func file(_ header: String, data: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  private func refusal(_ header: String, data: Int) -> String {
    message { _ = try SafetensorsFile(FileBytes(copying: file(header, data: data))) }
  }

  @Test func aFileWrittenByPythonIsRead() throws {
    let file = try SafetensorsFile(path: Fixture.path("mixed.safetensors"))
    #expect(file.metadata == ["format": "pt", "made by": "make_fixtures.py"])
    #expect(file.tensors["ramp"] == TensorDescription(elementType: .float32, shape: [2, 3]))
    #expect(try file.floats("ramp") == [0, 0.5, 1, 1.5, 2, 2.5])
    #expect(try file.floats("half") == [1, -2, 0.5, 65504])
    #expect(try file.floats("brain") == [1, -3, 0x1p100])
    #expect(try file.floats("scalar") == [7])
    #expect(try file.floats("empty") == [])
    #expect(try file.floats("quote \" and snowman ☃") == [1])
  }

  @Test func integersAreListedButAreNoWeights() throws {
    let file = try SafetensorsFile(path: Fixture.path("mixed.safetensors"))
    #expect(file.entries.first { $0.name == "count" }?.type == .int64)
    #expect(file.tensors["count"] == nil)
    let wrongType = message { _ = try file.floats("count") }
    #expect(wrongType.contains("stored as I64"))
    let unknown = message { _ = try file.floats("nothing") }
    #expect(unknown.contains("no tensor \"nothing\""))
  }

  @Test func doublesAreReadAsFloatsAndNotMapped() throws {
    let header = #"{"rho":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}"#
    var bytes = file(header, data: 0)
    for value: Double in [1.0 / 3, -2.5] {
      bytes += withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init)
    }
    let doubles = try SafetensorsFile(FileBytes(copying: bytes))
    #expect(doubles.entries.map(\.type) == [.float64])
    #expect(try doubles.floats("rho") == [Float(1.0 / 3.0), -2.5])
    #expect(doubles.mappedBytes("rho") == nil)
  }

  @Test func mappedBytesAreTheStoredOnes() throws {
    let file = try SafetensorsFile(path: Fixture.path("mixed.safetensors"))
    let mapped = try #require(file.mappedBytes("ramp"))
    let ramp = (0..<6).map { mapped.bytes.load(fromByteOffset: $0 * 4, as: Float.self) }
    #expect(ramp == [0, 0.5, 1, 1.5, 2, 2.5])
  }

  @Test func unalignedDataIsReadButNotMapped() throws {
    // 73 bytes of header: the floats start at an odd address.
    let header = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    let padded = header + String(repeating: " ", count: 73 - header.utf8.count)
    var bytes = file(padded, data: 4)
    bytes.replaceSubrange(
      81..<85, with: withUnsafeBytes(of: (1.5 as Float).bitPattern.littleEndian, Array.init))
    let unaligned = try SafetensorsFile(FileBytes(copying: bytes))
    #expect(unaligned.mappedBytes("a") == nil)
    #expect(try unaligned.floats("a") == [1.5])
  }

  @Test func chunksCoverATensorInOrder() throws {
    let file = try SafetensorsFile(path: Fixture.path("mixed.safetensors"))
    for size in 1...7 {
      var sizes: [Int] = []
      var floats: [Float] = []
      try file.forEachChunk(of: "ramp", maximumCount: size) { chunk in
        sizes.append(chunk.count)
        for index in chunk.indices { floats.append(chunk[index]) }
      }
      #expect(floats == [0, 0.5, 1, 1.5, 2, 2.5])
      #expect(sizes.dropLast().allSatisfy { $0 == size })
    }
  }

  @Test func aSoundHeaderIsAccepted() {
    #expect(refusal("{}", data: 0) == "")
    #expect(refusal(#"{"__metadata__": null}"#, data: 0) == "")
    #expect(refusal(#"{ "a" : {"shape":[2],"data_offsets":[0,8],"dtype":"F32"} }  "#, data: 8) == "")
    #expect(
      refusal(#"{"\u00e9\ud83d\ude00\n":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}"#, data: 1) == "")
  }

  @Test(arguments: [
    (#"[]"#, 0, "no JSON object"),
    (#" {}"#, 0, "no JSON object"),
    (#"{"#, 0, "expected"),
    (#"{}x"#, 0, "text after"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 5, "1 bytes after the last tensor"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3, "not copied completely"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "lies at bytes 4 to 0"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "\"a\""),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, 8, "takes 4 bytes"),
    (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, 4, "\"a\""),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}}"#, 4, "\"a\""),
    (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4, "too large"),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "whole number"),
    (#"{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#, 4, "starts with 0"),
    (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4, "expected"),
    (#"{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}"#, 4, "unknown type \"F31\""),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}"#, 4, "unknown or repeated key"),
    (#"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "unknown or repeated"),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "needs dtype"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}"#, 4, "more than 2"),
    (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}"#, 0, "reaches outside"),
    (#"{"a":{"dtype":"F32","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}"#, 0, "reaches outside"),
    (#"{"__metadata__":{"k":1}}"#, 0, "expected"),
    (#"{"__metadata__":nul}"#, 0, "expected"),
    (#"{"__metadata__":{"k":"1","k":"2"}}"#, 0, "twice"),
    (#"{"__metadata__":{},"__metadata__":{}}"#, 0, "twice"),
    (#"{"\ud83d":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}"#, 1, "surrogate"),
    (#"{"\q":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}"#, 1, "escape"),
  ])
  func aBrokenHeaderIsRefused(header: String, data: Int, reason: String) {
    let reply = refusal(header, data: data)
    #expect(reply.contains(reason), "\(header): \(reply)")
  }

  @Test func tensorsMustNeitherOverlapNorLeaveGapsNorShareAName() {
    func header(_ second: String, _ range: (Int, Int)) -> String {
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"#
        + #""\#(second)":{"dtype":"U8","shape":[4],"data_offsets":[\#(range.0),\#(range.1)]}}"#
    }
    #expect(refusal(header("b", (4, 8)), data: 8) == "")
    #expect(refusal(header("b", (3, 7)), data: 7).contains("overlaps"))
    #expect(refusal(header("b", (5, 9)), data: 9).contains("gap"))
    #expect(refusal(header("a", (4, 8)), data: 8).contains("occurs twice"))
  }

  @Test func anImpossibleLengthIsRefusedBeforeAnythingIsRead() {
    for length in [100_000_001, UInt64.max, UInt64(Int.max)] {
      let bytes = withUnsafeBytes(of: length.littleEndian, Array.init) + Array("{}".utf8)
      #expect(throws: CheckpointError.self) { try SafetensorsFile(FileBytes(copying: bytes)) }
    }
  }

  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: CheckpointError.self) { try SafetensorsFile(path: "/no/such.safetensors") }
    #expect(error?.kind == .noInput)
    #expect(error?.description.hasPrefix("/no/such.safetensors: ") == true)
    let folder = message { _ = try SafetensorsFile(path: "/tmp") }
    #expect(folder.contains("is a folder, not a file"))
  }
}
