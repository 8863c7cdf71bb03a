/// What a file is, told by its first bytes and never by its name.
public enum FileKind: Sendable, Equatable {
  /// A picture that is read here, as far as its first bytes tell.
  case picture(ImageFormat)
  /// Something known that is not read.
  case foreign(ForeignFormat)
  case unknown

  /// Bytes from the start of a file that are looked at; more of them change nothing.
  public static let prefixLength = 512

  /// - Parameter bytes: of a file from its start: all of them, or at least `prefixLength`.
  public init(_ bytes: some Sequence<UInt8>) {
    let start = ByteReader(Array(bytes.prefix(Self.prefixLength))[...])
    if let format = ForeignFormat(start) {
      self = .foreign(format)
    } else if let format = ImageFormat(start) {
      self = .picture(format)
    } else {
      self = .unknown
    }
  }

  /// The format to read the file as.
  /// - Throws: `notAnImage`, which says what the file is instead and what to do.
  public func format() throws(ImageError) -> ImageFormat {
    switch self {
    case .picture(let format): return format
    case .foreign(let format): throw ImageError(.notAnImage, format.description)
    case .unknown:
      throw ImageError(.notAnImage, "this is not a picture of a known kind: send \(ImageFormat.names)")
    }
  }
}

extension ImageFormat {
  /// The format whose signature a file begins with.
  init?(_ start: ByteReader) {
    guard let format = Self.allCases.first(where: { start.begins(with: $0.signature) }) else { return nil }
    self = format
  }

  /// The PNG signature (PNG 3rd edition, section 5.2); JPEG's SOI followed by another marker (ITU-T T.81, B.1.1.3);
  /// WebP's header (RFC 9649, section 2.4).
  private var signature: BytePattern {
    switch self {
    case .png: "\u{89}PNG\r\n\u{1A}\n"
    case .jpeg: "\u{FF}\u{D8}\u{FF}"
    case .webp: "RIFF••••WEBP"
    }
  }
}

/// Bytes that a file has at one place.
struct BytePattern: ExpressibleByStringLiteral {
  /// nil: any byte.
  private let bytes: [UInt8?]
  private let offset: Int

  /// - Parameter literal: a scalar up to U+00FF is the byte of that number, "•" is any byte.
  init(stringLiteral literal: String) { self.init(literal, at: 0) }

  init(_ literal: String, at offset: Int) {
    bytes = literal.unicodeScalars.map { $0 == "•" ? nil : UInt8($0.value) }
    self.offset = offset
  }

  func matches(_ reader: ByteReader) -> Bool {
    bytes.enumerated().allSatisfy { index, byte in
      let found = reader.byte(at: offset + index)
      return found != nil && (byte == nil || byte == found)
    }
  }
}

extension ByteReader {
  func begins(with pattern: BytePattern) -> Bool { pattern.matches(self) }
}
