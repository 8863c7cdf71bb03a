extension TorchIndex {
  /// Little-endian two's complement of 0x1950A86A20F9469CFC6C (torch/serialization.py, MAGIC_NUMBER).
  private static let magicNumber: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
  private static let protocolVersion = 1001

  /// The format before PyTorch 1.6: pickles of a magic number, a version, the writing system's properties,
  /// the saved object and the list of its storages' keys; then for each key 8 bytes of element count and the
  /// elements.  Those are little-endian whatever the system was; its properties are read by nobody, PyTorch neither.
  init(legacy bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    var position = 0
    func next() throws(CheckpointError) -> (value: PickleValue, unpickler: Unpickler) {
      var unpickler = Unpickler(bytes, at: position)
      let value = try unpickler.load()
      position = unpickler.position
      return (value, unpickler)
    }
    let first = try next()
    guard first.value == .longInteger(Self.magicNumber) else {
      throw CheckpointError(.unsupported, ForeignFile.sentence(pickleOf: first.value, first.unpickler))
    }
    guard try next().value == .integer(Self.protocolVersion) else {
      throw CheckpointError(.unsupported, "a PyTorch file of an unknown version")
    }
    _ = try next()
    let object = try next()
    let keys = try next()
    let ranges = try Self.storageRanges(
      ByteReader(bytes, at: position, subject: "last storage"), keys: keys.unpickler.strings(in: keys.value),
      types: Self.storageTypes(object.unpickler))
    try self.init(
      .torchLegacy, object.value, object.unpickler, storages: ranges, isBigEndian: false,
      fileSize: bytes.count)
  }

  private static func storageTypes(_ unpickler: Unpickler) throws(CheckpointError) -> [String: StoredType] {
    var types: [String: StoredType] = [:]
    for storage in unpickler.storages {
      let old = types.updateValue(storage.type, forKey: storage.key)
      if let old, old.byteWidth != storage.type.byteWidth {
        throw CheckpointError(
          .unsupported,
          "storage \(quoted(storage.key)) is used both as \(old.rawValue) and \(storage.type.rawValue)")
      }
    }
    return types
  }

  private static func storageRanges(
    _ reader: ByteReader, keys: [String], types: [String: StoredType]
  ) throws(CheckpointError) -> [String: Range<Int>] {
    var reader = reader
    var ranges: [String: Range<Int>] = [:]
    for key in keys {
      guard let type = types[key] else {
        throw CheckpointError(
          .malformed, "storage \(quoted(key)) belongs to no tensor, or its type is not known here")
      }
      let (length, overflow) = try reader.size(UInt64.self).multipliedReportingOverflow(by: type.byteWidth)
      guard !overflow else {
        throw CheckpointError(.malformed, "storage \(quoted(key)) has an impossible length")
      }
      let start = reader.position
      try reader.skip(length)
      if ranges.updateValue(start..<reader.position, forKey: key) != nil {
        throw CheckpointError(.malformed, "storage \(quoted(key)) is listed twice")
      }
    }
    return ranges
  }
}

extension Unpickler {
  fileprivate func strings(in list: PickleValue) throws(CheckpointError) -> [String] {
    guard case .list(let index) = list else {
      throw CheckpointError(.malformed, "the storages' keys are \(list.kind)")
    }
    var strings: [String] = []
    for item in containers[index] {
      guard case .string(let string) = item else {
        throw CheckpointError(.malformed, "a storage's key is \(item.kind)")
      }
      strings.append(string)
    }
    return strings
  }
}
