extension [ForwardedNode] {
  /// Those of `X-Forwarded-For`, a list of addresses: the client first, the latest proxy's word last.
  ///
  /// - Parameter values: of all fields of that name, in order; together they are one list (RFC 9110 section 5.3).
  init(forwardedFor values: [String]) {
    self = values.flatMap { $0.split(separator: ",") }.map { $0.trimmingSpaces() }
      .filter { !$0.isEmpty }.map { ForwardedNode($0) }
  }

  /// Those of `Forwarded` (RFC 7239 section 4), one for each element; an element without `for` is a hidden one.
  ///
  /// Nil where a field breaks the grammar: what stands behind an open quote could otherwise pass for a proxy's word.
  init?(forwarded values: [String]) {
    self = []
    for value in values {
      var scanner = ForwardedScanner(value)
      while let element = scanner.next() {
        guard let node = element.node else { return nil }
        append(node)
      }
    }
  }
}

/// Walks over the elements of one `Forwarded` field.
private struct ForwardedScanner {
  struct Element {
    /// Nil for an element that breaks the grammar.
    let node: ForwardedNode?
  }

  private var rest: Substring.UTF8View

  init(_ value: String) { rest = value[...].utf8 }

  mutating func next() -> Element? {
    // A list may have empty elements (RFC 9110 section 5.6.1.2).
    repeat { skipSpaces() } while skip(",")
    return rest.isEmpty ? nil : Element(node: element())
  }

  /// `[ pair ] *( ";" [ pair ] )` up to a comma or the end.
  private mutating func element() -> ForwardedNode? {
    var node: ForwardedNode?
    repeat {
      skipSpaces()
      if let name = token() {
        guard skip("="), let value = value() else { return nil }
        if name.lowercased() == "for" {
          // No parameter may come twice.
          guard node == nil else { return nil }
          node = ForwardedNode(value)
        }
        skipSpaces()
      }
    } while skip(";")
    guard rest.isEmpty || rest.first == UInt8(ascii: ",") else { return nil }
    return node ?? .hidden
  }

  private mutating func skipSpaces() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  /// RFC 9110 section 5.6.2.
  private mutating func token() -> String? {
    let token = rest.prefix { byte in
      0x21...0x7E ~= byte && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
    }
    rest = rest[token.endIndex...]
    return token.isEmpty ? nil : String(Substring(token))
  }

  /// A token, or a quoted string without its quotes and backslashes (RFC 9110 section 5.6.4).
  private mutating func value() -> String? {
    guard skip("\"") else { return token() }
    var text: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst() else { return nil }
        text.append(escaped)
      default: text.append(byte)
      }
    }
    return nil
  }
}

extension StringProtocol {
  /// Without the optional white space of RFC 9110 section 5.6.3 at its ends.
  func trimmingSpaces() -> SubSequence {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) })
    else {
      return self[endIndex...]
    }
    return self[first...last]
  }
}
