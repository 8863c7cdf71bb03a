import Glibc
import Testing

@testable import HTTP

@Suite("Addresses of clients")
struct AddressTextTests {
  static let addresses = [
    ("127.0.0.1", "127.0.0.1"), ("203.0.113.255", "203.0.113.255"), ("::1", "::1"),
    ("2001:0DB8:0:0:0:0:0:7", "2001:db8::7"), ("::ffff:10.1.2.3", "10.1.2.3"), ("::10.1.2.3", "::10.1.2.3"),
    ("fe80::1", "fe80::1"),
  ]

  @Test("are bare, and IPv4 ones never in the form of IPv6", arguments: addresses)
  func text(_ written: String, _ shown: String) {
    var storage = sockaddr_storage()
    withUnsafeMutablePointer(to: &storage) { pointer in
      if written.contains(":") {
        pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
          $0.pointee.sin6_family = sa_family_t(AF_INET6)
          $0.pointee.sin6_port = 8080
          // The interface, which only means something on this machine.
          $0.pointee.sin6_scope_id = 1
          inet_pton(AF_INET6, written, &$0.pointee.sin6_addr)
        }
      } else {
        pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          $0.pointee.sin_family = sa_family_t(AF_INET)
          $0.pointee.sin_port = 8080
          inet_pton(AF_INET, written, &$0.pointee.sin_addr)
        }
      }
    }
    #expect(addressText(&storage) == shown)
  }
}
