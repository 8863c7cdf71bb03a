import Testing

@testable import Digests

@Suite("SHA-256")
struct SHA256Tests {
  /// Both ways to take blocks in, where this processor has both.
  private static let compressions = [SHA256.scalar] + (SHA256.native.map { [$0] } ?? [])

  private func digest(_ bytes: [UInt8], _ way: Int) -> String {
    var hash = SHA256(Self.compressions[way])
    hash.update(bytes)
    return hexadecimal(hash.digest)
  }

  /// The examples that NIST publishes beside FIPS 180-4, and those of RFC 6234 section 8.5.
  private static let examples: [(String, String)] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
    (
      String(repeating: "0123456701234567012345670123456701234567012345670123456701234567", count: 10),
      "594847328451bdfa85056225462cc1d867d877fb388df0ce35f25ab5562bfbb5"
    ),
  ]

  @Test("The published examples", arguments: 0..<6, compressions.indices)
  func examples(_ index: Int, way: Int) {
    let (message, expected) = Self.examples[index]
    #expect(digest(Array(message.utf8), way) == expected)
  }

  @Test("Both ways give the same for every length up to four blocks", .enabled(if: compressions.count > 1))
  func lengths() {
    var state: UInt64 = 0x5EED
    let bytes = (0..<256).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(state >> 56)
    }
    for length in 0...256 {
      let message = Array(bytes[..<length])
      #expect(digest(message, 0) == digest(message, 1), "\(length) bytes")
    }
  }

  @Test(
    "Pieces of any size are the whole, and what has come can be asked for between them",
    arguments: compressions.indices)
  func pieces(way: Int) {
    let message = (0..<300).map { UInt8($0 % 251) }
    for size in [1, 3, 55, 56, 63, 64, 65, 128, 299] {
      var hash = SHA256(Self.compressions[way])
      for start in stride(from: 0, to: message.count, by: size) {
        #expect(hexadecimal(hash.digest) == digest(Array(message[..<start]), way))
        hash.update(Array(message[start..<min(start + size, message.count)]))
      }
      #expect(hexadecimal(hash.digest) == digest(message, way), "pieces of \(size)")
    }
  }
}
