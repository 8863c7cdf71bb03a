/// The alphabet of RFC 4648 section 4.
enum Base64 {
  /// The bytes that a text stands for, padded or not; nil for anything else, white space included.
  static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
    let digits = text.dropLast(padding)
    guard digits.count % 4 != 1, padding == 0 || text.count % 4 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 4 * 3 + 2)
    var (bits, count): (UInt32, Int) = (0, 0)
    for digit in digits {
      let value = values[Int(digit)]
      guard value < 64 else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> count))
      }
    }
    // What is left over of the last digit says nothing, and is zero.
    return bits & (1 << count - 1) == 0 ? bytes : nil
  }

  /// By digit; 64 for what is none.
  private static let values: [UInt8] = {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    var values = [UInt8](repeating: 64, count: 256)
    for (value, digit) in alphabet.utf8.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()
}
