import Tensors

@testable import Checkpoints

// A file of weights of any format, opened, listed, taken apart into networks, and read.

func fuzz(_ bytes: [UInt8]) {
  if let file = try? SafetensorsFile(FileBytes(copying: bytes)) { check(file) }
  if let file = try? TorchCheckpoint(FileBytes(copying: bytes)) { check(file) }
}

private func check(_ file: some CheckpointFile) {
  let summary = CheckpointSummary(file)
  expect(summary.tensors.count == file.entries.count, "tensors are missing from the summary")
  let names = Set(file.entries.map(\.name) + file.unreadable.keys)
  if let networks = try? NamedNetworks(in: names, marks: ["DownBlock.1.weight", "a.weight"]) {
    let told = networks.networks.reduce(networks.others.count + networks.bookkeeping.count) {
      $0 + $1.names.count
    }
    expect(told == names.count, "names are lost among the networks")
    _ = try? DirectionChoice().generators(in: networks.networks)
  }
  for (name, tensor) in file.tensors.sorted(by: { $0.key < $1.key }).prefix(8) {
    let head = head(of: name, in: file)
    expect(head.count == min(tensor.count, 4096), "\(name): \(head.count) elements of \(tensor.count)")
    checkMapping(of: name, tensor, in: file, head)
  }
}

private struct Enough: Error {}

/// The first elements of a tensor, which may stand for many more than the file has bytes.
private func head(of name: String, in file: some CheckpointFile) -> [Float] {
  var head: [Float] = []
  try? file.forEachChunk(of: name, maximumCount: 1024) { chunk in
    for index in chunk.indices.prefix(4096 - head.count) { head.append(chunk[index]) }
    if head.count == 4096 { throw Enough() }
  }
  return head
}

/// What is mapped is what is read.
private func checkMapping(
  of name: String, _ tensor: TensorDescription, in file: some CheckpointFile, _ head: [Float]
) {
  guard tensor.elementType == .float32, let mapped = file.mappedBytes(name) else { return }
  withExtendedLifetime(mapped.owner) {
    expect(mapped.bytes.count == 4 * tensor.count, "\(name): \(mapped.bytes.count) bytes of \(tensor)")
    for (index, value) in head.enumerated() {
      let bits = mapped.bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
      expect(bits == value.bitPattern, "\(name): element \(index) is mapped as another value")
    }
  }
}
