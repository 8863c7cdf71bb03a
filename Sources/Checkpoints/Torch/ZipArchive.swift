/// The members of a zip file (PKWARE APPNOTE.TXT 6.3), with the zip64 extension, as far as PyTorch uses the
/// format: one disk, members stored without compression, so that each is a range of the file.
struct ZipArchive {
  private struct Member {
    var isStored: Bool
    var size: Int
    /// Where the local header starts; the data follows it.
    var headerOffset: Int
  }

  private let bytes: UnsafeRawBufferPointer
  private let members: [String: Member]

  /// Reads the central directory.
  init(parsing bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    self.bytes = bytes
    let directory = try Self.findDirectory(bytes)
    var reader = ByteReader(
      UnsafeRawBufferPointer(rebasing: bytes[..<directory.range.upperBound]),
      at: directory.range.lowerBound, subject: "zip directory")
    var members: [String: Member] = [:]
    for _ in 0..<directory.count {  // each turn reads at least 46 bytes, or throws
      let (name, member) = try Self.directoryEntry(&reader)
      if members.updateValue(member, forKey: name) != nil {
        throw CheckpointError(.malformed, "the zip file holds two members named \(quoted(name))")
      }
    }
    self.members = members
  }

  var names: some Collection<String> { members.keys }

  func contains(_ name: String) -> Bool { members[name] != nil }

  /// Where in the file the content of a member lies.
  func range(of name: String) throws(CheckpointError) -> Range<Int> {
    guard let member = members[name] else {
      throw CheckpointError(.malformed, "the zip file has no member \(quoted(name))")
    }
    guard member.isStored else {
      throw CheckpointError(
        .unsupported,
        "member \(quoted(name)) of the zip file is compressed or encrypted, which torch.save never "
          + "does: unpack the file, and zip it again uncompressed (zip -0 -r)")
    }
    var reader = ByteReader(bytes, at: member.headerOffset, subject: "zip member's header")
    guard try reader.integer(UInt32.self) == 0x0403_4B50 else {
      throw CheckpointError(.malformed, "the zip file's directory points to something that is no member")
    }
    try reader.skip(22)
    let nameLength = try reader.size(UInt16.self)
    let extraLength = try reader.size(UInt16.self)
    try reader.skip(nameLength + extraLength)
    let start = reader.position
    try reader.skip(member.size)
    return start..<reader.position
  }

  /// One "central directory header" (section 4.3.12).
  private static func directoryEntry(_ reader: inout ByteReader) throws(CheckpointError) -> (String, Member) {
    guard try reader.integer(UInt32.self) == 0x0201_4B50 else {
      throw CheckpointError(.malformed, "the zip directory is damaged at byte \(reader.position - 4)")
    }
    try reader.skip(4)
    let isEncrypted = try reader.integer(UInt16.self) & 1 != 0
    let method = try reader.integer(UInt16.self)
    try reader.skip(8)
    var fields = [try reader.size(UInt32.self), try reader.size(UInt32.self)]  // size here, size unpacked
    let nameLength = try reader.size(UInt16.self)
    let extraLength = try reader.size(UInt16.self)
    let commentLength = try reader.size(UInt16.self)
    try reader.skip(8)
    fields.append(try reader.size(UInt32.self))  // the local header's position
    let name = try reader.text(nameLength)
    let extra = try reader.take(extraLength)
    try reader.skip(commentLength)

    // Section 4.5.3: a field of all ones has its value in the extra field, in the order of unpacked, packed,
    // position.
    if fields.contains(0xFFFF_FFFF) {
      var wide = try zip64Extra(extra)
      for index in [1, 0, 2] where fields[index] == 0xFFFF_FFFF { fields[index] = try wide.size(UInt64.self) }
    }
    let isStored = method == 0 && !isEncrypted && fields[0] == fields[1]
    return (name, Member(isStored: isStored, size: fields[1], headerOffset: fields[2]))
  }

  private static func zip64Extra(_ extra: UnsafeRawBufferPointer) throws(CheckpointError) -> ByteReader {
    var reader = ByteReader(extra, subject: "zip64 field")
    while true {
      let tag = try reader.integer(UInt16.self)
      let content = try reader.take(Int(try reader.integer(UInt16.self)))
      if tag == 1 { return ByteReader(content, subject: "zip64 field") }
    }
  }

  /// Finds the central directory through the record at the file's end (sections 4.3.14 to 4.3.16).
  private static func findDirectory(
    _ bytes: UnsafeRawBufferPointer
  ) throws(CheckpointError) -> (range: Range<Int>, count: Int) {
    let end = try findEndRecord(bytes)
    var reader = ByteReader(bytes, at: end + 10, subject: "zip end record")
    var count = try reader.size(UInt16.self)
    var size = try reader.size(UInt32.self)
    var offset = try reader.size(UInt32.self)
    if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
      var locator = ByteReader(bytes, at: end - 20, subject: "zip64 locator")
      guard try locator.integer(UInt32.self) == 0x0706_4B50 else {
        throw CheckpointError(.malformed, "the zip file is larger than its directory can say")
      }
      try locator.skip(4)
      var wide = ByteReader(bytes, at: try locator.size(UInt64.self), subject: "zip64 end record")
      guard try wide.integer(UInt32.self) == 0x0606_4B50 else {
        throw CheckpointError(.malformed, "the zip64 end record is damaged")
      }
      try wide.skip(28)
      count = try wide.size(UInt64.self)
      size = try wide.size(UInt64.self)
      offset = try wide.size(UInt64.self)
    }
    guard offset <= bytes.count, size <= bytes.count - offset, count <= size / 46 else {
      throw CheckpointError(.malformed, "the zip directory lies outside of the file")
    }
    return (offset..<offset + size, count)
  }

  /// Position of the record that ends the file, before a comment of at most 65,535 bytes.
  private static func findEndRecord(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) -> Int {
    let last = bytes.count - 22
    if last >= 0 {
      for position in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
      where UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        == 0x0605_4B50
      {
        let comment = bytes.loadUnaligned(fromByteOffset: position + 20, as: UInt16.self)
        if Int(UInt16(littleEndian: comment)) == last - position { return position }
      }
    }
    throw CheckpointError(
      .malformed, "the zip file has no directory at its end: it is damaged or was not copied completely")
  }
}
