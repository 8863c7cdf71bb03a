import Tensors

/// A file of named tensors, whichever its format.
public protocol CheckpointFile: ChunkedTensorSource {
  var format: CheckpointFormat { get }
  /// Every tensor, sorted by name: also those of types that are not weights and so not in `tensors`.
  var entries: [TensorEntry] { get }
}

public enum CheckpointFormat: String, Sendable, Encodable {
  case safetensors
  /// What `torch.save` writes since PyTorch 1.6.
  case torchZip = "pytorch-zip"
  /// What it wrote before.
  case torchLegacy = "pytorch-legacy"
}

/// Opens a file of weights, telling its format by its first bytes, not by its name.
/// - Throws: `CheckpointError`, naming the file.
public func openCheckpoint(path: String) throws(CheckpointError) -> any CheckpointFile {
  let file = try FileBytes(path: path)
  return try naming(path) { () throws(CheckpointError) -> any CheckpointFile in
    let checkpoint = Result { () throws(CheckpointError) in try parse(file) }
    // What was read as zeros may have been parsed as well as refused.
    try file.requireWhole()
    return try checkpoint.get()
  }
}

private func parse(_ file: FileBytes) throws(CheckpointError) -> any CheckpointFile {
  // A safetensors file: the header's length (never this large in the others), then its opening brace.
  if file.bytes.count > 8, file.bytes[8] == UInt8(ascii: "{"), !TorchIndex.isZip(file.bytes) {
    return try SafetensorsFile(file)
  }
  return try TorchCheckpoint(file)
}
