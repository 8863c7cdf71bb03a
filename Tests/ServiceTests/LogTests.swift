import FoundationEssentials
import HTTP
import HTTPTypes
import Logging
import Testing

@testable import Service

@Suite("Log lines")
struct LogTests {
  @Test("Text: time, level, message, sorted fields, quotes where they are needed")
  func text() {
    let line = LogLine(
      time: "T", level: .info, message: "request",
      fields: [("a", "plain"), ("b", "two words"), ("c", "x=1"), ("d", ""), ("e", .stringConvertible(3))])
    #expect(line.text == #"T info request a=plain b="two words" c="x=1" d="" e=3"#)
  }

  @Test("A client cannot forge a line or move the terminal's cursor")
  func injection() {
    let path = "/a\nT error fake \u{1B}[2J\u{9B}"
    let line = LogLine(time: "T", level: .info, message: "request", fields: [("path", "\(path)")])
    for text in [line.text, line.json] {
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) })
      #expect(text.contains(#"/a\nT error fake \u001b[2J\u009b"#))
    }
  }

  @Test("JSON: one object, numbers and flags as such, nested metadata kept")
  func json() throws {
    let log = LogLines()
    var logger = log.logger(.json)
    logger[metadataKey: "service"] = "ugatit"
    logger.warning(
      "say \"hi\"",
      metadata: [
        "count": .stringConvertible(3), "ratio": .stringConvertible(0.5), "on": .stringConvertible(true),
        "list": ["a", "b"], "nested": ["k": "v"],
      ])
    struct Line: Decodable {
      let time: String
      let level: String
      let message: String
      let service: String
      let count: Int
      let ratio: Double
      let on: Bool
      let list: [String]
      let nested: [String: String]
    }
    let text = try #require(log.all.first)
    #expect(text.hasSuffix("}\n") && text.filter { $0 == "\n" }.count == 1)
    let line = try JSONDecoder().decode(Line.self, from: Data(text.utf8))
    #expect(line.level == "warning" && line.message == "say \"hi\"" && line.service == "ugatit")
    #expect(line.count == 3 && line.ratio == 0.5 && line.on)
    #expect(line.list == ["a", "b"] && line.nested == ["k": "v"])
  }

  @Test("Times are RFC 3339 in UTC, to the millisecond")
  func timestamps() {
    #expect(Timestamp.text(seconds: 0, nanoseconds: 0) == "1970-01-01T00:00:00.000Z")
    #expect(Timestamp.text(seconds: 1_709_210_096, nanoseconds: 7_999_999) == "2024-02-29T12:34:56.007Z")
  }

  @Test("Events below the level are not written")
  func levels() {
    let log = LogLines()
    var logger = log.logger()
    logger.logLevel = .warning
    logger.info("quiet")
    logger.error("loud")
    #expect(log.all.count == 1)
  }
}
