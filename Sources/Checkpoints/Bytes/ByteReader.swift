/// Reads little-endian fields from bytes, front to back; never past the end.
struct ByteReader {
  let bytes: UnsafeRawBufferPointer
  /// What is being read, for messages: "pickle", "zip directory".
  let subject: String
  private(set) var position: Int

  /// `position` may be anything; a read from outside of the bytes throws.
  init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0, subject: String) {
    self.bytes = bytes
    self.subject = subject
    self.position = position
  }

  var remaining: Int { max(0, bytes.count - position) }

  /// The next `count` bytes, in place.
  mutating func take(_ count: Int) throws(CheckpointError) -> UnsafeRawBufferPointer {
    guard position >= 0, count >= 0, count <= remaining else {
      throw CheckpointError(
        .malformed, "the \(subject) ends too early: the file is damaged or was not copied completely")
    }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  mutating func skip(_ count: Int) throws(CheckpointError) { _ = try take(count) }

  mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(CheckpointError) -> Value {
    Value(littleEndian: try take(MemoryLayout<Value>.size).loadUnaligned(as: Value.self))
  }

  /// An unsigned field as `Int`, refusing what no file could hold.
  mutating func size<Value: FixedWidthInteger & UnsignedInteger>(
    _ type: Value.Type
  ) throws(CheckpointError) -> Int {
    let value = try integer(type)
    guard let size = Int(exactly: value) else {
      throw CheckpointError(.malformed, "the \(subject) holds an impossible size of \(value)")
    }
    return size
  }

  /// `count` bytes as text.
  mutating func text(_ count: Int) throws(CheckpointError) -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw CheckpointError(.malformed, "the \(subject) holds text that is not UTF-8")
    }
    return text
  }
}
