import Dispatch
import Glibc
import Synchronization

/// All that a server meets, at once and for long: clients of each kind, on threads of their own, until they are stopped.
final class SoakTraffic: Sendable {
  private let server: Server
  private let photograph: [UInt8]
  private let ledger: RequestLedger
  private let key: String
  private let isOver = Atomic(false)
  private let group = DispatchGroup()
  private let attack = HostileClients()
  private let counts = Mutex<[String: Int]>([:])
  private let wrong = Mutex<[String]>([])

  /// - Parameter key: that opens the server.
  init(_ server: Server, _ photograph: [UInt8], key: String, _ ledger: RequestLedger) {
    self.server = server
    self.photograph = photograph
    self.ledger = ledger
    self.key = "Authorization: Bearer \(key)\r\n"
  }

  func start() {
    for _ in 0..<2 { loop("good", every: 0.02) { try self.translate($0) } }
    loop("bad", every: 0.05) { try self.askWrongly($0) }
    loop("form", every: 0.5) { try self.sendForm($0) }
    loop("sizes", every: 0.1) { try self.lookAtSizes($0) }
    let cuts = Mutex(0)
    DispatchQueue(label: "aborted").async(group: group) { [self] in
      while !isOver.load(ordering: .relaxed) {
        let cut = cuts.withLock { cut in
          cut += 6151
          return cut
        }
        do { try abort(after: cut) } catch { note(error) }
        usleep(20_000)
      }
    }
    DispatchQueue(label: "slow").async(group: group) { [self] in
      do { try attack.run(port: server.port, ofEachKind: 5) } catch { note(error) }
    }
    DispatchQueue(label: "reload").async(group: group) { [self] in
      while !isOver.load(ordering: .relaxed) {
        kill(server.id, SIGHUP)
        count("reload")
        usleep(500_000)
      }
    }
  }

  func stop() {
    isOver.store(true, ordering: .relaxed)
    attack.stop()
    group.wait()
  }

  /// What has been done, by kind.
  var done: [String: Int] { counts.withLock { $0 } }
  /// Answers that were not those that were to come.
  var surprises: [String] { wrong.withLock { $0 } }

  // MARK: Clients

  private func translate(_ client: Client) throws {
    let answer = try ask(client, [200, 503]) {
      .post("/translate?format=json", photograph, fields: key + $0)
    }
    guard let id = answer.text.split(separator: "\"id\":\"").last?.prefix(32), answer.status == 200 else {
      return
    }
    _ = try ask(client, [200]) { .get("/heatmap/\(id)", fields: key + $0) }
  }

  /// Heatmaps by themselves, at sizes that are not the model's.
  private func lookAtSizes(_ client: Client) throws {
    for side in ["64", "96x64"] {
      _ = try ask(client, [200, 503]) { .post("/heatmap?side=\(side)", photograph, fields: key + $0) }
    }
  }

  private func sendForm(_ client: Client) throws {
    let pictures = Array(repeating: photograph, count: 4) + [Array(photograph.prefix(1000))]
    let answer = try ask(client, [200, 503]) { .form("/translate", pictures, fields: key + $0) }
    let problems = answer.text.split(separator: "\"status\":").count - 1
    if answer.status == 200, problems < 1 { note(SystemError("a damaged picture of a form has no problem")) }
  }

  private func askWrongly(_ client: Client) throws {
    _ = try ask(client, [401]) { .post("/translate", photograph, fields: $0) }
    _ = try ask(client, [404]) { .get("/nothing", fields: key + $0) }
    _ = try ask(client, [405]) { .get("/translate", fields: key + $0) }
    _ = try ask(client, [400]) { .post("/translate?fit=tight", [], fields: key + $0) }
    _ = try ask(client, [415, 503]) { .post("/translate", Array("no picture".utf8), fields: key + $0) }
    _ = try ask(client, [422, 503]) {
      .post("/translate", Array(photograph.prefix(photograph.count / 2)), fields: key + $0)
    }
    let answer = try Client(port: server.port).exchange(Request(bytes: Array("GET / HTTP/9\r\n\r\n".utf8)))
    if answer.status < 400 { note(SystemError("no request was answered with \(answer.status)")) }
  }

  /// Sends a part of a request, or all of it, and goes.
  private func abort(after cut: Int) throws {
    let request = Request.post("/translate", photograph, fields: key + ledger.name().field).bytes
    let descriptor = try openConnection(port: server.port, source: 4, waits: true)
    defer { close(descriptor) }
    let length = cut % (request.count + 1)
    _ = send(descriptor, request, length, 0)
    // A reset now, and an end then.
    var ending = linger(l_onoff: cut % 2 == 0 ? 1 : 0, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &ending, socklen_t(MemoryLayout<linger>.size))
    count("aborted")
  }

  // MARK: Accounts

  private func ask(
    _ client: Client, _ expected: Set<Int>, _ request: (_ name: String) -> Request
  ) throws -> Answer {
    let (field, number) = ledger.name()
    let answer = try client.exchange(request(field))
    ledger.answered(number)
    if !expected.contains(answer.status) {
      note(SystemError("\(answer.status) and none of \(expected): \(answer.text.prefix(200))"))
    }
    return answer
  }

  /// Runs a client again and again, with a pause of so many seconds, on a connection that is renewed where it fails.
  private func loop(_ kind: String, every pause: Double, _ act: @escaping @Sendable (Client) throws -> Void) {
    DispatchQueue(label: kind).async(group: group) { [self] in
      var client: Client?
      while !isOver.load(ordering: .relaxed) {
        do {
          let current = try client ?? Client(port: server.port)
          client = current
          try act(current)
          count(kind)
        } catch {
          client = nil
          note(error)
        }
        usleep(UInt32(pause * 1e6))
      }
    }
  }

  private func count(_ kind: String) { counts.withLock { $0[kind, default: 0] += 1 } }

  private func note(_ error: any Error) { wrong.withLock { $0.append("\(error)") } }
}
