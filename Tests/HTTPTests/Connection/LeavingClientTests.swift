import HTTPTypes
import Testing

@testable import HTTP

private let hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

@Suite("Clients that leave")
struct LeavingClientTests {
  /// A handler that waits until it is cancelled, and says that it has begun and ended.
  private struct Patient {
    let begun = OneShot<Void>()
    let cancelled = OneShot<Void>()

    func handle(_ request: Request) async throws -> Response {
      begun.fulfil(())
      do {
        try await Task.sleep(for: .seconds(3600))
      } catch {
        cancelled.fulfil(())
        throw error
      }
      return Response()
    }
  }

  @Test("cancel the handler's task by closing")
  func closing() async throws {
    let patient = Patient()
    try await withServer(handler: patient.handle) { server in
      var client: RawClient? = try server.client()
      try await client?.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      try await patient.begun.inTime
      client = nil
      try await patient.cancelled.inTime
      let record = try await server.observer.events { $0.closed == 1 && $0.records.count == 1 }.records.first
      #expect(record?.status.code == 499)
      #expect(record?.isComplete == false)
    }
  }

  @Test("cancel the handler's task by closing inside a body that the handler does not read")
  func closingInsideBody() async throws {
    let patient = Patient()
    try await withServer(handler: patient.handle) { server in
      var client: RawClient? = try server.client()
      try await client?.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234")
      try await patient.begun.inTime
      client = nil
      try await patient.cancelled.inTime
    }
  }

  @Test("cancel the handler's task by closing behind more than is read from them")
  func closingBehindUnread() async throws {
    let patient = Patient()
    try await withServer(handler: patient.handle) { server in
      var client: RawClient? = try server.client()
      try await client?.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
      // More than the server's buffer and less than the system's.
      try await client?.send([UInt8](repeating: 0, count: 8 * InputBuffer.limit))
      try await patient.begun.inTime
      client = nil
      try await patient.cancelled.inTime
    }
  }

  @Test("cancel the handler's task by a reset, seen even while nothing is read from them")
  func resettingUnread() async throws {
    let patient = Patient()
    try await withServer(handler: patient.handle) { server in
      var client: RawClient? = try server.client()
      try await client?.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n")
      try await patient.begun.inTime
      _ = try await client?.sendAsMuchAsFits(limit: 64 << 20)
      client?.resetOnClose()
      client = nil
      try await patient.cancelled.inTime
    }
  }

  @Test("cancel the handler's task by a reset after they had finished sending")
  func resettingAfterEnd() async throws {
    let patient = Patient()
    try await withServer(handler: patient.handle) { server in
      var client: RawClient? = try server.client()
      try await client?.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      client?.finishSending()
      try await patient.begun.inTime
      client?.resetOnClose()
      client = nil
      try await patient.cancelled.inTime
    }
  }

  @Test("cancel the handler's task by a reset")
  func resetting() async throws {
    let patient = Patient()
    try await withServer(handler: patient.handle) { server in
      var client: RawClient? = try server.client()
      try await client?.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      try await patient.begun.inTime
      client?.resetOnClose()
      client = nil
      try await patient.cancelled.inTime
      let record = try await server.observer.events { $0.closed == 1 }.records.first
      #expect(record?.status.code == 499)
      #expect(record?.isComplete == false)
    }
  }

  /// Where sockets hang up and their numbers are given out again, the watching of one must never reach another.
  @Test("hundreds of resets, at every moment of a request, leave the others alone")
  func manyResets() async throws {
    let beginnings = [
      "", "GET", hello, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhe", hello + hello,
    ]
    try await withRoutes { server in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<8 {
          group.addTask {
            for round in 0..<50 {
              let client = try server.client()
              let beginning = beginnings[(worker + round) % beginnings.count]
              if !beginning.isEmpty { try await client.send(beginning) }
              client.resetOnClose()
              #expect(try await server.answer(hello).status == 200)
            }
          }
        }
        try await group.waitForAll()
      }
      let events = try await server.observer.events { $0.closed == $0.opened }
      // A connection whose reset went unseen is ended by a timer.
      #expect(events.refusals == [])
    }
  }

  @Test("get their answer if they have only finished sending")
  func halfClosing() async throws {
    try await withRoutes { server in
      for request in [
        hello, "GET /hello HTTP/1.0\r\n\r\n", hello + hello,
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nhello\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello\n\r\n0\r\n\r\n",
      ] {
        let client = try server.client()
        try await client.send(request)
        client.finishSending()
        #expect(try await client.finalResponse().text == "hello\n")
        if request == hello + hello { #expect(try await client.finalResponse().text == "hello\n") }
        #expect(try await client.rest() == [])
      }
      try await server.observer.events { $0.records.count == 6 && $0.records.allSatisfy(\.isComplete) }
    }
  }

  @Test("get their answer from a slow handler too, after 100 Continue has shown that they are there")
  func halfClosingSlowly() async throws {
    let release = OneShot<Void>()
    try await withServer(handler: { request in
      await release.value
      return Response(text: Task.isCancelled ? "cancelled" : request.path)
    }) { server in
      let client = try server.client()
      try await client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n")
      client.finishSending()
      let old = try server.client()
      try await old.send("GET /old HTTP/1.0\r\n\r\n")
      old.finishSending()
      #expect(try await client.response().status == 100)
      release.fulfil(())
      #expect(try await client.finalResponse().text == "/a")
      #expect(try await client.finalResponse().text == "/b")
      #expect(try await client.rest() == [])
      // HTTP/1.0 knows no interim answers.
      #expect(try await old.response().text == "/old")
      #expect(try await old.rest() == [])
    }
  }

  @Test("end the reading of a body that will not be complete")
  func insideBody() async throws {
    for framing in ["Content-Length: 10", "Transfer-Encoding: chunked"] {
      try await withRoutes { server in
        let client = try server.client()
        try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\r\n5")
        client.finishSending()
        #expect(try await client.finalResponse().status == 400)
        #expect(try await client.rest() == [])
        try await server.observer.events { $0.closed == 1 }
      }
    }
  }

  @Test("leave nothing behind when they leave inside a header")
  func insideHeader() async throws {
    try await withRoutes { server in
      let client = try server.client()
      try await client.send("GET /hello HTTP/1.1\r\nHo")
      client.finishSending()
      #expect(try await client.rest() == [])
      try await server.observer.events { $0.closed == 1 && $0.records.isEmpty }
    }
  }

  @Test("leave the reading of a body to a handler that is cancelled from elsewhere")
  func cancelledReader() async throws {
    let begun = OneShot<Void>()
    try await withServer(handler: { request in
      let reading = Task { try await request.body.collect() }
      begun.fulfil(())
      reading.cancel()
      let result = await reading.result
      return Response(text: (try? result.get()) == nil ? "cancelled" : "read")
    }) { server in
      let client = try server.client()
      try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
      try await begun.inTime
      #expect(try await client.response().text == "cancelled")
    }
  }
}
