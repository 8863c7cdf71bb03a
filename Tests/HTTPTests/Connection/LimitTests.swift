import HTTPTypes
import Testing

@testable import HTTP

private let hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

@Suite("Limits")
struct LimitTests {
  @Test("on the header's size and count and the target's length")
  func header() async throws {
    try await withRoutes({
      $0.maximumTargetBytes = 100
      $0.maximumHeaderBytes = 1000
      $0.maximumHeaderFields = 5
    }) { server in
      let long = String(repeating: "a", count: 2000)
      let cases = [
        ("GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n", 414), ("GET /\(long)", 414), ("\(long)", 400),
        ("GET /hello HTTP/1.1\r\nHost: a\r\nX: \(long)\r\n\r\n", 431),
        ("GET /hello HTTP/1.1\r\nHost: a\r\n\(long)", 431),
        ("GET /hello HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 5))\r\n", 431),
      ]
      for (request, status) in cases {
        let client = try server.client()
        try await client.send(request)
        #expect(try await client.response().status == status)
        #expect(try await client.rest() == [])
      }
      let fits = "GET /hello HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 4))\r\n"
      #expect(try await server.answer(fits).status == 200)
      let target = "/hello?" + String(repeating: "a", count: 93)
      #expect(try await server.answer("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
      let refusals = try await server.observer.events { $0.refusals.count == 6 }.refusals
      #expect(refusals.filter { $0 == .targetTooLong }.count == 2)
      #expect(refusals.filter { $0 == .headerTooLarge }.count == 2)
      #expect(refusals.filter { $0 == .tooManyFields }.count == 1)
    }
  }

  @Test("on the body, at once where its length is declared, else where it is exceeded")
  func body() async throws {
    try await withRoutes({ $0.maximumBodyBytes = 100 }) { server in
      let declared = try await server.answer("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n")
      #expect(declared.status == 413)
      let chunk = "32\r\n\(String(repeating: "x", count: 50))\r\n"
      let head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      #expect(try await server.answer(head + chunk + chunk + "0\r\n\r\n").status == 200)
      #expect(try await server.answer(head + chunk + chunk + chunk).status == 413)
      try await server.observer.events { $0.refusals == [.bodyTooLarge, .bodyTooLarge] }
    }
  }

  @Test("on the time for a header")
  func headerTime() async throws {
    try await withRoutes({ $0.headerTime = .milliseconds(100) }) { server in
      let partial = try server.client()
      try await partial.send("GET /hello HTTP/1.1\r\nHost:")
      #expect(try await partial.response().status == 408)
      #expect(try await partial.rest() == [])
      let silent = try server.client()
      #expect(try await silent.rest() == [])
      try await server.observer.events { $0.refusals == [.headerTimeout, .headerTimeout] }
    }
  }

  @Test("on the time between requests, without an answer nobody asked for")
  func idleTime() async throws {
    try await withRoutes({ $0.idleTime = .milliseconds(100) }) { server in
      let client = try server.client()
      try await client.send(hello)
      #expect(try await client.response().status == 200)
      #expect(try await client.rest() == [])
      try await server.observer.events { $0.closed == 1 && $0.refusals == [.idleTimeout] }
    }
  }

  @Test("on the time for a body")
  func bodyTime() async throws {
    try await withRoutes({ $0.bodyTime = .milliseconds(100) }) { server in
      let client = try server.client()
      try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234")
      #expect(try await client.response().status == 408)
      #expect(try await client.rest() == [])
      let unread = try server.client()
      try await unread.send("POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234")
      #expect(try await unread.response().status == 415)
      #expect(try await unread.rest() == [])
      let quick = try server.client()
      try await quick.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
      try await quick.send([UInt8](repeating: 0, count: 900_000))
      #expect(try await quick.response().status == 408)
      try await server.observer.events { $0.refusals == [.bodyTimeout, .bodyTimeout, .bodyTimeout] }
    }
  }

  @Test("on the time for reading an answer, while others are served")
  func writeTime() async throws {
    try await withServer(
      {
        $0.writeTime = .milliseconds(200)
        $0.minimumRate = 1 << 30
      },
      handler: { request in
        Response(
          contentType: "a/b", body: [UInt8](repeating: 1, count: request.path == "/big" ? 64 << 20 : 1))
      }
    ) { server in
      let client = try server.client(receiveBuffer: 4096)
      try await client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await server.answer("GET /small HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
      try await server.observer.events { events in
        events.refusals == [.writeTimeout]
          && events.records.contains { $0.target == "/big" && !$0.isComplete }
      }
      await #expect(throws: RawClient.Failure.self) { try await client.rest() }
    }
  }

  @Test("on connections in all and by address, which end with the connections")
  func connections() async throws {
    for (status, reason, configure) in [
      (503, RefusalReason.connectionLimit, { @Sendable in $0.maximumConnections = 2 }),
      (429, RefusalReason.addressLimit, { @Sendable in $0.maximumConnectionsPerAddress = 2 }),
    ] as [(Int, RefusalReason, @Sendable (inout ServerConfiguration) -> Void)] {
      let release = OneShot<Void>()
      try await withServer(
        configure,
        handler: { _ in
          await release.value
          return Response()
        }
      ) { server in
        var clients = [try server.client(), try server.client()]
        for client in clients { try await client.send(hello) }
        let third = try server.client()
        let refusal = try await third.response()
        #expect(refusal.status == status)
        #expect(refusal["retry-after"] == "1")
        #expect(try await third.rest() == [])
        release.fulfil(())
        for client in clients { #expect(try await client.response().status == 200) }
        clients.removeLast()
        try await server.observer.events { $0.closed == 1 && $0.refusals == [reason] }
        // The server may meet the next client before it has counted out the one that left.
        var served = false
        for _ in 0..<1000 where !served {
          let next = try server.client()
          try await next.send(hello)
          served = try await next.response().status == 200
        }
        #expect(served)
        withExtendedLifetime(clients) {}
      }
    }
  }

  @Test("on connections in all gives the place of the longest idle one to a new one")
  func givingWay() async throws {
    let begun = OneShot<Void>()
    let release = OneShot<Void>()
    try await withServer(
      { $0.maximumConnections = 3 },
      handler: { request in
        if request.path == "/wait" {
          begun.fulfil(())
          await release.value
        }
        return Response(text: request.path)
      }
    ) { server in
      var answers = 0
      func ask(_ client: RawClient) async throws {
        try await client.send(hello)
        #expect(try await client.response().text == "/hello")
        answers += 1
        // A client may have its answer before its connection is back in line.
        try await server.observer.events { [answers] in $0.records.count == answers }
      }
      let busy = try server.client()
      try await busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
      try await begun.inTime
      let older = try server.client()
      try await ask(older)
      let newer = try server.client()
      try await ask(newer)
      try await ask(older)
      // `newer` has now idled for longer than `older`.
      let third = try server.client()
      try await ask(third)
      #expect(try await newer.rest() == [])
      try await ask(older)
      try await ask(third)
      release.fulfil(())
      #expect(try await busy.response().text == "/wait")
      #expect(try await server.observer.events { $0.closed == 1 }.refusals == [.connectionLimit])
    }
  }

  @Test("on the requests of a connection")
  func requests() async throws {
    try await withRoutes({ $0.maximumRequestsPerConnection = 2 }) { server in
      let client = try server.client()
      try await client.send(hello + hello + hello)
      #expect(try await client.response()["connection"] == nil)
      #expect(try await client.response()["connection"] == "close")
      #expect(try await client.rest() == [])
      try await server.observer.events { $0.refusals == [.requestLimit] }
    }
  }

  @Test("on file descriptors: accepting pauses and goes on")
  func descriptors() async {
    await #expect(processExitsWith: .success) {
      try await withRoutes { server in
        let first = try server.client()
        try await first.send(hello)
        guard try await first.response().status == 200 else { fatalError("not served") }
        // The client's end of a connection takes the last descriptor there is.
        let spare = exhaustDescriptors(butFor: 1)
        let second = try server.client()
        try await second.send(hello)
        try await server.observer.events { $0.refusals.contains(.descriptorsExhausted) }
        try await first.send(hello)
        guard try await first.response().status == 200 else { fatalError("not served while exhausted") }
        spare.release()
        guard try await second.response().status == 200 else { fatalError("not served afterwards") }
      }
    }
  }
}
