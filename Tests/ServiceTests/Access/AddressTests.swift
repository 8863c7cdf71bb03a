import Testing

@testable import Service

@Suite("Addresses and blocks of them")
struct AddressTests {
  @Test(
    "Both families are read and written in their short forms",
    arguments: [
      ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
      ("::", "::"), ("::1", "::1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
      ("fe80::1%eth0", "fe80::1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("64:ff9b::1", "64:ff9b::1"),
    ])
  func forms(text: String, short: String) {
    #expect(IPAddress(text)?.description == short)
  }

  @Test(
    "What is no address is none",
    arguments: [
      "", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "0x1.2.3.4",
      "1.2.3.4%eth0",
      "[::1]", "::1::", ":::", "12345::", "g::", "::1\0", "1.2.3.4\0.example", "localhost", "1.2.3.4:80",
    ])
  func garbage(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test("An IPv4 address mapped into IPv6 is the same one")
  func mapped() {
    #expect(IPAddress("::ffff:10.1.2.3") == IPAddress("10.1.2.3"))
    #expect(IPAddress("::10.1.2.3") != IPAddress("10.1.2.3"))
  }

  @Test(
    "A block has the addresses that begin as it does",
    arguments: [
      ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false),
      ("192.0.2.128/25", "192.0.2.127", false), ("192.0.2.128/25", "192.0.2.128", true),
      ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
      ("192.0.2.1/32", "192.0.2.1", true),
      ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "::1", false), ("::/0", "2001:db8::1", true),
      ("::/0", "192.0.2.1", false), ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false),
      ("2001:db8::/127", "2001:db8::1", true), ("2001:db8::1/128", "2001:db8::", false),
      ("10.0.0.0/8", "::ffff:10.0.0.1", true), ("::ffff:10.0.0.0/8", "10.1.1.1", true),
    ])
  func blocks(range: String, address: String, isInside: Bool) throws {
    let address = try #require(IPAddress(address))
    #expect(try #require(AddressRange(range)).contains(address) == isInside)
  }

  @Test(
    "What is no block, or has bits behind its prefix, is none",
    arguments: [
      "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0.1/8",
      "::/129", "::1/64", "fe80::%eth0/64", "10.0.0.0/99999999999999999999", "proxy.example/8", "10.0.0.0/ 8",
    ])
  func wrongBlocks(text: String) {
    #expect(AddressRange(text) == nil)
  }
}
