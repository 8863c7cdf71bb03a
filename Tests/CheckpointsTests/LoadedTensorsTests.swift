import FoundationEssentials
import Synchronization
import Tensors
import Testing

@testable import Checkpoints

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

@Suite(.timeLimit(.minutes(1))) struct LoadedTensorsTests {
  private let values: [Float] = (0..<100_000).map { Float($0) / 3 }

  private struct Interrupted: Error {}

  private func model(in directory: String) throws -> ModelDirectory {
    let weights = MemoryTensors(values: ["a.weight": ([2], [1, 2]), "large": ([100, 1000], values)])
    try ModelDirectoryWriter.write(
      ModelConfigurationTests.example, weights: ["A2B": weights], precision: .float32, to: directory + "/toon"
    )
    return try ModelDirectory(path: directory + "/toon")
  }

  @Test func whatWasCheckedIsUsedWhateverBecomesOfTheFile() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let file = directory + "/toon/A2B.safetensors"
    let opened = try model(in: directory).open(direction: "A2B")
    let inPlace = try #require(opened.mappedBytes("large"))
    let size = try FileBytes(path: file).bytes.count
    // As `cp` does it: the same file, other bytes, fewer of them.
    let descriptor = open(file, O_WRONLY | O_TRUNC)
    try #require(descriptor >= 0)
    let zeros = [UInt8](repeating: 0, count: size / 2)
    try #require(write(descriptor, zeros, zeros.count) == zeros.count)
    close(descriptor)
    #expect(try opened.floats("large") == values)
    #expect(Array(inPlace.bytes) == values.flatMap { value in withUnsafeBytes(of: value) { Array($0) } })
  }

  @Test func whatIsUsedInPlaceOutlivesTheFileItCameFrom() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let inPlace = try model(in: directory).open(direction: "A2B").mappedBytes("a.weight")
    #expect(inPlace?.bytes.count == 8)
    #expect(inPlace?.bytes.load(fromByteOffset: 4, as: Float.self) == 2)
    #expect(UInt(bitPattern: inPlace?.bytes.baseAddress) % 64 == 0)
  }

  @Test func readingEndsWhenItIsToldTo() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let model = try model(in: directory)
    let calls = Atomic(0)
    let opened = try model.open(direction: "A2B") { calls.add(1, ordering: .relaxed) }
    let whole = calls.load(ordering: .relaxed)
    #expect(whole >= 3)  // a piece of each tensor, and looking at its numbers
    _ = try opened.floats("large")
    #expect(calls.load(ordering: .relaxed) > whole)
    for allowed in 0..<whole {
      let left = Atomic(allowed)
      #expect(throws: Interrupted.self) {
        try model.open(direction: "A2B") {
          if left.subtract(1, ordering: .relaxed).newValue < 0 { throw Interrupted() }
        }
      }
    }
  }

  @Test func nothingWaitsForAPipe() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    let model = try model(in: directory)
    for name in ["A2B.safetensors", "config.json"] {
      let path = directory + "/toon/" + name
      try FileManager.default.removeItem(atPath: path)
      try #require(mkfifo(path, 0o600) == 0)
    }
    for refusal in [
      message { _ = try model.open(direction: "A2B") },
      message { _ = try ModelDirectory(path: directory + "/toon") },
      message { _ = try openCheckpoint(path: directory + "/toon/A2B.safetensors") },
    ] {
      #expect(refusal.contains("is a pipe, not a file"), "\(refusal)")
    }
    #expect(message { _ = try openCheckpoint(path: "/dev/zero") }.contains("is a device, not a file"))
  }

  @Test func aCheckpointThatBecomesShorterIsAnError() throws {
    let directory = try makeTemporaryDirectory()
    defer { remove(directory) }
    _ = try model(in: directory)
    let path = directory + "/toon/A2B.safetensors"
    let file = try openCheckpoint(path: path)
    try #require(truncate(path, 8192) == 0)
    let refusal = message { _ = try file.floats("large") }
    #expect(refusal.contains("became shorter while it was read"), "\(refusal)")
  }
}
