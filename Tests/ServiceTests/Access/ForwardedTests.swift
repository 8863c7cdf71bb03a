import Testing

@testable import Service

@Suite("What proxies say of whom they forward for")
struct ForwardedTests {
  private func address(_ text: String) throws -> ForwardedNode { .address(try #require(IPAddress(text))) }

  @Test(
    "RFC 7239 section 6: addresses, with brackets and ports where they may have them",
    arguments: [
      ("192.0.2.43", "192.0.2.43"), ("192.0.2.43:47011", "192.0.2.43"), ("192.0.2.43:_port-1", "192.0.2.43"),
      ("[2001:db8:cafe::17]", "2001:db8:cafe::17"), ("[2001:db8:cafe::17]:4711", "2001:db8:cafe::17"),
      ("[2001:db8:cafe::17]:_x", "2001:db8:cafe::17"), ("2001:db8:cafe::17", "2001:db8:cafe::17"),
      ("::ffff:192.0.2.43", "192.0.2.43"),
    ])
  func nodes(text: String, expected: String) throws {
    #expect(ForwardedNode(text) == (try address(expected)))
  }

  @Test(
    "RFC 7239 section 6.3: obfuscated identifiers, and what is none, hide the client",
    arguments: [
      "unknown", "_hidden", "_SEVKISEK", "", ":80", "[::1", "::1]", "[::1]80", "[::1]:", "[::1]:8 0",
      "[192.0.2.1]", "192.0.2.1:", "192.0.2.1:80:80", "192.0.2.1:x", "192.0.2.1/24", "example.org", "[]",
      "192.0.2.1:_ö",
    ])
  func hidden(text: String) {
    #expect(ForwardedNode(text) == .hidden)
  }

  @Test("X-Forwarded-For: one list, over commas and fields, without its empty elements")
  func forwardedFor() throws {
    let nodes = [ForwardedNode](forwardedFor: ["192.0.2.1, 2001:db8::1 ,, unknown", "\t198.51.100.2:80", ""])
    #expect(
      nodes == [try address("192.0.2.1"), try address("2001:db8::1"), .hidden, try address("198.51.100.2")])
  }

  @Test(
    "RFC 7239 section 4: elements, parameters in any order and case, quoted strings",
    arguments: [
      ("for=192.0.2.60;proto=http;by=203.0.113.43", ["192.0.2.60"]),
      ("For=\"[2001:db8:cafe::17]:4711\"", ["2001:db8:cafe::17"]),
      ("for=192.0.2.43, for=\"[2001:db8:cafe::17]\"", ["192.0.2.43", "2001:db8:cafe::17"]),
      ("proto=https;FOR=\"192.0.2.43:47011\" , for=unknown", ["192.0.2.43", nil]),
      ("by=203.0.113.43", [nil]), ("for=_mdn;host=\"a,b;for=9.9.9.9\"", [nil]),
      ("for=\"192.0.2.\\43\"", ["192.0.2.43"]), (", ,for=192.0.2.1,", ["192.0.2.1"]),
      ("for=192.0.2.1;", ["192.0.2.1"]), (";for=192.0.2.1", ["192.0.2.1"]), ("", []),
    ] as [(String, [String?])])
  func forwarded(value: String, expected: [String?]) throws {
    let nodes = try expected.map { try $0.map(address) ?? .hidden }
    #expect([ForwardedNode](forwarded: [value]) == nodes)
  }

  @Test(
    "A field that breaks the grammar says nothing, however much of it could be read",
    arguments: [
      "for", "for=", "for=192.0.2.1;for=192.0.2.2", "for=\"192.0.2.1", "for=[2001:db8::1]",
      "for=192.0.2.1 for=192.0.2.2", "for==1", "for=\"1\"2", "=1", "for=192.0.2.1, \"", "for =192.0.2.1",
      "for=\"x\\",
    ])
  func broken(value: String) {
    #expect([ForwardedNode](forwarded: [value]) == nil)
    #expect([ForwardedNode](forwarded: ["for=192.0.2.9", value]) == nil)
  }

  @Test("A quote that a client leaves open swallows no proxy's word")
  func openQuote() {
    // What the client sent, and what the proxy appended to it.
    for word in ["for=192.0.2.1", "for=\"[2001:db8::1]\"", "for=192.0.2.1;by=\"_p\""] {
      #expect([ForwardedNode](forwarded: ["for=203.0.113.9;x=\", \(word)"]) == nil)
    }
  }

  @Test("Any bytes make nodes or nothing, and do not trap")
  func random() {
    var generator = SystemRandomNumberGenerator()
    let seed = generator.next()
    var random = SplitMix(state: seed)
    let pieces = [
      "for=", "\"", ",", ";", "=", "[", "]", ":", "::1", "192.0.2.1", "_", "\\", " ", "ö", "by", "\t",
    ]
    for _ in 0..<2000 {
      let value = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
        pieces.randomElement(using: &random)!
      }
      .joined()
      let listed = [ForwardedNode](forwardedFor: [value])
      #expect(listed.count <= value.utf8.count, "seed \(seed)")
      let nodes = [ForwardedNode](forwarded: [value]) ?? []
      #expect(nodes.count <= value.utf8.count, "seed \(seed)")
    }
  }
}

/// A generator that can be seeded (Steele, Lea and Flood, 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
