import FoundationEssentials
import Testing

@testable import Service

@Suite("Base64")
struct Base64Tests {
  @Test(
    "RFC 4648 section 10",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ])
  func vectors(bytes: String, text: String) {
    #expect(Base64.decode(text.utf8) == Array(bytes.utf8))
    #expect(Base64.decode(text.utf8.filter { $0 != UInt8(ascii: "=") }) == Array(bytes.utf8))
  }

  @Test(
    "What is none",
    arguments: [
      "Z", "Zg=", "Zg===", "=", "====", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "Zm-_", "Zg==Zg==", "Zm9\u{e4}",
    ])
  func refused(text: String) { #expect(Base64.decode(text.utf8) == nil) }

  @Test("All that another encoder writes comes back")
  func roundTrip() {
    for count in 0..<200 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ count) }
      #expect(Base64.decode(Data(bytes).base64EncodedString().utf8) == bytes)
    }
  }
}
