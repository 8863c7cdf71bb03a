import HTTPTypes

@testable import HTTP

// The bytes of a connection: heads, and bodies of either framing, one request after the other.  However the bytes
// were split, the requests and the refusal that ends them are the same.

func fuzz(_ bytes: [UInt8]) {
  let outcomes = bytes.splits.map(Conversation.init)
  for outcome in outcomes {
    expect(outcome == outcomes[0], "split: \(outcome)\nwhole: \(outcomes[0])")
    for exchange in outcome.exchanges { exchange.check() }
  }
}

/// What a connection would have understood.
private struct Conversation: Equatable {
  var exchanges: [Exchange] = []
  var refusal: Problem?

  init(_ pieces: [[UInt8]]) {
    var parser = Conversation.newParser()
    var body: BodyDecoder?
    do {
      for piece in pieces {
        var index = 0
        while index < piece.count {
          if body == nil {
            guard let head = try parser.parse(piece.span, from: &index) else { continue }
            exchanges.append(Exchange(head))
            body = BodyDecoder(head.framing)
          } else {
            // As the connection does it, a bounded buffer at a time.
            var output: [UInt8] = []
            try body?.decode(piece.span, from: &index, into: &output, limit: 16)
            exchanges[exchanges.count - 1].body += output
          }
          if body?.isComplete == true {
            exchanges[exchanges.count - 1].isComplete = true
            body = nil
            parser = Conversation.newParser()
          }
        }
      }
    } catch {
      // How much of a body came before it was found to be broken does depend on the splits.
      if body != nil { exchanges[exchanges.count - 1].body = [] }
      refusal = error
    }
  }

  /// Limits that inputs of a few kilobytes reach.
  private static func newParser() -> RequestHeadParser {
    RequestHeadParser(limits: .init(targetBytes: 128, headerBytes: 512, fields: 8))
  }
}

private struct Exchange: Equatable {
  let request: HTTPRequest
  let target: RequestTarget
  let framing: BodyFraming
  /// `isVersion11`, `keepsAlive`, `expectsContinue`.
  let flags: [Bool]
  var body: [UInt8] = []
  var isComplete = false

  init(_ head: RequestHead) {
    request = head.request
    target = head.target
    framing = head.framing
    flags = [head.isVersion11, head.keepsAlive, head.expectsContinue]
  }

  func check() {
    for segment in target.segments {
      expect(segment != "." && segment != ".." && !segment.contains("/"), "path leaves its routes: \(self)")
    }
    let fields = request.headerFields
    expect(fields[values: .contentLength].count + fields[values: .transferEncoding].count < 2, "two framings")
    if case .length(let length) = framing {
      expect(isComplete ? body.count == length : body.count < length, "body of \(body.count): \(self)")
    }
  }
}
