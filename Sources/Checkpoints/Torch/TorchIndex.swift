/// What a PyTorch file holds and where, read off its bytes.
struct TorchIndex {
  let format: CheckpointFormat
  let locations: [String: TensorLocation]

  static func isZip(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.starts(with: "PK\u{3}\u{4}".utf8) }

  init(parsing bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    if Self.isZip(bytes) {
      format = .torchZip
      locations = try Self.zip(bytes)
    } else if bytes.first == PickleOpcode.proto.rawValue {
      format = .torchLegacy
      locations = try Self.legacy(bytes)
    } else {
      throw CheckpointError(
        .unsupported,
        "neither a file that torch.save wrote nor safetensors: expected a zip file or a pickle, "
          + "but the first bytes are \(hexadecimal(bytes.prefix(8)))")
    }
  }

  /// A zip file: `NAME/data.pkl` describes the tensors, `NAME/data/KEY` are the storages.
  private static func zip(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) -> [String: TensorLocation]
  {
    let archive = try ZipArchive(parsing: bytes)
    let suffix = "data.pkl"
    let pickles = archive.names.filter { $0 == suffix || $0.hasSuffix("/" + suffix) }
    guard pickles.count == 1, let pickle = pickles.first else {
      throw CheckpointError(
        .unsupported,
        "a zip file, but not one that torch.save wrote: it has \(pickles.count) members data.pkl")
    }
    let root = String(pickle.dropLast(suffix.count))
    if archive.contains(root + "constants.pkl") {
      throw CheckpointError(
        .unsupported,
        "a TorchScript program, not a checkpoint: in Python, save its state dictionary with "
          + "torch.save(module.state_dict(), path)")
    }
    if archive.contains(root + "byteorder") {
      let order = UnsafeRawBufferPointer(rebasing: bytes[try archive.range(of: root + "byteorder")])
      guard order.elementsEqual("little".utf8) else { throw bigEndian }
    }
    let range = try archive.range(of: pickle)
    var unpickler = Unpickler(UnsafeRawBufferPointer(rebasing: bytes[range]))
    let top = try unpickler.load()
    var ranges: [String: Range<Int>] = [:]
    for storage in unpickler.storages where ranges[storage.key] == nil {
      ranges[storage.key] = try archive.range(of: root + "data/" + storage.key)
    }
    return try StateDictionary(unpickler, storages: ranges).locations(in: top, fileSize: bytes.count)
  }

  static let bigEndian = CheckpointError(
    .unsupported, "written on a big-endian machine; load it there and save it as safetensors")
}
