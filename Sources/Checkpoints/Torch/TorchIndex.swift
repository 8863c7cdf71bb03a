import Digests

/// What a PyTorch file holds and where, read off its bytes.
struct TorchIndex {
  let format: CheckpointFormat
  let contents: StateDictionary.Contents
  /// Of the elements' bytes.
  let isBigEndian: Bool
  /// Names in the pickle that stand for nothing known here, sorted: what they would have made was passed over.
  let passedOver: [String]

  static func isZip(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.starts(with: "PK\u{3}\u{4}".utf8) }

  init(parsing bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    if Self.isZip(bytes) {
      try self.init(zip: bytes)
    } else if bytes.first == PickleOpcode.proto.rawValue {
      try self.init(legacy: bytes)
    } else {
      throw CheckpointError(
        .unsupported,
        ForeignFile.sentence(bytes)
          ?? "neither a file that torch.save wrote nor safetensors: expected a zip file or a pickle, "
          + "but the first bytes are \(hexadecimal(bytes.prefix(8)))")
    }
  }

  /// - Parameters:
  ///   - top: what `unpickler` loaded.
  ///   - storages: bytes of the file by storage key.
  init(
    _ format: CheckpointFormat, _ top: PickleValue, _ unpickler: Unpickler, storages: [String: Range<Int>],
    isBigEndian: Bool, fileSize: Int
  ) throws(CheckpointError) {
    self.format = format
    self.isBigEndian = isBigEndian
    contents = try StateDictionary(unpickler, storages: storages).contents(of: top, fileSize: fileSize)
    passedOver = unpickler.unknownNames.sorted()
  }

  /// A zip file: `NAME/data.pkl` describes the tensors, `NAME/data/KEY` are the storages, `NAME/byteorder` says how
  /// their bytes lie.
  private init(zip bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    let archive = try ZipArchive(parsing: bytes)
    let suffix = "data.pkl"
    let pickles = archive.names.filter { $0 == suffix || $0.hasSuffix("/" + suffix) }
    guard pickles.count == 1, let pickle = pickles.first else {
      throw CheckpointError(.unsupported, ForeignFile.sentence(zipOf: archive.names, pickles: pickles.count))
    }
    let root = String(pickle.dropLast(suffix.count))
    if archive.contains(root + "constants.pkl") {
      throw CheckpointError(
        .unsupported,
        "a TorchScript program, not a checkpoint: in Python, save its state dictionary with "
          + "torch.save(module.state_dict(), path)")
    }
    var isBigEndian = false
    if archive.contains(root + "byteorder") {
      let order = UnsafeRawBufferPointer(rebasing: bytes[try archive.range(of: root + "byteorder")])
      isBigEndian = order.elementsEqual("big".utf8)
      guard isBigEndian || order.elementsEqual("little".utf8) else {
        throw CheckpointError(.malformed, "its byte order is neither \"little\" nor \"big\"")
      }
    }
    let range = try archive.range(of: pickle)
    var unpickler = Unpickler(UnsafeRawBufferPointer(rebasing: bytes[range]))
    let top = try unpickler.load()
    var ranges: [String: Range<Int>] = [:]
    for storage in unpickler.storages where ranges[storage.key] == nil {
      ranges[storage.key] = try archive.range(of: root + "data/" + storage.key)
    }
    try self.init(
      .torchZip, top, unpickler, storages: ranges, isBigEndian: isBigEndian, fileSize: bytes.count)
  }
}
