import HTTPTypes

/// What a client's `Accept` says (RFC 9110 section 12.5.1).
struct MediaPreferences {
  private struct Range {
    let type: Substring
    let subtype: Substring
    /// In thousandths, 0 for "not this".
    let weight: Int
  }

  private let ranges: [Range]

  init(_ fields: HTTPFields) {
    // A field that is given several times is one list; a member that is no media range is passed over.
    ranges = fields[values: .accept].flatMap { $0.split(separator: ",") }.compactMap { member in
      let parts = member.split(separator: ";").map { $0.trimmingSpaces().lowercased() }
      let names = parts.first?.split(separator: "/", omittingEmptySubsequences: false) ?? []
      guard names.count == 2, !names[0].isEmpty, !names[1].isEmpty else { return nil }
      let quality = parts.dropFirst().first { $0.hasPrefix("q=") }
      guard let weight = quality.map({ Self.weight($0.dropFirst(2)) }) ?? 1000 else { return nil }
      return Range(type: names[0], subtype: names[1], weight: weight)
    }
  }

  /// The offer with the greatest weight, the first of equals; nil where the client wants none of them, or
  /// expressed no preference.
  func best<Value>(of offers: [(mediaType: String, value: Value)]) -> Value? {
    var best: (value: Value, weight: Int)?
    for offer in offers {
      let weight = weight(of: offer.mediaType)
      if weight > best?.weight ?? 0 { best = (offer.value, weight) }
    }
    return best?.value
  }

  /// The weight of the most specific range that covers the type; 0 where none does.
  private func weight(of mediaType: String) -> Int {
    let names = mediaType.split(separator: "/")
    let specific = ranges.first { $0.type == names[0] && $0.subtype == names[1] }
    let wide = ranges.first { $0.type == names[0] && $0.subtype == "*" }
    let any = ranges.first { $0.type == "*" && $0.subtype == "*" }
    return (specific ?? wide ?? any)?.weight ?? 0
  }

  /// `0`, `0.8`, `1.000`; nil for anything else.
  private static func weight(_ text: some StringProtocol) -> Int? {
    guard text.utf8.count <= 5, let value = Double(String(text)), (0...1).contains(value) else { return nil }
    return Int((value * 1000).rounded())
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
