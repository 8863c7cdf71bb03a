import Glibc
import HTTPTypes
import Testing

@testable import HTTP

private let hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

@Suite("Connections")
struct ConnectionTests {
  @Test("serve 40 clients at once, each with 25 requests")
  func concurrency() async throws {
    try await withRoutes { server in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<40 {
          group.addTask {
            let client = try server.client()
            for round in 0..<25 {
              let text = "\(number)-\(round) " + String(repeating: "x", count: number * round)
              try await client.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
              #expect(try await client.response().text == text)
            }
          }
        }
        try await group.waitForAll()
      }
      let events = try await server.observer.events { $0.records.count == 1000 }
      #expect(events.opened == 40)
      #expect(events.records.count == 1000)
    }
  }

  @Test("serve others while one client sends a byte at a time")
  func drip() async throws {
    try await withRoutes { server in
      let slow = try server.client()
      let request =
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
      for byte in request.utf8 {
        try await slow.send([byte])
        #expect(try await server.answer(hello).status == 200)
      }
      #expect(try await slow.response().text == "hello")
    }
  }

  @Test("begin their handlers at once, so that what waits for nothing is answered without another thread")
  func firstStep() async throws {
    var configuration = ServerConfiguration()
    configuration.port = 0
    let server = Server(
      configuration: configuration, observer: RecordingObserver(), logger: silentLogger
    ) { _ in
      let thread = pthread_self()
      return Responder { Response(text: pthread_equal(thread, pthread_self()) != 0 ? "same" : "another") }
    }
    let running = Task { try await server.run() }
    let client = try RawClient(port: try await server.port)
    for _ in 0..<64 {
      try await client.send(hello)
      #expect(try await client.response().text == "same")
    }
    server.shutDown()
    try await inTime { try await running.value }
  }

  @Test("hand on large bodies unchanged, with either framing, in pieces of any size")
  func largeBodies() async throws {
    try await withRoutes { server in
      let seed = UInt64.random(in: 0...UInt64.max)
      var generator = SeededGenerator(seed: seed)
      let body = (0..<1_000_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let client = try server.client()
      try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n")
      try await client.send(body)
      #expect(try await client.response().body == body, "seed \(seed)")
      var chunked = Array("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
      var rest = body[...]
      while !rest.isEmpty {
        let chunk = rest.prefix(Int.random(in: 1...60_000, using: &generator))
        chunked += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + [13, 10]
        rest = rest.dropFirst(chunk.count)
      }
      try await client.send(chunked + Array("0\r\n\r\n".utf8))
      #expect(try await client.response().body == body, "seed \(seed)")
    }
  }

  @Test("stay usable behind a short body that nobody read")
  func unreadShortBody() async throws {
    try await withRoutes { server in
      let client = try server.client()
      try await client.send("POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234")
      #expect(try await client.response().status == 415)
      try await client.send("56789" + hello)
      #expect(try await client.response().text == "hello\n")
      try await client.send("POST /refuse HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
      #expect(try await client.response()["connection"] == nil)
      try await client.send(hello)
      #expect(try await client.response().text == "hello\n")
    }
  }

  @Test("end behind a chunked body that nobody read and whose end is not in sight")
  func unreadChunkedBody() async throws {
    try await withRoutes { server in
      let client = try server.client()
      try await client.send(
        "POST /refuse HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
      #expect(try await client.response()["connection"] == "close")
      #expect(try await client.rest() == [])
    }
  }

  @Test("answer a pipeline of random requests in random pieces, each with its own answer")
  func randomPipelines() async throws {
    try await withRoutes { server in
      let seed = UInt64.random(in: 0...UInt64.max)
      var generator = SeededGenerator(seed: seed)
      let texts = (0..<60).map { _ in
        String(repeating: "ab\r\n", count: Int.random(in: 0...30, using: &generator))
      }
      let requests = texts.map { text in
        Bool.random(using: &generator)
          ? "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
          : "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            + (text.isEmpty ? "" : "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n") + "0\r\n\r\n"
      }
      for pieces in splits(of: Array(requests.joined().utf8), seed: generator.next(), random: 2) {
        let client = try server.client()
        for piece in pieces { try await client.send(piece) }
        for text in texts { #expect(try await client.response().text == text, "seed \(seed)") }
      }
    }
  }

  @Test("do not take in more than a bounded amount for a handler that does not read")
  func backpressure() async throws {
    let release = OneShot<Void>()
    try await withServer(handler: { _ in
      await release.value
      return Response(text: "late")
    }) { server in
      let client = try server.client()
      try await client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n")
      // Far less than this fits into the socket buffers of both sides.
      #expect(try await client.sendAsMuchAsFits(limit: 64 << 20) < 64 << 20)
      release.fulfil(())
      #expect(try await client.response().text == "late")
    }
  }

  @Test("give a request's body to nobody once the request is over")
  func keptBody() async throws {
    let kept = OneShot<RequestBody>()
    try await withServer(handler: { request in
      kept.fulfil(request.body)
      return Response(text: "x")
    }) { server in
      let client = try server.client()
      try await client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
      _ = try await client.response()
      let body = try await kept.inTime
      await #expect(throws: CancellationError.self) { try await body.collect() }
      try await client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")
      _ = try await client.response()
      await #expect(throws: CancellationError.self) { try await body.collect() }
    }
  }

  @Test("report each request")
  func records() async throws {
    try await withRoutes { server in
      _ = try await server.answer("POST /echo?a=b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")
      // An answer arrives before it is reported, and the next connection has another loop.
      try await server.observer.events { $0.records.count == 1 }
      _ = try await server.answer("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
      let records = try await server.observer.events { $0.records.count == 2 }.records
      #expect(records[0].method == .post)
      #expect(records[0].target == "/echo?a=b")
      #expect(records[0].route == "/echo")
      #expect(records[0].status == .ok)
      #expect(records[0].remoteAddress == "127.0.0.1")
      #expect(records[0].receivedBytes == 5)
      #expect(records[0].sentBytes == 5)
      #expect(records[0].isComplete)
      #expect(records[1].route == nil)
      #expect(records[1].status == .notFound)
      for (index, request) in [
        (2, echo("Transfer-Encoding: chunked\r\n", "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nA: b\r\n\r\n")),
        (3, "POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n012345678"),
        (4, "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n"),
      ] {
        _ = try await server.answer(request, isBodiless: index == 4)
        try await server.observer.events { $0.records.count == index + 1 }
      }
      let more = try await server.observer.events { $0.records.count == 5 }.records.dropFirst(2)
      #expect(more.map(\.receivedBytes) == [5, 9, 0])
      #expect(more.map { $0.sentBytes > 0 } == [true, true, false])
      #expect(more.allSatisfy { $0.duration > .zero && $0.duration < .seconds(300) })
      #expect(more.allSatisfy { $0.answerTime > .zero && $0.answerTime <= $0.duration })
    }
  }
}
