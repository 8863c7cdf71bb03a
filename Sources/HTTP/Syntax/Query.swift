/// The decoded name-value pairs of a query, in the order in which they came.  What is no text in them, or a control
/// character, is U+FFFD.
public struct Query: Sendable, Equatable {
  public let pairs: [(name: String, value: String)]

  public init(_ pairs: [(name: String, value: String)] = []) { self.pairs = pairs }

  /// The first value of `name`; the empty string for a name without `=`.
  public subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

  /// Every value of `name`, in order.
  public func values(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

  public static func == (a: Query, b: Query) -> Bool { a.pairs.elementsEqual(b.pairs, by: ==) }
}

extension Query {
  /// Decodes `name=value` pairs joined by `&`, with `+` for a space, as HTML forms send them.
  ///
  /// - Parameter bytes: what follows the `?`, percent-encoded.
  /// - Throws: `Problem` 400 for a `%` without two hexadecimal digits.
  init(decoding bytes: Span<UInt8>) throws(Problem) {
    var pairs: [(name: String, value: String)] = []
    var start = 0
    for index in 0...bytes.count where index == bytes.count || bytes[index] == UInt8(ascii: "&") {
      defer { start = index + 1 }
      if start == index { continue }
      var equals = start
      while equals < index, bytes[equals] != UInt8(ascii: "=") { equals += 1 }
      let name = try percentDecoded(bytes.extracting(start..<equals), plusIsSpace: true)
      let value =
        equals < index ? try percentDecoded(bytes.extracting((equals + 1)..<index), plusIsSpace: true) : []
      pairs.append((repairedText(name), repairedText(value)))
    }
    self.init(pairs)
  }
}
