/// A key of any spelling, to see those that nobody knows.
private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Decoder {
  func refuseUnknownKeys<Key: CodingKey & CaseIterable>(_ type: Key.Type) throws {
    let known = Set(Key.allCases.map(\.stringValue))
    let container = try self.container(keyedBy: AnyKey.self)
    let unknown = container.allKeys.filter { !known.contains($0.stringValue) }
    if let key = unknown.min(by: { $0.stringValue < $1.stringValue }) {
      throw container.failure(key, "is not a known key; known are \(known.sorted().joined(separator: ", "))")
    }
  }
}

extension KeyedDecodingContainer {
  func failure(_ key: Key, _ what: String) -> DecodingError {
    DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: what)
  }

  /// A number of things: at least one, and small enough that products of a few of them do not overflow.
  func count(_ key: Key) throws -> Int {
    let value: Int
    do { value = try decode(Int.self, forKey: key) } catch let error as DecodingError { throw error } catch {
      // The decoder tells a fraction or an overlong number by an error of its own, which knows no key.
      throw failure(key, "must be a whole number")
    }
    guard (1...65_536).contains(value) else { throw failure(key, "must lie in 1...65536, not \(value)") }
    return value
  }

  func strictlyNested<Nested: CodingKey & CaseIterable>(
    _ type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try superDecoder(forKey: key).refuseUnknownKeys(type)
    return try nestedContainer(keyedBy: type, forKey: key)
  }
}

extension DecodingError {
  /// What is wrong, led by the key it is about: `"image.width" is missing`.
  var sentence: String {
    func name(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "the file" : quoted(path.map(\.stringValue).joined(separator: "."))
    }
    switch self {
    case .keyNotFound(let key, let context): return name(context.codingPath + [key]) + " is missing"
    case .valueNotFound(_, let context): return name(context.codingPath) + " must not be null"
    case .typeMismatch(let type, let context):
      return name(context.codingPath) + " is of the wrong type: \(Self.describe(type)) is expected"
    case .dataCorrupted(let context):
      let reason =
        context.codingPath.isEmpty
        ? "is not valid JSON: \(context.debugDescription)" : context.debugDescription
      return name(context.codingPath) + " " + reason
    @unknown default: return "\(self)"
    }
  }

  private static func describe(_ type: any Any.Type) -> String {
    switch type {
    case is Int.Type: "a whole number"
    case is String.Type: "a string"
    case is Bool.Type: "true or false"
    default: "an object"
    }
  }
}
