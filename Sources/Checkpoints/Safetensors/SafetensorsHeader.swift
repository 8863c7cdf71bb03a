/// What the head of a safetensors file says: 8 bytes of length (little-endian), that many bytes of JSON, then
/// the tensors' bytes.  https://github.com/huggingface/safetensors, "Format".
///
/// Parsing is strict: the header has at most 100 MB and starts with `{`; no name occurs twice; the tensors
/// fill the rest of the file without gap or overlap, each as long as its shape and type say.
struct SafetensorsHeader: Equatable {
  /// Positions are those of the file.
  private(set) var locations: [String: TensorLocation] = [:]
  /// `__metadata__`.
  private(set) var metadata: [String: String] = [:]

  static let maximumLength = 100_000_000
  static let metadataKey = "__metadata__"

  /// - Parameter bytes: a whole file.
  init(parsing bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    try self.init(parsing: bytes, ofFileWith: bytes.count)
  }

  /// - Parameters:
  ///   - bytes: the beginning of a file, up to the first tensor's bytes at least.
  ///   - size: bytes of the file.
  init(parsing bytes: UnsafeRawBufferPointer, ofFileWith size: Int) throws(CheckpointError) {
    var reader = ByteReader(bytes, subject: "safetensors header")
    let length = try reader.size(UInt64.self)
    guard length <= Self.maximumLength else {
      throw CheckpointError(
        .malformed, "not a safetensors file: its header would have \(length) bytes, 100 MB is the most")
    }
    let json = try reader.take(length)
    guard json.first == UInt8(ascii: "{") else {
      throw CheckpointError(.malformed, "not a safetensors file: its header is no JSON object")
    }
    let data = reader.position..<size
    var ranges: [(name: String, range: Range<Int>)] = []
    var hasMetadata = false

    var scanner = JSONScanner(json)
    try scanner.list("{", "}") { scanner throws(CheckpointError) in
      let name = try scanner.string()
      try scanner.expect(":")
      if name == Self.metadataKey {
        if hasMetadata { throw scanner.failure("\(Self.metadataKey) occurs twice") }
        hasMetadata = true
        metadata = try Self.metadata(&scanner)
      } else {
        let (location, range) = try Self.tensor(name, &scanner, data)
        if locations.updateValue(location, forKey: name) != nil {
          throw CheckpointError(.malformed, "tensor \(quoted(name)) occurs twice in the safetensors header")
        }
        ranges.append((name, range))
      }
    }
    guard scanner.isAtEnd() else { throw scanner.failure("text after the JSON object") }
    try Self.checkThatTensorsFill(data, ranges)
  }

  /// An object of strings, or null, which the safetensors library reads as none.
  private static func metadata(_ scanner: inout JSONScanner) throws(CheckpointError) -> [String: String] {
    if scanner.skipNull() { return [:] }
    var metadata: [String: String] = [:]
    try scanner.list("{", "}") { scanner throws(CheckpointError) in
      let key = try scanner.string()
      try scanner.expect(":")
      if metadata.updateValue(try scanner.string(), forKey: key) != nil {
        throw scanner.failure("metadata key \(quoted(key)) occurs twice")
      }
    }
    return metadata
  }

  /// `{"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}`, in any order.
  private static func tensor(
    _ name: String, _ scanner: inout JSONScanner, _ data: Range<Int>
  ) throws(CheckpointError) -> (TensorLocation, Range<Int>) {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.list("{", "}") { scanner throws(CheckpointError) in
      let key = try scanner.string()
      try scanner.expect(":")
      switch key {
      case "dtype" where typeName == nil: typeName = try scanner.string()
      case "shape" where shape == nil: shape = try integers(&scanner, atMost: TensorLocation.maximumRank)
      case "data_offsets" where offsets == nil: offsets = try integers(&scanner, atMost: 2)
      default: throw scanner.failure("tensor \(quoted(name)) has an unknown or repeated key \(quoted(key))")
      }
    }
    guard let typeName, let shape, let offsets, offsets.count == 2 else {
      throw scanner.failure("tensor \(quoted(name)) needs dtype, shape and two data_offsets")
    }
    guard let type = StoredType(rawValue: typeName) else {
      throw CheckpointError(.unsupported, "tensor \(quoted(name)) has the unknown type \(quoted(typeName))")
    }
    guard offsets[0] <= offsets[1], offsets[1] <= data.count else {
      throw CheckpointError(
        .malformed,
        "tensor \(quoted(name)) lies at bytes \(offsets[0]) to \(offsets[1]) of \(data.count): "
          + "the file is damaged or was not copied completely")
    }
    let range = data.lowerBound + offsets[0]..<data.lowerBound + offsets[1]
    let location: TensorLocation
    do {
      location = try TensorLocation(
        type: type, shape: shape, strides: TensorLocation.contiguousStrides(shape), offset: 0, storage: range)
    } catch { throw error.about("tensor \(quoted(name))") }
    guard location.extent == range.count else {
      throw CheckpointError(
        .malformed,
        "tensor \(quoted(name)) of shape \(shape) and type \(typeName) takes \(location.extent) bytes, "
          + "but \(range.count) are stored")
    }
    return (location, range)
  }

  private static func integers(
    _ scanner: inout JSONScanner, atMost limit: Int
  ) throws(CheckpointError) -> [Int] {
    var integers: [Int] = []
    try scanner.list("[", "]") { scanner throws(CheckpointError) in
      if integers.count == limit { throw scanner.failure("more than \(limit) numbers") }
      integers.append(try scanner.unsignedInteger())
    }
    return integers
  }

  private static func checkThatTensorsFill(
    _ data: Range<Int>, _ ranges: [(name: String, range: Range<Int>)]
  ) throws(CheckpointError) {
    var end = data.lowerBound
    for (name, range) in ranges.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      guard range.lowerBound == end else {
        throw CheckpointError(
          .malformed,
          "tensor \(quoted(name)) \(range.lowerBound < end ? "overlaps" : "leaves a gap after") "
            + "the one before it")
      }
      end = range.upperBound
    }
    guard end == data.upperBound else {
      throw CheckpointError(.malformed, "\(data.upperBound - end) bytes after the last tensor belong to none")
    }
  }
}
