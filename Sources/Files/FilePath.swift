/// The path of a file as the system knows it: bytes without a zero, which need not be UTF-8.
///
/// Two paths are equal when their bytes are.  A `String` would not do: it takes composed and decomposed spellings of
/// a name, which are two files, for one, and cannot hold every name.
public struct FilePath: Hashable, Sendable {
  public let bytes: [UInt8]

  /// - Precondition: there is no zero among them, which would end the path.
  public init(bytes: [UInt8]) {
    precondition(!bytes.contains(0), "a path holds no zero byte")
    self.bytes = bytes
  }

  /// - Precondition: as of `init(bytes:)`.
  public init(_ text: String) { self.init(bytes: Array(text.utf8)) }

  /// The path as text, if it is UTF-8.
  public var text: String? { String(validating: bytes, as: UTF8.self) }

  public var endsInSlash: Bool { bytes.last == Self.slash }

  /// The last component, slashes at the end aside; empty for "/".
  public var name: [UInt8] {
    Array(withoutSlashes.suffix(while: { $0 != Self.slash }))
  }

  /// What the last component lies in: "." for a name alone.
  public var folder: FilePath {
    let path = withoutSlashes
    // With nothing but slashes, all of it is gone.
    guard let slash = path.lastIndex(of: Self.slash) else {
      return FilePath(path.isEmpty && endsInSlash ? "/" : ".")
    }
    let parent = path[..<slash].dropLast(while: { $0 == Self.slash })
    return FilePath(bytes: parent.isEmpty ? [Self.slash] : Array(parent))
  }

  /// The path of what lies in this folder under that name.
  public func appending(_ name: some Sequence<UInt8>) -> FilePath {
    FilePath(bytes: bytes + (endsInSlash ? [] : [Self.slash]) + name)
  }

  public static let slash = UInt8(ascii: "/")

  private var withoutSlashes: ArraySlice<UInt8> { bytes[...].dropLast(while: { $0 == Self.slash }) }
}

extension FilePath: CustomStringConvertible {
  /// For people: control characters are escaped, so that no name moves the terminal's cursor, and bytes that are not
  /// UTF-8 stand as `\xFF`.
  public var description: String {
    var shown = ""
    var rest = bytes[...]
    while let first = rest.first {
      let length = Self.scalarLength(at: rest)
      if length == 0 {
        shown += "\\x" + (first < 16 ? "0" : "") + String(first, radix: 16, uppercase: true)
        rest = rest.dropFirst()
        continue
      }
      for scalar in String(decoding: rest.prefix(length), as: UTF8.self).unicodeScalars {
        let isControl = scalar.properties.generalCategory == .control
        shown += isControl ? scalar.escaped(asASCII: true) : String(scalar)
      }
      rest = rest.dropFirst(length)
    }
    return shown
  }

  /// Bytes of the UTF-8 scalar that stands first; 0 when there is none.
  package static func scalarLength(at bytes: ArraySlice<UInt8>) -> Int {
    (1...4).first { $0 <= bytes.count && String(validating: bytes.prefix($0), as: UTF8.self) != nil } ?? 0
  }
}

extension ArraySlice<UInt8> {
  fileprivate func dropLast(while predicate: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    self[..<(lastIndex { !predicate($0) }.map { $0 + 1 } ?? startIndex)]
  }

  fileprivate func suffix(while predicate: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    self[(lastIndex { !predicate($0) }.map { $0 + 1 } ?? startIndex)...]
  }
}

extension FilePath {
  /// Calls the system with the path.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    // Unsafe because the system reads up to the zero that is put behind the bytes, while they live.
    (bytes + [0]).withUnsafeBufferPointer { buffer in
      buffer.withMemoryRebound(to: CChar.self) { body($0.baseAddress!) }
    }
  }
}
