extension FilePath {
  /// Text that carries any bytes through what knows text only, such as a parser of arguments; UTF-8 is carried as it is.
  ///
  /// A byte that is not UTF-8 becomes one of the last 128 scalars of the last private plane, U+10FF80...U+10FFFF, which
  /// nobody assigns; so do the bytes of such a scalar itself, so that all bytes come back as they were.
  public static func text(carrying bytes: [UInt8]) -> String {
    var text = ""
    var rest = bytes[...]
    while let first = rest.first {
      let length = scalarLength(at: rest)
      let scalar = String(decoding: rest.prefix(length), as: UTF8.self).unicodeScalars.first
      if let scalar, !carriers.contains(scalar.value) {
        text.unicodeScalars.append(scalar)
        rest = rest.dropFirst(length)
      } else {
        text.unicodeScalars.append(Unicode.Scalar(carriers.lowerBound + UInt32(first & 0x7F))!)
        rest = rest.dropFirst()
      }
    }
    return text
  }

  /// The bytes that `text` carries; nil where they are no path.
  public init?(carriedBy text: String) {
    let bytes = text.unicodeScalars.flatMap { scalar in
      Self.carriers.contains(scalar.value)
        ? [UInt8(0x80 + scalar.value - Self.carriers.lowerBound)] : Array(String(scalar).utf8)
    }
    guard !bytes.isEmpty, !bytes.contains(0) else { return nil }
    self.init(bytes: bytes)
  }

  private static let carriers: ClosedRange<UInt32> = 0x10FF80...0x10FFFF
}

extension FilePath {
  /// `-`, by which a command line means standard input or output; a file of this name is `./-`.
  public static let standardStream = FilePath("-")
}
