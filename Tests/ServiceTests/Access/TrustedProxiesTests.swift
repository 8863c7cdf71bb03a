import HTTPTypes
import Testing

@testable import HTTP
@testable import Service

@Suite("Whose address a request comes from")
struct TrustedProxiesTests {
  private let proxies: TrustedProxies

  init() throws {
    proxies = TrustedProxies(ranges: try ["10.0.0.0/8", "fd00::/8"].map { try #require(AddressRange($0)) })
  }

  private func client(from peer: String, _ lines: [(String, String)]) throws -> String? {
    proxies.client(of: try .arriving(from: peer, HTTPFields(lines: lines)))?.description
  }

  @Test("A peer that is no trusted proxy is the client, whatever it says")
  func stranger() throws {
    let lines = [("X-Forwarded-For", "203.0.113.9"), ("Forwarded", "for=203.0.113.9")]
    #expect(try client(from: "198.51.100.7", lines) == "198.51.100.7")
    let none = TrustedProxies(ranges: [])
    #expect(
      none.client(of: try .arriving(from: "10.0.0.1", HTTPFields(lines: lines)))?.description == "10.0.0.1")
  }

  @Test("A trusted proxy's word is taken, from either field")
  func proxy() throws {
    #expect(try client(from: "10.0.0.1", [("X-Forwarded-For", "203.0.113.9")]) == "203.0.113.9")
    #expect(try client(from: "fd00::1", [("Forwarded", "for=\"[2001:db8::5]:80\"")]) == "2001:db8::5")
    #expect(try client(from: "::ffff:10.0.0.1", [("X-Forwarded-For", "203.0.113.9")]) == "203.0.113.9")
  }

  @Test("Read from the right: the first address that is not trusted counts, not what stands before it")
  func chain() throws {
    let spoofed = "1.1.1.1, 203.0.113.9, 10.0.0.2, 10.0.0.3"
    #expect(try client(from: "10.0.0.1", [("X-Forwarded-For", spoofed)]) == "203.0.113.9")
    let lines = [
      ("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-For", "10.0.0.2"),
    ]
    #expect(try client(from: "10.0.0.1", lines) == "203.0.113.9")
    #expect(
      try client(from: "10.0.0.1", [("Forwarded", "for=1.1.1.1, for=203.0.113.9;proto=https, for=10.0.0.2")])
        == "203.0.113.9")
  }

  @Test("Where all are trusted, the one farthest away is the client")
  func allTrusted() throws {
    #expect(try client(from: "10.0.0.1", [("X-Forwarded-For", "10.0.0.9, 10.0.0.2")]) == "10.0.0.9")
  }

  @Test(
    "What hides the client leaves the proxy that hid it", arguments: ["unknown", "_x", "garbage", "1.2.3"])
  func hidden(word: String) throws {
    #expect(try client(from: "10.0.0.1", [("X-Forwarded-For", word)]) == "10.0.0.1")
    #expect(
      try client(from: "10.0.0.1", [("X-Forwarded-For", "203.0.113.9, \(word), 10.0.0.2")]) == "10.0.0.2")
    #expect(try client(from: "10.0.0.1", [("Forwarded", "for=\(word)")]) == "10.0.0.1")
  }

  @Test("A proxy that says nothing, or a field that breaks its grammar, leaves the proxy")
  func nothing() throws {
    #expect(try client(from: "10.0.0.1", []) == "10.0.0.1")
    #expect(try client(from: "10.0.0.1", [("X-Forwarded-For", "")]) == "10.0.0.1")
    #expect(try client(from: "10.0.0.1", [("Forwarded", "for=\"203.0.113.9")]) == "10.0.0.1")
  }

  @Test("The field that the proxy does not write cannot be used to name somebody else")
  func bothFields() throws {
    let real = ("X-Forwarded-For", "203.0.113.9")
    #expect(try client(from: "10.0.0.1", [real, ("Forwarded", "for=1.1.1.1")]) == "10.0.0.1")
    #expect(try client(from: "10.0.0.1", [real, ("Forwarded", "for=203.0.113.9")]) == "203.0.113.9")
    #expect(
      try client(from: "10.0.0.1", [("X-Forwarded-For", "1.1.1.1"), ("Forwarded", "for=203.0.113.9")])
        == "10.0.0.1")
  }
}
