import HTTP
import HTTPTypes
import Images
import Testing

@testable import Service

@Suite("The trace that a request belongs to", .timeLimit(.minutes(1)))
struct TraceContextTests {
  private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
  private static let parent = "00f067aa0ba902b7"
  private static let text = "00-\(trace)-\(parent)-01"

  @Test("A traceparent is read: trace, caller's span, and of the flags the one that is known")
  func valid() throws {
    for (flags, isSampled) in [("00", false), ("01", true), ("02", false), ("03", true), ("ff", true)] {
      let context = try #require(TraceContext(parsing: "00-\(Self.trace)-\(Self.parent)-\(flags)"))
      #expect(context.traceID == Self.trace && context.parentID == Self.parent)
      #expect(context.isSampled == isSampled)
      #expect(context.text == "00-\(Self.trace)-\(context.spanID)-\(isSampled ? "01" : "00")")
      #expect(context.spanID != Self.parent && UInt64(context.spanID, radix: 16) != 0)
      #expect(TraceContext(parsing: context.text)?.parentID == context.spanID)
    }
    #expect(
      TraceContext(parsing: Self.text)?.spanID != TraceContext(parsing: Self.text)?.spanID, "one for each")
  }

  @Test("Of a later version, what is known of this one is read, and this one is spoken")
  func laterVersions() throws {
    for text in ["cc-\(Self.trace)-\(Self.parent)-01", "01-\(Self.trace)-\(Self.parent)-09-what-comes"] {
      let context = try #require(TraceContext(parsing: text), "\(text)")
      #expect(context.traceID == Self.trace && context.parentID == Self.parent && context.isSampled)
      #expect(context.text.hasPrefix("00-\(Self.trace)-") && context.text.utf8.count == 55)
    }
  }

  @Test(
    "A traceparent that is none is passed over, and nothing of it is written",
    arguments: [
      "", "-", "00", "00-", "00-\(trace)-\(parent)", "00-\(trace)-\(parent)-", "00-\(trace)-\(parent)-1",
      "00-\(trace)-\(parent)-01-", "00-\(trace)-\(parent)-01-more", "00-\(trace)-\(parent)-01,\(text)",
      "cc-\(trace)-\(parent)-01.more", "cc-\(trace)-\(parent)-0", "ff-\(trace)-\(parent)-01",
      "0-\(trace)-\(parent)-001", "0x-\(trace)-\(parent)-01", "00-\(trace)-\(parent)-0X",
      "00-\(trace.uppercased())-\(parent)-01", "00-\(trace)-\(parent.uppercased())-01",
      "00_\(trace)_\(parent)_01", "00-\(trace.dropLast())g-\(parent)-01",
      "00-\(trace.dropLast())é-\(parent)-0",
      "00-\(String(repeating: "0", count: 32))-\(parent)-01",
      "00-\(trace)-\(String(repeating: "0", count: 16))-01", String(repeating: "0", count: 8000),
    ])
  func invalid(text: String) async throws {
    #expect(TraceContext(parsing: text) == nil)
    let log = LogLines()
    let service = try TranslationService.ready(log: log)
    let answer = await service.serve(try Request(.get, "/health/live", headerFields: [.traceParent: text]))
    #expect(answer.status == .ok)
    #expect(answer.headerFields[.traceParent] == nil && answer.headerFields[.traceResponse] == nil)
    let line = try #require(log.all.first)
    #expect(!line.contains("trace_id") && !line.contains(Self.parent))
  }

  @Test("Two fields are no trace, even where each is one")
  func several() {
    let lines = [("traceparent", Self.text), ("Traceparent", Self.text)]
    #expect(TraceContext(HTTPFields(lines: lines)) == nil)
    #expect(TraceContext(HTTPFields(lines: [lines[1]])) != nil)
    #expect(TraceContext([:]) == nil)
  }

  @Test("Answers, refusals too, and every line of the request continue it; tracestate goes nowhere")
  func continued() async throws {
    let log = LogLines()
    let service = try TranslationService.ready({ $0.slowRequestTime = .zero }, log: log)
    let state = try #require(HTTPField.Name("tracestate"))
    let fields: HTTPFields = [.traceParent: Self.text, state: "congo=t61rcWkgMzE"]
    let picture = try RGBImage.pattern().png()
    for (body, status) in [(picture, 200), (Array(picture.prefix(80)), 422), ([], 400)] as [([UInt8], Int)] {
      let before = log.all.count
      let answer = await service.serve(try Request(.post, "/translate", headerFields: fields, body: body))
      #expect(answer.status.code == status)
      let told = try #require(answer.headerFields[.traceResponse])
      #expect(answer.headerFields[.traceParent] == told)
      let span = try #require(TraceContext(parsing: told)).parentID
      #expect(told == "00-\(Self.trace)-\(span)-01" && span != Self.parent)
      #expect(!answer.headerFields.contains { $0.value.contains("congo") })
      let lines = log.all.dropFirst(before)
      #expect(lines.count == 2)
      for line in lines {
        #expect(line.contains(" trace_id=\(Self.trace)") && line.contains(" span_id=\(span) "))
        #expect(line.contains(" parent_id=\(Self.parent) ") && !line.contains("congo"))
      }
    }
  }
}
