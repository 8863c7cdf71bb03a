import FoundationEssentials
import HTTPTypes
import Testing

@testable import HTTP

/// The two ways to reach a router: each test runs with both.
enum Transport: CaseIterable, Sendable {
  case memory, socket

  struct Answer {
    var status: Int
    var fields: [String: String]
    var text: String
  }

  func send(
    _ method: HTTPRequest.Method, _ target: String, body: String = "", to router: PlainRouter = testRouter()
  ) async throws -> Answer {
    switch self {
    case .memory:
      let response = await router.respond(to: try Request(method, target, body: Array(body.utf8)))
      var fields: [String: String] = [:]
      for field in response.headerFields { fields[field.name.canonicalName] = field.value }
      let text = method == .head ? "" : String(decoding: response.body, as: UTF8.self)
      return Answer(status: response.status.code, fields: fields, text: text)
    case .socket:
      return try await withServer(handler: { await router.respond(to: $0) }) { server in
        let response = try await server.answer(
          "\(method.rawValue) \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)",
          isBodiless: method == .head)
        let fields = Dictionary(response.fields.map { ($0.name, $0.value) }) { $1 }
        return Answer(status: response.status, fields: fields, text: response.text)
      }
    }
  }
}

@Suite("The router, in memory and over a socket")
struct RouterTests {
  @Test("calls the handler of the method and path", arguments: Transport.allCases)
  func finds(_ transport: Transport) async throws {
    #expect(try await transport.send(.get, "/hello").text == "hello\n")
    #expect(try await transport.send(.post, "/echo", body: "abc").text == "abc")
    #expect(try await transport.send(.get, "/items/a%20b?c=d").text == "a b")
    #expect(try await transport.send(.get, "/items/special").text == "the special one")
  }

  @Test("tells its routes, by which it can be accounted for before anybody asks")
  func registered() {
    var router = Router<Void, Void>(otherwise: ())
    let handler: Router<Void, Void>.Handler = { _, _ in Response() }
    router.on("/{any}", (), [.get: handler])
    router.on("/a", (), [.post: handler, .get: handler])
    #expect(router.registered.map { "\($0.method) \($0.pattern)" } == ["GET /a", "POST /a", "GET /{any}"])
  }

  @Test("answers 404 to unknown paths", arguments: Transport.allCases)
  func unknownPaths(_ transport: Transport) async throws {
    for path in [
      "/", "/nowhere", "/hello/", "//hello", "/hello/x", "/items", "/items/", "/items/a/b", "/Hello",
    ] {
      let answer = try await transport.send(.get, path)
      #expect(answer.status == 404, "\(path)")
      #expect(answer.fields["content-type"] == "application/problem+json")
    }
  }

  @Test(
    "answers 405 with Allow to known paths with another method, 501 to unknown methods",
    arguments: Transport.allCases)
  func methods(_ transport: Transport) async throws {
    let answer = try await transport.send(.get, "/echo")
    #expect(answer.status == 405)
    #expect(answer.fields["allow"] == "OPTIONS, POST")
    #expect(try await transport.send(HTTPRequest.Method("BREW")!, "/hello").status == 501)
    #expect(try await transport.send(HTTPRequest.Method("BREW")!, "/nowhere").status == 501)
    #expect(try await transport.send(HTTPRequest.Method("PROPFIND")!, "/hello").status == 405)
    #expect(try await transport.send(HTTPRequest.Method("PROPFIND")!, "/nowhere").status == 404)
    let options = try await transport.send(.options, "/hello")
    #expect(options.status == 204)
    #expect(options.fields["allow"] == "GET, HEAD, OPTIONS")
    #expect(try await transport.send(.options, "*").fields["allow"] == "GET, HEAD, OPTIONS, POST")
  }

  @Test("answers HEAD like GET, without the body", arguments: Transport.allCases)
  func head(_ transport: Transport) async throws {
    let answer = try await transport.send(.head, "/hello")
    #expect(answer.status == 200)
    #expect(answer.text == "")
    #expect(try await transport.send(.head, "/echo").status == 405)
  }

  @Test("turns what handlers throw into answers", arguments: Transport.allCases)
  func errors(_ transport: Transport) async throws {
    let problem = try await transport.send(.post, "/refuse", body: "x")
    #expect(problem.status == 415)
    #expect(problem.fields["content-type"] == "application/problem+json")
    #expect(problem.text.contains("Send a picture."))
    let failure = try await transport.send(.get, "/fail")
    #expect(failure.status == 500)
    #expect(!failure.text.contains("swordfish"))
    #expect(!failure.text.contains("SecretError"))
  }

  @Test("a path's methods may have policies of their own; another method has the first's")
  func policyByMethod() throws {
    var router = Router<String, String>(otherwise: "strangers")
    router.on("/items", "read", [.get: { _, _ in Response(text: "read") }])
    router.on("/items", "write", [.post: { _, _ in Response(text: "written") }])
    let expected: [(HTTPRequest.Method, String)] = [
      (.get, "read"), (.head, "read"), (.options, "read"), (.put, "read"), (.post, "write"),
    ]
    for (method, policy) in expected {
      let routing = router.route(try Request(method, "/items"))
      #expect(routing.policy == policy && routing.allow == "GET, HEAD, OPTIONS, POST")
    }
  }

  @Test("tells a path's policy and methods before any handler is called")
  func policies() throws {
    var router = Router<Void, String>(otherwise: "strangers")
    router.on("/items/{id}", "items", [.get: { _, _ in Response() }])
    router.on("/items/special", "special", [.post: { _, _ in Response() }])
    let item = router.route(try Request(.delete, "/items/7"))
    #expect(item.policy == "items" && item.pattern == "/items/{id}" && item.allow == "GET, HEAD, OPTIONS")
    #expect(router.route(try Request(.get, "/items/special")).policy == "special")
    let unknown = router.route(try Request(.get, "/nowhere"))
    #expect(unknown.policy == "strangers" && unknown.pattern == nil)
    #expect(router.route(try Request(.options, "*")).policy == "strangers")
  }

  @Test("tells the pattern that answered")
  func route() async throws {
    let router = testRouter()
    #expect(await router.respond(to: try Request(.get, "/items/7")).route == "/items/{id}")
    #expect(await router.respond(to: try Request(.delete, "/items/7")).route == "/items/{id}")
    #expect(await router.respond(to: try Request(.get, "/nowhere")).route == nil)
  }

  @Test("says problems in JSON whatever they quote")
  func escaping() throws {
    struct Members: Decodable, Equatable {
      var status: Int
      var title: String
      var detail: String
    }
    let detail = "a \"quote\", a \\, a\u{1}control and\r\nlines, é"
    let response = Response(
      Problem(.conflict, title: "T", detail: detail, headerFields: [.retryAfter: "3"]))
    #expect(response.status == .conflict)
    #expect(response.headerFields[.retryAfter] == "3")
    let members = try JSONDecoder().decode(Members.self, from: Data(response.body))
    #expect(members == Members(status: 409, title: "T", detail: detail))
  }
}
