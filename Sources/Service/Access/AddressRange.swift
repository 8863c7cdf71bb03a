/// A block of addresses in the notation of RFC 4632 section 3.1 and RFC 4291 section 2.3: `10.0.0.0/8`,
/// `fd00::/8`; an address alone is the block of one.
public struct AddressRange: Hashable, Sendable {
  private let start: IPAddress
  private let length: Int

  /// Nil where `text` is none; also where bits are set behind the prefix, since one of the two is then a slip.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard !text.contains("%"), let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
    let width = address.isIPv4 ? 32 : 128
    if parts.count == 2 {
      guard parts[1].utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
        let length = Int(parts[1]), length <= width, address.masked(to: length) == address
      else { return nil }
      self.length = length
    } else {
      length = width
    }
    start = address
  }

  func contains(_ address: IPAddress) -> Bool {
    address.isIPv4 == start.isIPv4 && address.masked(to: length) == start
  }
}
