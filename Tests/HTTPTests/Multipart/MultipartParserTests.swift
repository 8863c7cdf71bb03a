import HTTPTypes
import Testing

@testable import HTTP

@Suite("Multipart bodies, RFC 2046 section 5.1 and RFC 7578")
struct MultipartParserTests {
  private struct Part: Equatable {
    var fields: [String] = []
    var body: [UInt8] = []
    var isEnded = false
  }

  private func parts(
    _ pieces: [[UInt8]], boundary: String = "XyZ", limits: MultipartLimits = MultipartLimits()
  ) throws -> [Part] {
    var parser = try MultipartParser(boundary: boundary, limits: limits)
    var parts: [Part] = []
    for piece in pieces {
      for event in try parser.parse(piece) {
        switch event {
        case .begin(let fields): parts.append(Part(fields: fields.map { "\($0.name): \($0.value)" }))
        case .data(let bytes):
          #expect(!bytes.isEmpty)
          parts[parts.count - 1].body += bytes
        case .end: parts[parts.count - 1].isEnded = true
        }
      }
    }
    try parser.finish()
    return parts
  }

  private func texts(_ body: String) throws -> [String] {
    try parts([Array(body.utf8)]).map { String(decoding: $0.body, as: UTF8.self) }
  }

  private static let body =
    "ignored\r\n--XyZ\r\nA: b\r\nC: d\r\n\r\nfirst\r\n--XyZ  \t\r\n\r\n\r\n--Xy\r\n--XyZz\r\n-\r\n\r\r\n--XyZ\r\n"
    + "E: f\r\n\r\n--XyZ\r\n\r\n\r\n--XyZ--ignored\r\n--XyZ\r\n\r\nnot a part"

  @Test("are the same parts at every split point, byte by byte and whole")
  func splitPoints() throws {
    let bytes = Array(Self.body.utf8)
    let whole = try parts([bytes])
    #expect(
      whole.map { String(decoding: $0.body, as: UTF8.self) } == [
        "first", "\r\n--Xy\r\n--XyZz\r\n-\r\n\r", "", "",
      ])
    #expect(whole.map(\.fields) == [["A: b", "C: d"], [], ["E: f"], []])
    #expect(!whole.contains { !$0.isEnded })
    for index in 0...bytes.count {
      #expect(try parts([Array(bytes[..<index]), Array(bytes[index...])]) == whole)
    }
    for pieces in splits(of: bytes, seed: 11, random: 100) { #expect(try parts(pieces) == whole) }
  }

  @Test("hold any data that does not contain the boundary")
  func randomData() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let alphabet = Array("\r\n-XyZ ab".utf8)
    for _ in 0..<300 {
      let data = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
        alphabet.randomElement(using: &generator)!
      }
      guard (Array("\r\n".utf8) + data).firstRange(of: Array("\r\n--XyZ".utf8)) == nil else { continue }
      let body = Array("--XyZ\r\n\r\n".utf8) + data + Array("\r\n--XyZ--".utf8)
      for pieces in splits(of: body, seed: generator.next(), random: 3) {
        #expect(try parts(pieces).map(\.body) == [data], "seed \(seed)")
      }
    }
  }

  @Test("skip a preamble and an epilogue of any kind")
  func around() throws {
    for preamble in [
      "", "\r\n", "hello\r\n", "--Xy\r\n", "--XyZz\r\n", "x--XyZ\r\n", "\n--XyZ\r\n\r\n", "--XyZ \tx\r\n",
    ] {
      for epilogue in ["", "\r\n", "hello", "\r\n--XyZ\r\n", "\r\n--XyZ--", "--", " \t\r\n"] {
        let body = "\(preamble)--XyZ\r\nA: b\r\n\r\ndata\r\n--XyZ--\(epilogue)"
        for pieces in splits(of: Array(body.utf8), seed: 3, random: 3) {
          #expect(try parts(pieces).map(\.body) == [Array("data".utf8)], "\(body)")
        }
      }
    }
  }

  @Test("take spaces and tabs behind a boundary, within reason")
  func padding() throws {
    for padding in ["", " ", "\t", " \t \t", String(repeating: " ", count: 64)] {
      let body = "--XyZ\(padding)\r\n\r\na\r\n--XyZ\(padding)\r\n\r\nb\r\n--XyZ--\(padding)\r\n"
      for pieces in splits(of: Array(body.utf8), seed: 5, random: 5) {
        #expect(try parts(pieces).map(\.body) == [Array("a".utf8), Array("b".utf8)])
      }
    }
    let long = String(repeating: " ", count: 65)
    for pieces in splits(of: Array("--XyZ\r\n\r\na\r\n--XyZ\(long)\r\n\r\n--XyZ--".utf8), seed: 5, random: 5)
    {
      #expect(try parts(pieces).map(\.body) == [Array("a\r\n--XyZ\(long)\r\n".utf8)])
    }
  }

  @Test("keep a boundary inside data that is not a line's beginning, or not the whole boundary")
  func boundaryInsideData() throws {
    for data in [
      "a--XyZ", "a--XyZ--", "\n--XyZ", "\r--XyZ\r\n", "\r\n-XyZ", "\r\n--XyZ-", "\r\n--XyZ-x",
      "\r\n--xyz\r\n",
      "\r\n--XyZx\r\n", "\r\n--XyZ x\r\n", "\r\n--XyZ\n", "\r\n--XyZ\r", "\r\n\r\n--Xy", "\r", "\r\n",
      "\r\n\r\n", "-", "--",
      "--Xy\r\n--Xy\r\n--Xy", "\r\n--abc\r\n\r\ninner\r\n--abc--",
    ] {
      for pieces in splits(of: Array("--XyZ\r\n\r\n\(data)\r\n--XyZ--".utf8), seed: 9, random: 3) {
        #expect(try parts(pieces).map(\.body) == [Array(data.utf8)], "\(data)")
      }
    }
  }

  @Test(
    "may have any boundary that RFC 2046 allows",
    arguments: ["a", "-", "--", "a--", "'()+_,-./:=? 0aZ", "a b", "==", String(repeating: "-", count: 70)])
  func boundaries(_ boundary: String) throws {
    let body = "--\(boundary)\r\n\r\nx\r\n--\(boundary)\r\n\r\n--\r\n--\(boundary)--"
    for pieces in splits(of: Array(body.utf8), seed: 1, random: 3) {
      #expect(try parts(pieces, boundary: boundary).map(\.body) == [Array("x".utf8), Array("--".utf8)])
    }
  }

  @Test("keep no more than a part's header or a beginning of a boundary, whatever comes")
  func memory() throws {
    for piece in ["\r\n--Xy", "x", "\r\n--XyZx", "--XyZ", "\r\n--XyZ  x"] {
      var parser = try MultipartParser(boundary: "XyZ")
      _ = try parser.parse(Array("--XyZ\r\n\r\n".utf8))
      for _ in 0..<2000 {
        _ = try parser.parse(Array(piece.utf8))
        #expect(parser.pending.count < 100)
      }
    }
  }

  @Test("need no preamble, no epilogue, and no parts")
  func bare() throws {
    #expect(try texts("--XyZ\r\n\r\na\r\n--XyZ--") == ["a"])
    #expect(try texts("--XyZ--\r\n") == [])
    #expect(try texts("\r\n--XyZ\r\n\r\na\r\n--XyZ--\r\n") == ["a"])
  }

  @Test("are refused where they are cut short")
  func cutShort() {
    let bytes = Array("--XyZ\r\nA: b\r\n\r\nfirst\r\n--XyZ--".utf8)
    for length in 0..<bytes.count {
      #expect(throws: Problem.self) { _ = try parts([Array(bytes[..<length])]) }
    }
  }

  @Test(
    "are refused where a part's header is broken", arguments: ["A b", ": b", "A : b", "A: b\nC: d", " A: b"])
  func brokenHeader(_ line: String) {
    #expect(throws: Problem.self) { _ = try texts("--XyZ\r\n\(line)\r\n\r\na\r\n--XyZ--") }
  }

  @Test("are refused beyond their limits")
  func limits() async throws {
    let many = String(repeating: "--XyZ\r\n\r\n\r\n", count: 5000) + "--XyZ--"
    #expect(await refusal { try texts(many) } == .contentTooLarge)
    #expect(try texts(String(repeating: "--XyZ\r\n\r\n\r\n", count: 64) + "--XyZ--").count == 64)
    let roomy = MultipartLimits(parts: 5000)
    #expect(try parts([Array(many.utf8)], limits: roomy).count == 5000)
    let endless = "--XyZ\r\n" + String(repeating: "A: b\r\n", count: 2000)
    #expect(await refusal { try texts(endless) } == .requestHeaderFieldsTooLarge)
    let long = "--XyZ\r\nA: \(String(repeating: "b", count: 9000))\r\n\r\na\r\n--XyZ--"
    #expect(await refusal { try texts(long) } == .requestHeaderFieldsTooLarge)
  }

  @Test(
    "need a boundary that RFC 2046 allows",
    arguments: ["", "a ", "a\"b", "é", String(repeating: "a", count: 71)])
  func boundary(_ boundary: String) {
    #expect(throws: Problem.self) { _ = try MultipartParser(boundary: boundary) }
  }
}
