import Tensors

/// Writes safetensors files.
public enum SafetensorsWriter {
  /// What was written.
  public struct Result: Sendable, Hashable {
    public let byteCount: Int
    /// 64 lower-case hexadecimal digits.
    public let sha256: String
  }

  /// Writes all tensors of `source`, each as `elementType`, sorted by name; the same tensors give the same
  /// bytes.
  ///
  /// Numbers are rounded to the nearest, ties to even.  The tensors' bytes start at a multiple of 64 (the
  /// header is padded with spaces) and follow each other without gaps, so each is aligned for its element
  /// type.  Memory is that of a few chunks; the file gets its name when it is complete.
  ///
  /// - Throws: `CheckpointError.mismatch`, naming tensor and element, for NaN, infinity and what
  /// `elementType`
  ///   cannot hold; `.output` when the file cannot be written; what `source` throws.
  @discardableResult
  public static func write(
    _ source: any TensorSource, as elementType: ElementType, to path: String
  ) throws -> Result {
    let names = source.tensors.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let file = try HashedFile(path: path)
    try Array(header(of: source, names, elementType)).withUnsafeBytes { try file.write($0) }
    for name in names {
      try write(name, of: source, as: elementType, to: file)
    }
    return Result(byteCount: file.byteCount, sha256: try file.commit())
  }

  /// The 8 bytes of length and the JSON object, padded to a multiple of 64.
  private static func header(of source: any TensorSource, _ names: [String], _ type: ElementType) -> [UInt8] {
    var json = "{"
    var offset = 0
    for name in names {
      let shape = source.tensors[name]?.shape ?? []
      let end = offset + TensorDescription(elementType: type, shape: shape).byteCount
      let sizes = shape.map(String.init).joined(separator: ",")
      if offset > 0 || json.count > 1 { json += "," }
      json += "\(jsonString(name)):{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(sizes)],"
      json += "\"data_offsets\":[\(offset),\(end)]}"
      offset = end
    }
    json += "}"
    let length = (8 + json.utf8.count + 63) / 64 * 64 - 8
    let padding = [UInt8](repeating: UInt8(ascii: " "), count: length - json.utf8.count)
    return withUnsafeBytes(of: UInt64(length).littleEndian, Array.init) + Array(json.utf8) + padding
  }

  private static func write(
    _ name: String, of source: any TensorSource, as type: ElementType, to file: HashedFile
  ) throws {
    let expected = source.tensors[name]?.count ?? 0
    var written = 0
    try source.readChunks(of: name, maximumCount: defaultChunk) { chunk in
      if let index = firstNonFinite(chunk) {
        throw CheckpointError(
          .mismatch,
          "tensor \(quoted(name)) holds \(chunk[index]) at element \(written + index); "
            + "a network with such a weight answers nothing else")
      }
      switch type {
      case .float32: try chunk.bytes.withUnsafeBytes { try file.write($0) }
      case .float16: try write(chunk.map16(half(nearest:)), 0x7C00, chunk, name, written, type, to: file)
      case .bfloat16:
        try write(chunk.map16(BFloat16.bits(nearest:)), 0x7F80, chunk, name, written, type, to: file)
      }
      written += chunk.count
    }
    guard written == expected else {
      throw CheckpointError(
        .mismatch, "tensor \(quoted(name)) gave \(written) elements instead of \(expected)")
    }
  }

  /// - Parameter infinity: the bits that a finite number became when it was too large.
  private static func write(
    _ rounded: [UInt16], _ infinity: UInt16, _ chunk: Span<Float>, _ name: String, _ start: Int,
    _ type: ElementType, to file: HashedFile
  ) throws {
    if let index = rounded.firstIndex(where: { $0 & 0x7FFF == infinity }) {
      throw CheckpointError(
        .mismatch,
        "tensor \(quoted(name)) holds \(chunk[index]) at element \(start + index), which is too large "
          + "for \(type.rawValue); keep it as F32" + (type == .float16 ? " or BF16" : ""))
    }
    try rounded.withUnsafeBytes { try file.write($0) }
  }

  /// A JSON string (RFC 8259 section 7).
  static func jsonString(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": json += "\\\(scalar)"
      case "\u{00}"..."\u{1F}":
        json += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: json.unicodeScalars.append(scalar)
      }
    }
    return json + "\""
  }
}

extension Span<Float> {
  /// The numbers in 16 bits each, little-endian.
  fileprivate func map16(_ convert: (Float) -> UInt16) -> [UInt16] {
    [UInt16](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in indices { buffer[index] = convert(self[index]).littleEndian }
      initialized = count
    }
  }
}
