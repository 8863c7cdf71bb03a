import HTTPTypes

/// What kinds of answer a client wants (RFC 9110 section 12.5.1).
///
/// Elements that are malformed are passed over; a client that says nothing usable takes anything.
public struct Accept: Sendable {
  private struct Range {
    let type: String
    let subtype: String
    let parameters: [Parameter]
    /// In thousandths.
    let quality: Int

    /// How closely the range names `type`, nil where it does not cover it.  More parameters are closer, then the
    /// subtype, then the type.
    func specificity(for media: MediaType) -> Int? {
      if type == "*" { return subtype == "*" ? 0 : nil }
      let parts = media.essence.split(separator: "/", maxSplits: 1)
      guard type == parts[0] else { return nil }
      if subtype == "*" { return 1 }
      guard subtype == parts[1], parameters.allSatisfy(media.parameters.contains) else { return nil }
      return 2 + parameters.count
    }
  }

  private var ranges: [Range] = []

  /// - Parameter values: the values of the `Accept` fields.
  public init(parsing values: [String]) {
    for value in values {
      var scanner = FieldScanner(value.utf8)
      while !scanner.isAtEnd {
        if let range = Self.range(&scanner) { ranges.append(range) }
        scanner.skip(past: ",")
      }
    }
  }

  private static func range(_ scanner: inout FieldScanner) -> Range? {
    scanner.skipSpace()
    guard let type = scanner.token(), scanner.skip("/"), let subtype = scanner.token(),
      let parameters = scanner.parameters()
    else { return nil }
    let isWeight = { (parameter: Parameter) in parameter.name == "q" }
    guard let quality = parameters.first(where: isWeight).map({ thousandths($0.value) }) ?? 1000 else {
      return nil
    }
    return Range(
      type: type.lowercased(), subtype: subtype.lowercased(),
      parameters: Array(parameters.prefix { !isWeight($0) }), quality: quality)
  }

  /// `qvalue`, section 12.4.2: 0 to 1 with at most three decimals.
  private static func thousandths(_ text: String) -> Int? {
    let digits = Array(text.utf8)
    guard let first = digits.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"),
      digits.count <= 5,
      digits.count == 1 || digits[1] == UInt8(ascii: ".")
    else { return nil }
    var value = Int(first - UInt8(ascii: "0")) * 1000
    for (digit, weight) in zip(digits.dropFirst(2), [100, 10, 1]) {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      value += Int(digit - UInt8(ascii: "0")) * weight
    }
    return value <= 1000 ? value : nil
  }

  /// How much the client wants a media type, from 0 (not at all) to 1000: the closest range that covers it decides.
  public func quality(of type: MediaType) -> Int {
    if ranges.isEmpty { return 1000 }
    let closest = ranges.compactMap { range in
      range.specificity(for: type).map { (specificity: $0, quality: range.quality) }
    }.max { $0.specificity < $1.specificity }
    return closest?.quality ?? 0
  }

  /// The type that the client wants most, the earliest of equals; nil when it takes none of them (406).
  ///
  /// - Parameter offers: media types, the server's favourite first.
  public func preferred(among offers: [String]) -> String? {
    var best: (offer: String, quality: Int)?
    for offer in offers {
      guard let type = MediaType(parsing: offer) else { continue }
      let quality = quality(of: type)
      if quality > best?.quality ?? 0 { best = (offer, quality) }
    }
    return best?.offer
  }
}

extension Request {
  public var accept: Accept { Accept(parsing: head.headerFields[values: .accept]) }

  /// The media type of the body, nil where there is none or it is malformed.
  public var contentType: MediaType? { head.headerFields[.contentType].flatMap(MediaType.init(parsing:)) }
}
