import Testing

@testable import Checkpoints

/// Damaged files of every format: each is read or refused with a `CheckpointError`; none ends the process.
@Suite struct HostileFilesTests {
  static let names = [
    "protocol2.pt", "protocol5.pt", "zip32.pt", "zip64.pt", "legacy_protocol2.pt", "legacy_protocol5.pt",
    "legacy_views.pt", "mixed.safetensors", "surroundings.pt", "legacy_surroundings.pt", "big_endian.pt",
  ]

  /// Opens the bytes as whatever they look like, and reads every weight.
  private func read(_ bytes: [UInt8], as name: String) throws {
    let file = FileBytes(copying: bytes)
    let checkpoint: any CheckpointFile =
      name.hasSuffix(".pt") ? try TorchCheckpoint(file) : try SafetensorsFile(file)
    for (name, description) in checkpoint.tensors {
      let floats = try checkpoint.floats(name)
      guard floats.count == description.count else {
        throw CheckpointError(.mismatch, "\(floats.count) elements instead of \(description.count)")
      }
      _ = checkpoint.mappedBytes(name)?.bytes.last
    }
    _ = CheckpointSummary(checkpoint)
  }

  @Test(arguments: names)
  func aFileCutShortAnywhereIsRefused(name: String) throws {
    let bytes = try Fixture.bytes(name)
    try read(bytes, as: name)
    for length in 0..<bytes.count {
      #expect(throws: CheckpointError.self, "cut to \(length) bytes") {
        try read(Array(bytes[..<length]), as: name)
      }
    }
  }

  @Test(arguments: names)
  func aFileWithWrongBytesIsReadOrRefused(name: String) throws {
    let seed = UInt64.random(in: 0...(.max))
    var generator = SeededGenerator(state: seed)
    let bytes = try Fixture.bytes(name)
    for round in 0..<1500 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) { damage(&damaged, &generator) }
      do { try read(damaged, as: name) } catch is CheckpointError {
      } catch { Issue.record("round \(round) of seed \(seed): \(error)") }
    }
  }

  /// Overwrites, removes, repeats or inserts a few bytes somewhere.
  private func damage(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let position = Int.random(in: 0..<bytes.count, using: &generator)
    let end = min(bytes.count, position + Int.random(in: 1...8, using: &generator))
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: bytes[position] = UInt8.random(in: 0...255, using: &generator)
    case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 2: bytes.replaceSubrange(position..<end, with: repeatElement(0xFF, count: end - position))
    case 3: bytes.replaceSubrange(position..<end, with: repeatElement(0x7F, count: end - position))
    case 4: bytes.removeSubrange(position..<end)
    default: bytes.insert(contentsOf: bytes[position..<end], at: position)
    }
  }
}
