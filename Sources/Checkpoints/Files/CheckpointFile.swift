import Tensors

/// A file of named tensors, whichever its format.
public protocol CheckpointFile: ChunkedTensorSource {
  var format: CheckpointFormat { get }
  /// Every tensor, sorted by name: also those of types that are not weights and so not in `tensors`.
  var entries: [TensorEntry] { get }
  /// What stands under a name instead of a tensor that can be read, such as the class of an object.
  var unreadable: [String: String] { get }
  /// Classes and functions that the file asks for; what they would have made was passed over, none was called.
  /// Sorted.
  var passedOver: [String] { get }
}

extension CheckpointFile {
  public var unreadable: [String: String] { [:] }
  public var passedOver: [String] { [] }
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
    let checkpoint = Result { () throws(CheckpointError) in try parse(file, path: path) }
    // What was read as zeros may have been parsed as well as refused.
    try file.requireWhole()
    return try checkpoint.get()
  }
}

private func parse(_ file: FileBytes, path: String) throws(CheckpointError) -> any CheckpointFile {
  // A safetensors file: the header's length (never this large in the others), then its opening brace.
  if file.bytes.count > 8, file.bytes[8] == UInt8(ascii: "{"), !TorchIndex.isZip(file.bytes) {
    return try SafetensorsFile(file)
  }
  if let sentence = ForeignFile.sentence(path: path, file.bytes) {
    throw CheckpointError(.unsupported, sentence)
  }
  return try TorchCheckpoint(file)
}
