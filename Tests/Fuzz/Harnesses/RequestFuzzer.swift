import HTTPTypes

@testable import HTTP

// The bytes of a connection: heads, and bodies of either framing, one request after the other, as its state takes them
// in.  However the bytes were split, the requests and the refusal that ends them are the same.

func fuzz(_ bytes: [UInt8]) {
  let outcomes = bytes.splits.map(Conversation.init)
  for outcome in outcomes {
    expect(outcome == outcomes[0], "split: \(outcome)\nwhole: \(outcomes[0])")
    for exchange in outcome.exchanges { exchange.check() }
  }
}

/// A connection whose handlers read every body, and answer at once what they have read.
private struct Conversation: Equatable {
  var exchanges: [Request] = []
  var refusal: Problem?
  /// Status and whether the connection ends, of each answer.
  var answers: [Answer] = []

  struct Answer: Equatable {
    let status: Int
    let closes: Bool
  }

  init(_ pieces: [[UInt8]]) {
    var state = ConnectionState(rules: Self.rules, now: 0)
    for piece in pieces {
      var rest = piece[...]
      // As the connection does it, no more at once than the state asks for.
      while !rest.isEmpty, state.inputLimit > 0 {
        let some = Array(rest.prefix(state.inputLimit))
        rest = rest.dropFirst(some.count)
        perform(some.withUnsafeBytes { state.received($0, now: 0) }, &state)
      }
      expect(state.input.count <= InputBuffer.limit, "\(state.input.count) bytes are held")
    }
    perform(state.clientEnded(now: 0), &state)
    expect(state.inputLimit == 0, "something is to be read behind the end")
    // How much of a body came before it was found to be broken does depend on the splits.
    if refusal != nil, exchanges.last?.isComplete == false { exchanges[exchanges.count - 1].body = [] }
  }

  private mutating func perform(_ actions: [ConnectionAction], _ state: inout ConnectionState) {
    for action in actions {
      switch action {
      case .begin(let head, _):
        exchanges.append(Request(head))
        perform(state.bodyWanted(now: 0), &state)
      case .resumeReader(.success(let piece?)):
        exchanges[exchanges.count - 1].body += piece
        perform(state.bodyWanted(now: 0), &state)
      case .resumeReader(.success(nil)):
        exchanges[exchanges.count - 1].isComplete = true
        perform(state.answered(Response(), to: state.requestCount, now: 0), &state)
      case .resumeReader(.failure(let error)):
        refusal = error as? Problem
        perform(
          state.answered(Response(refusal ?? .internalError), to: state.requestCount, now: 0), &state)
      case .write(let response, let form):
        answers.append(Answer(status: response.status.code, closes: form.closes))
        perform(state.wrote(0, isAll: true, now: 0), &state)
      default: break
      }
    }
  }

  /// Limits that inputs of a few kilobytes reach.
  private static let rules = {
    var configuration = ServerConfiguration()
    configuration.maximumTargetBytes = 128
    configuration.maximumHeaderBytes = 512
    configuration.maximumHeaderFields = 8
    return ConnectionRules(configuration)
  }()
}

private struct Request: Equatable {
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
