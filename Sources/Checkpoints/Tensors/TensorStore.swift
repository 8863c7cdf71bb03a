import Tensors

/// The tensors of one mapped file: what `SafetensorsFile` and `TorchCheckpoint` share once their headers are
/// read.
struct TensorStore: Sendable {
  let file: FileBytes
  let locations: [String: TensorLocation]
  /// Every tensor, sorted by name.
  let entries: [TensorEntry]
  /// The ones that are weights.
  let tensors: [String: TensorDescription]
  /// Whether elements have their most significant byte first.
  let isBigEndian: Bool

  init(file: FileBytes, locations: [String: TensorLocation], isBigEndian: Bool = false) {
    self.file = file
    self.locations = locations
    self.isBigEndian = isBigEndian
    entries = TensorEntry.all(locations)
    tensors = locations.compactMapValues { location in
      location.type.elementType.map { TensorDescription(elementType: $0, shape: location.shape) }
    }
  }

  func forEachChunk(of name: String, maximumCount: Int, _ body: (Span<Float>) throws -> Void) throws {
    precondition(maximumCount > 0)
    let (location, type) = try weight(name)
    let whole = location.byteOffset..<location.byteOffset + location.extent
    guard let start = file.bytes.baseAddress, location.count > 0 else { return }

    var runs = StridedRuns(location)
    let capacity = min(maximumCount, location.count)
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: capacity)
    defer {
      buffer.deallocate()
      file.discard(whole)
    }
    let destination = buffer.baseAddress!  // capacity is at least 1
    var filled = 0
    while let run = runs.next(limit: capacity - filled) {
      let source = start + location.byteOffset + run.offset * type.byteWidth
      type.toFloats(
        source, count: run.count, stride: run.stride, isBigEndian: isBigEndian, destination + filled)
      filled += run.count
      if filled == capacity {
        try file.requireWhole()
        try body(UnsafeBufferPointer(start: destination, count: filled).span)
        filled = 0
        if runs.isOneRun {  // what lies before is not needed again
          let end = location.byteOffset + (run.offset + run.count) * type.byteWidth
          file.discard(end - run.count * type.byteWidth..<end)
        }
      }
    }
    try file.requireWhole()
    if filled > 0 { try body(UnsafeBufferPointer(start: destination, count: filled).span) }
  }

  /// The bytes in place, when they are what `tensors` says, dense and aligned for their type.
  func mappedBytes(_ name: String) -> MappedBytes? {
    guard let location = locations[name], let type = location.type.elementType,
      location.layout == .contiguous,
      location.type == StoredType(type), !isBigEndian
    else { return nil }
    let bytes = UnsafeRawBufferPointer(
      rebasing: file.bytes[location.byteOffset..<location.byteOffset + location.extent])
    guard UInt(bitPattern: bytes.baseAddress) % UInt(type.byteWidth) == 0 else { return nil }
    return MappedBytes(bytes: bytes, owner: file)
  }

  private func weight(_ name: String) throws -> (TensorLocation, StoredType) {
    guard let location = locations[name] else {
      throw TensorSourceError("there is no tensor \(quoted(name))")
    }
    guard location.type.elementType != nil else {
      throw TensorSourceError(
        "tensor \(quoted(name)) is stored as \(location.type.rawValue); weights are F64, F32, F16 or BF16")
    }
    return (location, location.type)
  }
}
