import FoundationEssentials
import HTTPTypes
import Synchronization
import Testing

@testable import HTTP
@testable import Service

extension Request {
  /// A request as it comes from a connection.
  ///
  /// - Parameter peer: the address of the connection's other end.
  static func arriving(
    _ method: HTTPRequest.Method = .get, _ target: String = "/models", from peer: String = "192.0.2.1",
    _ headerFields: HTTPFields = [:], body: RequestBody = RequestBody()
  ) throws -> Request {
    Request(
      head: HTTPRequest(
        method: method, scheme: "http", authority: "localhost", path: target, headerFields: headerFields),
      target: try RequestTarget(parsing: Array(target.utf8).span, method: method), body: body,
      remoteAddress: peer)
  }
}

extension HTTPFields {
  /// - Parameter lines: fields in their order, of which several may have one name.
  init(lines: [(String, String)]) {
    self.init()
    for (name, value) in lines {
      guard let name = HTTPField.Name(name) else { preconditionFailure("no token: \(name)") }
      append(HTTPField(name: name, value: value))
    }
  }
}

/// A body that takes note when somebody asks for it.
final class WatchedBody: BodySource {
  private let asked = Atomic(false)

  var wasRead: Bool { asked.load(ordering: .relaxed) }

  func next() async throws -> [UInt8]? {
    asked.store(true, ordering: .relaxed)
    return nil
  }

  func body(declaredLength: Int? = 1000, limit: Int = 1_000_000) -> RequestBody {
    RequestBody(source: self, declaredLength: declaredLength, maximumLength: limit)
  }
}

extension KeyRing {
  /// A ring of these keys by name, and of one more, so that it is never empty.  Its file is gone afterwards.
  static func holding(
    _ keys: [String: APIKey], administrators: [String: APIKey] = [:]
  ) throws -> KeyRing {
    let path = "/tmp/ugatit-keys-\(UInt64.random(in: 0...(.max)))"
    let lines =
      keys.map { $1.line(name: $0) } + administrators.map { $1.line(name: $0, isAdministrator: true) } + [
        APIKey().line(name: "nobody")
      ]
    #expect(FileManager.default.createFile(atPath: path, contents: Data(lines.joined(separator: "\n").utf8)))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try KeyRing(path: path)
  }
}

extension RequestRecord {
  /// What the server tells of a request when its answer is out.
  static func of(_ request: Request, answered answer: Response) -> RequestRecord {
    RequestRecord(
      remoteAddress: request.remoteAddress, method: request.head.method,
      target: request.head.path ?? "", route: answer.route, status: answer.status, duration: .zero,
      answerTime: .zero, receivedBytes: 0, sentBytes: answer.body.count, isComplete: true)
  }
}
