import HTTPTypes
import Testing

@testable import HTTP

/// What came of reading a message: the head and the body, or the refusal.
private struct Outcome: Equatable {
  var head: HTTPRequest?
  var segments: [String] = []
  var body: [UInt8] = []
  var rest: [UInt8] = []
  var problem: Problem?
}

@Suite("A message is read in the same way however it is split")
struct SplitInvarianceTests {
  private static let tight = RequestHeadParser.Limits(targetBytes: 64, headerBytes: 256, fields: 6)
  private static let roomy = RequestHeadParser.Limits(targetBytes: 8192, headerBytes: 32768, fields: 100)

  private func read(_ pieces: [[UInt8]], limits: RequestHeadParser.Limits = tight) -> Outcome {
    var outcome = Outcome()
    var parser = RequestHeadParser(limits: limits)
    var decoder: BodyDecoder?
    for piece in pieces {
      var index = 0
      do throws(Problem) {
        if decoder == nil, let head = try parser.parse(piece.span, from: &index) {
          outcome.head = head.request
          outcome.segments = head.target.segments
          decoder = BodyDecoder(head.framing)
        }
        try decoder?.decode(piece.span, from: &index, into: &outcome.body, limit: .max)
        outcome.rest += piece[index...]
      } catch {
        outcome.problem = error
        // How much was left unread of the piece with the fault does depend on the piece.
        outcome.rest = []
        return outcome
      }
    }
    return outcome
  }

  static let messages = [
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "\r\nGET /a/b%20c?d=e HTTP/1.1\r\nHost: a\r\nX: \t y \t\r\n\r\nGET /next",
    "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello and more",
    "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nT: u\r\n\r\nmore",
    "GET / HTTP/1.1\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: \u{1}\r\n\r\n",
    "GET /\(String(repeating: "a", count: 80)) HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /\(String(repeating: "a", count: 300))",
    "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 300))\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: a\r\n", count: 6))\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;\(String(repeating: "a", count: 600))\r\n",
    "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
  ]

  @Test("for well-formed and broken ones", arguments: messages)
  func examples(_ message: String) {
    let bytes = Array(message.utf8)
    let whole = read([bytes])
    for pieces in splits(of: bytes, seed: 7) { #expect(read(pieces) == whole) }
  }

  @Test("for all that RFC 9112 tells to refuse or to understand")
  func conformance() {
    let refused = [
      RefusedRequestTests.requestLine, RefusedRequestTests.fields, RefusedRequestTests.framing,
      RefusedRequestTests.chunks,
    ].joined()
    for message in refused.map(\.request) + AcceptedRequestTests.accepted.map(\.request) {
      let bytes = Array(message.utf8)
      let whole = read([bytes], limits: Self.roomy)
      for pieces in splits(of: bytes, seed: 13, random: 3) {
        #expect(read(pieces, limits: Self.roomy) == whole, "\(message)")
      }
    }
  }

  @Test("for ones with random damage")
  func damaged() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let poison = Array("\r\n\0 \t:;,%\u{7F}0fF-".utf8) + [0x80, 0xFF]
    for _ in 0..<2000 {
      var bytes = Array(Self.messages.randomElement(using: &generator)!.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let index = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[index] = poison.randomElement(using: &generator)!
        case 1: bytes.insert(poison.randomElement(using: &generator)!, at: index)
        default: bytes.remove(at: index)
        }
      }
      let whole = read([bytes])
      for pieces in splits(of: bytes, seed: generator.next(), random: 2) where read(pieces) != whole {
        Issue.record(
          "seed \(seed): \(String(decoding: bytes, as: UTF8.self)) split as \(pieces.map(\.count))")
      }
    }
  }
}
