import Dispatch
import HTTPTypes

/// Accepts connections on all sockets of a server and spreads them over the event loops.  Runs on the first of them.
actor Listener {
  private nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private var sockets: [ListeningSocket]
  private let loops: [EventLoop]
  private let context: ServerContext
  private var tokens: [UInt64] = []
  private var isPaused = false
  private var accepted = 0
  /// Clients for whom others are asked to give way, by the number of their arrival.
  private var newcomers: [Int: Task<Void, Never>] = [:]
  private var arrivals = 0

  /// Clients accepted in one go before the loop's other work gets its turn.
  private static let batch = 32
  /// How long to wait for descriptors when there are none, and how often at the end.
  private static let pause = Duration.milliseconds(100)
  private static let lastPauses = 10
  /// At the end, the time for handshakes to be completed that have begun: many round trips within a data centre.
  private static let handshakes = Duration.milliseconds(50)

  init(_ sockets: [ListeningSocket], loops: [EventLoop], context: ServerContext) {
    self.sockets = sockets
    self.loops = loops
    self.context = context
    loop = loops[0]
  }

  func start() {
    for socket in sockets {
      let token = loop.poller.add(socket.descriptor) { [self] _ in
        assumeIsolated { _ = $0.accept(from: socket, atMost: Self.batch) }
      }
      tokens.append(token)
    }
    watch(true)
  }

  private func watch(_ isReading: Bool) {
    for token in tokens { loop.poller.watch(token, Poller.Interest(reading: isReading)) }
  }

  /// Takes in everybody whose handshake is complete, and listens no more.
  ///
  /// Whatever closes a listening socket resets the connections that wait in its queue, and between the last look into
  /// the queue and the closing another may come.  So the system is told first to begin no more handshakes; those under
  /// way are completed, and then the queue is empty for good.
  func stop() async {
    for socket in sockets { socket.refuseHandshakes() }
    // A server that is cancelled does not wait.
    try? await Task.sleep(for: Self.handshakes)
    for _ in 0..<Self.lastPauses where !sockets.allSatisfy({ accept(from: $0, atMost: .max) }) {
      try? await Task.sleep(for: Self.pause)
    }
    for token in tokens { loop.poller.remove(token) }
    tokens = []
    sockets = []
    while let newcomer = newcomers.values.first { await newcomer.value }
  }

  /// - Returns: false where the process has no descriptors left for more.
  private func accept(from socket: ListeningSocket, atMost count: Int) -> Bool {
    var rest = count
    while rest > 0 {
      rest -= 1
      switch socket.accept() {
      case .connection(let descriptor, let address): take(descriptor, address)
      case .none: return true
      case .exhausted:
        pauseAccepting()
        return false
      }
    }
    return true
  }

  /// The queue of the waiting is left alone until some descriptor may have been closed.
  private func pauseAccepting() {
    context.observer.refused(.descriptorsExhausted, remoteAddress: "")
    if isPaused { return }
    isPaused = true
    watch(false)
    loop.after(Self.pause) { self.assumeIsolated { $0.resumeAccepting() } }
  }

  private func resumeAccepting() {
    isPaused = false
    watch(true)
  }

  /// Serves a client, or tells it why not.  Where there are too many, those who idle give way, the longest idle first.
  private func take(_ descriptor: Descriptor, _ address: String) {
    // The ledger lives on this loop as well.
    if context.ledger.assumeIsolated({ $0.isFull(for: address) }),
      let idle = context.idle.withLock({ $0.takeFirst() })
    {
      arrivals += 1
      let number = arrivals
      newcomers[number] = Task {
        // It is counted out, if it has gone, before the next line runs here.
        await idle.giveWay()
        newcomers[number] = nil
        take(descriptor, address)
      }
      return
    }
    var refusal: Problem?
    switch context.ledger.assumeIsolated({ $0.admit(address) }) {
    case .admitted: break
    case .refused(let reason): refusal = .tooManyConnections(reason)
    case .dropped(let reason):
      context.observer.refused(reason, remoteAddress: address)
      return
    }
    accepted += 1
    let loop = loops[accepted % loops.count]
    let connection = Connection(loop: loop, context: context, remoteAddress: address)
    loop.queue.async { [refusal] in connection.assumeIsolated { $0.start(descriptor, refusal: refusal) } }
  }
}

extension Problem {
  fileprivate static func tooManyConnections(_ reason: RefusalReason) -> Problem {
    var problem = Problem(
      reason == .addressLimit ? .tooManyRequests : .serviceUnavailable, refusal: reason,
      title: "There are too many connections",
      detail: "The server holds as many connections as it may. Close some, or try again in a moment.")
    problem.headerFields[.retryAfter] = "1"
    return problem
  }
}
