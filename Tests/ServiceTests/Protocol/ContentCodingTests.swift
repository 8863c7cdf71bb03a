import HTTPTypes
import Testing

@testable import HTTP
@testable import Service

@Suite("Bodies that are compressed")
struct ContentCodingTests {
  private let text = Array(String(repeating: "The quick brown fox. ", count: 10_000).utf8)

  @Test("come out as they went in", arguments: ContentCoding.allCases)
  func roundTrip(coding: ContentCoding) throws {
    for bytes in [text, [], [7]] {
      let coded = try #require(coding.encoded(bytes))
      #expect(try coding.decoded(coded, limit: bytes.count) { _ in } == bytes)
    }
    #expect(try #require(coding.encoded(text)).count < text.count / 50)
  }

  @Test(
    "become no longer than the limit, nor take memory that nobody counted", arguments: ContentCoding.allCases)
  func bomb(coding: ContentCoding) throws {
    let coded = try #require(coding.encoded([UInt8](repeating: 0, count: 50_000_000)))
    var counted = 0
    let problem = #expect(throws: Problem.self) {
      try coding.decoded(coded, limit: 1_000_000) { counted = $0 }
    }
    #expect(problem?.status == .contentTooLarge)
    #expect(counted <= 1_000_000)
    #expect(throws: Problem.noMemory) {
      try coding.decoded(coded, limit: .max) { if $0 > 200_000 { throw Problem.noMemory } }
    }
  }

  @Test("are refused where they are cut short, damaged, or go on", arguments: ContentCoding.allCases)
  func damaged(coding: ContentCoding) throws {
    let coded = try #require(coding.encoded(text))
    var flipped = coded
    flipped[coded.count - 1] ^= 1
    var wrong = coded
    wrong[0] ^= 0xFF
    for bytes in [Array(coded.dropLast()), [], flipped, wrong, coded + [0]] {
      let problem = #expect(throws: Problem.self) { try coding.decoded(bytes, limit: .max) { _ in } }
      #expect(problem?.status == .badRequest)
    }
  }

  @Test("are known by their names, and others get 415 with those")
  func names() throws {
    func coding(_ value: String?) throws -> ContentCoding? {
      var fields = HTTPFields()
      if let value { fields[.contentEncoding] = value }
      return try ContentCoding.ofBody(try Request(.post, "/", headerFields: fields))
    }
    #expect(try coding(nil) == nil && coding("identity") == nil)
    #expect(try coding("GZIP") == .gzip && coding("x-gzip") == .gzip && coding("deflate") == .deflate)
    for value in ["br", "gzip, gzip", "zstd"] {
      let problem = #expect(throws: Problem.self) { try coding(value) }
      #expect(problem?.status == .unsupportedMediaType)
      #expect(problem?.headerFields[.acceptEncoding] == "gzip, deflate")
    }
  }
}
