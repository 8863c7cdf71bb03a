import FoundationEssentials
import HTTPTypes
import Testing

@testable import Service

@Suite("Keys")
struct APIKeyTests {
  /// SHA-256 of "abc" (FIPS 180-4, the examples beside it).
  private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test("A key is kept as the SHA-256 of what the client sends")
  func digest() throws {
    #expect(APIKeyDigest("abc").description == abc)
    let keys = try APIKeys(parsing: "alice \(abc)\n")
    #expect(keys.holder(of: "abc")?.name == "alice")
    #expect(
      keys.holder(of: "abd")?.name == nil && keys.holder(of: "")?.name == nil
        && keys.holder(of: abc)?.name == nil)
  }

  @Test("Every byte of a digest counts", arguments: 0..<32)
  func everyByte(index: Int) throws {
    for place in [2 * index, 2 * index + 1] {
      // Their last bit alone.
      var digits = Array(abc)
      digits[place] = try Character(String(#require(digits[place].hexDigitValue) ^ 1, radix: 16))
      #expect(try APIKeys(parsing: "alice \(String(digits))").holder(of: "abc")?.name == nil)
    }
  }

  @Test("New keys are 256 bits, each another, and open what their line is in")
  func newKeys() throws {
    let keys = (0..<100).map { _ in APIKey() }
    #expect(Set(keys.map(\.text)).count == 100)
    for key in keys {
      #expect(key.text.hasPrefix("ugatit_") && key.text.utf8.count == 7 + 43)
      #expect(try BearerToken([.authorization: "Bearer \(key.text)"]).text == key.text)
    }
    let file = try APIKeys(parsing: keys.enumerated().map { $1.line(name: "k\($0)") }.joined(separator: "\n"))
    #expect(keys.map { file.holder(of: $0.text)?.name } == (0..<100).map { "k\($0)" })
  }

  @Test("Comments, empty lines, tabs, CR LF and capitals are understood; a name may have several keys")
  func file() throws {
    let other = APIKey()
    let keys = try APIKeys(
      parsing: "# who may\r\n\r\n  alice\t\(abc.uppercased())  \r\n\t# no more\n\(other.line(name: "alice"))")
    #expect(keys.count == 2)
    #expect(keys.holder(of: "abc")?.name == "alice" && keys.holder(of: other.text)?.name == "alice")
    #expect(try APIKeys(parsing: "").count == 0)
  }

  @Test(
    "A wrong line is told by its number, and never shown",
    arguments: [
      "alice", "alice secret", "alice HASH x", "HASH", "HASH alice", "al/ice HASH", "alicé HASH",
      "alice HASH0",
      "alice 0xHASH", "ugatit_secret HASHZ", "first HASH",
    ])
  func wrongLines(line: String) throws {
    let line = line.replacing("HASH", with: APIKeyDigest("secret").description)
    let known = "# keys\nfirst \(APIKeyDigest("secret"))\n\(line)\n"
    let error = #expect(throws: APIKeyError.self) { try APIKeys(parsing: known) }
    let text = try #require(error).description
    #expect(text.hasPrefix("line 3: ") && !text.contains("secret") && error?.kind == .malformed)
  }

  @Test("Names are short words that labels and logs can hold")
  func names() {
    for name in ["a", "alice", "team-7.web_1", String(repeating: "x", count: 64)] {
      #expect(APIKeys.isName(name))
    }
    for name in ["", "a b", "é", "a\"b", "a\n", String(repeating: "x", count: 65)] {
      #expect(!APIKeys.isName(name))
    }
  }
}

@Suite("The key that a request carries")
struct BearerTokenTests {
  private func token(_ values: [String]) -> Result<String, BearerToken.Malformation> {
    let fields = HTTPFields(lines: values.map { ("Authorization", $0) })
    return Result { () throws(BearerToken.Malformation) in try BearerToken(fields).text }
  }

  @Test(
    "RFC 6750 section 2.1: Bearer, in any case, and a token",
    arguments: [("Bearer abc", "abc"), ("bearer  a-._~+/9==", "a-._~+/9=="), ("BEARER x", "x")])
  func tokens(value: String, expected: String) {
    #expect(token([value]) == .success(expected))
  }

  @Test("No field, and another scheme, are no key", arguments: [[], ["Basic YTpi"], [""], ["Bearerabc"]])
  func absent(values: [String]) {
    #expect(token(values) == .failure(.absent))
  }

  @Test(
    "Two fields, and what no token has, are malformed",
    arguments: [
      ["Bearer a", "Bearer a"], ["Bearer"], ["Bearer "], ["Bearer a b"], ["Bearer a,b"], ["Bearer =="],
      ["Bearer a=b"], ["Bearer \"a\""], ["Bearer ä"],
    ])
  func malformed(values: [String]) {
    #expect(token(values) == .failure(.malformed))
  }
}

@Suite("The file of keys")
final class KeyRingTests {
  private let path = "/tmp/ugatit-keys-\(UInt64.random(in: 0...(.max)))"

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private func write(_ text: String) {
    #expect(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
  }

  @Test("Read again, it holds what it then says")
  func reload() throws {
    let (old, new) = (APIKey(), APIKey())
    write(old.line(name: "old"))
    let ring = try KeyRing(path: path)
    #expect(ring.current.holder(of: old.text)?.name == "old")
    write(new.line(name: "new"))
    try ring.reload()
    #expect(
      ring.current.holder(of: old.text)?.name == nil && ring.current.holder(of: new.text)?.name == "new")
  }

  @Test("A file without a key revokes the last one, but is nothing to start with")
  func noKeyLeft() throws {
    let key = APIKey()
    for text in ["", "# nobody\n"] {
      write(key.line(name: "a"))
      let ring = try KeyRing(path: path)
      write(text)
      try ring.reload()
      #expect(ring.current.count == 0 && ring.current.holder(of: key.text)?.name == nil)
      let error = #expect(throws: APIKeyError.self) { try KeyRing(path: path) }
      #expect(error?.description.contains("ugatit key") == true)
    }
  }

  @Test("A file that is wrong or gone leaves the keys as they were, and says what to do")
  func wrongReload() throws {
    let key = APIKey()
    write(key.line(name: "a"))
    let ring = try KeyRing(path: path)
    for text in ["nonsense", "a b c\n"] {
      write(text)
      let error = #expect(throws: APIKeyError.self) { try ring.reload() }
      #expect(error?.description.hasPrefix(path) == true && error?.description.contains("ugatit key") == true)
    }
    try FileManager.default.removeItem(atPath: path)
    let error = #expect(throws: APIKeyError.self) { try ring.reload() }
    #expect(error?.kind == .unreadable)
    #expect(ring.current.holder(of: key.text)?.name == "a")
  }
}
