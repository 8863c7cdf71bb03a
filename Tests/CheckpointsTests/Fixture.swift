import Digests
import FoundationEssentials
import Tensors

@testable import Checkpoints

/// The files that Fixtures/make_fixtures.py made.
enum Fixture {
  static func path(_ name: String) -> String {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    return "/\(folder)/Fixtures/\(name)"
  }

  static func bytes(_ name: String) throws -> [UInt8] { try FileBytes(path: path(name)).copy() }

  /// The weights that PyTorch saw in a checkpoint.
  static func expected(_ name: String) throws -> SafetensorsFile {
    try SafetensorsFile(path: path(name + ".expected.safetensors"))
  }
}

/// A new empty directory, for the caller to remove.
func makeTemporaryDirectory() throws -> String {
  let path = FileManager.default.temporaryDirectory.path + "/checkpoints-tests-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  return path
}

func remove(_ directory: String) { try? FileManager.default.removeItem(atPath: directory) }

func contents(of directory: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
}

func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

/// Tensors in memory: what a source that reads no file looks like.
struct MemoryTensors: TensorSource {
  var values: [String: (shape: [Int], floats: [Float])]

  var tensors: [String: TensorDescription] {
    values.mapValues { TensorDescription(elementType: .float32, shape: $0.shape) }
  }

  func floats(_ name: String) throws -> [Float] {
    guard let value = values[name] else { throw TensorSourceError("there is no tensor \(name)") }
    return value.floats
  }
}

/// SplitMix64: random tests print their seed and can be run again.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// The error that `body` throws, as a person reads it; empty if it throws none.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch { return "\(error)" }
}

func bits(_ floats: [Float]) -> [UInt32] { floats.map(\.bitPattern) }

/// 64 lower-case hexadecimal digits.
func sha256(_ bytes: [UInt8]) -> String { hexadecimal(SHA256.digest(of: bytes)) }
