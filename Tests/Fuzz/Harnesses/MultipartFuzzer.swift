import HTTPTypes

@testable import HTTP

// The boundary up to the first line feed, then the body.  However it was split, the parts are the same.

func fuzz(_ bytes: [UInt8]) {
  let end = bytes.firstIndex(of: 0x0A) ?? bytes.count
  let boundary = String(decoding: bytes[..<end], as: UTF8.self)
  let outcomes = Array(bytes[end...].dropFirst()).splits.map { Form(boundary, $0) }
  for outcome in outcomes { expect(outcome == outcomes[0], "split: \(outcome)\nwhole: \(outcomes[0])") }
}

private struct Form: Equatable {
  /// Events, with the data of each part in one.
  var events: [MultipartParser.Event] = []
  var names: [String] = []
  var refusal: Problem?

  init(_ boundary: String, _ pieces: [[UInt8]]) {
    do {
      var parser = try MultipartParser(boundary: boundary, limits: .init(parts: 6, headerBytes: 256))
      for piece in pieces {
        for event in try parser.parse(piece) { try take(event) }
      }
      try parser.finish()
    } catch {
      // A refusal hides what came before it in the same piece.
      events = []
      names = []
      refusal = error as? Problem
    }
  }

  private mutating func take(_ event: MultipartParser.Event) throws {
    switch (events.last, event) {
    case (.data(let data), .data(let more)): events[events.count - 1] = .data(data + more)
    default: events.append(event)
    }
    // A part that is no form's is refused by the form, not by the parser: what is refused first may differ.
    if case .begin(let fields) = event, let part = try? FormPart(fields) {
      names += [part.name, part.fileName ?? "", part.contentType?.essence ?? ""]
    }
  }
}
