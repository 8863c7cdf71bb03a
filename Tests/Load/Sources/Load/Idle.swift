import Glibc

/// Ten thousand connections that have made a request and may make another: what `ServerConfiguration` takes.
func measureIdleConnections(_ command: ServerCommand, _ report: inout Report) throws {
  let server = try command.start()
  defer { server.stop() }
  let before = server.residentMB
  let start = now()
  var clients: [Client] = []
  for index in 0..<10_000 {
    let client = try Client(port: server.port, source: UInt8(1 + index % 200))
    guard try client.exchange(.get("/health/live")).status == 200 else {
      throw SystemError("connection \(index) was refused")
    }
    clients.append(client)
  }
  let time = now() - start
  let memory = server.residentMB
  let processor = server.processorSeconds
  sleep(5)
  let used = (server.processorSeconds - processor) / 5
  // None was closed to make room.
  let alive = try clients.indices.filter { $0 % 100 == 0 }.count { index in
    try clients[index].exchange(.get("/health/live")).status == 200
  }

  report.section("10,000 idle connections, each after a request")
  report.line("opened and served in", "\(time.short) s")
  report.line("memory, before", "\(before.short) MB")
  report.line("memory, with them", memory, "MB", atMost: 150)
  report.line("processor while they are idle", "\((100 * used).short) % of a core")
  report.require(alive == 100, "still answered, of every hundredth", "\(alive) of 100")
}
