import Dispatch
import HTTPTypes

/// Accepts connections and spreads them over the event loops.  Runs on the first of them.
actor Listener {
  private nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private var socket: ListeningSocket?
  private let loops: [EventLoop]
  private let context: ServerContext
  private var token: UInt64?
  private var isPaused = false
  private var accepted: UInt64 = 0

  /// Clients accepted in one go before the loop's other work gets its turn.
  private static let batch = 32
  /// How long to wait for descriptors when there are none.
  private static let pause = DispatchTimeInterval.milliseconds(100)

  init(_ socket: ListeningSocket, loops: [EventLoop], context: ServerContext) {
    self.socket = socket
    self.loops = loops
    self.context = context
    loop = loops[0]
  }

  func start() {
    guard let socket else { return }
    let token = loop.poller.add(socket.descriptor) { [self] _ in assumeIsolated { $0.acceptSome() } }
    loop.poller.watch(token, Poller.Interest(reading: true))
    self.token = token
  }

  func stop() {
    if let token { loop.poller.remove(token) }
    token = nil
    socket = nil
  }

  private func acceptSome() {
    guard let socket else { return }
    for _ in 0..<Self.batch {
      switch socket.accept() {
      case .connection(let descriptor, let address): take(descriptor, address)
      case .none: return
      case .exhausted:
        pause()
        return
      }
    }
  }

  /// The queue of the waiting is left alone until some descriptor may have been closed.
  private func pause() {
    context.observer.refused(.descriptorsExhausted, remoteAddress: "")
    if let token { loop.poller.watch(token, Poller.Interest()) }
    isPaused = true
    loop.queue.asyncAfter(deadline: .now() + Self.pause) { self.assumeIsolated { $0.resume() } }
  }

  private func resume() {
    guard isPaused, let token else { return }
    isPaused = false
    loop.poller.watch(token, Poller.Interest(reading: true))
  }

  private func take(_ descriptor: Descriptor, _ address: String) {
    var refusal: Problem?
    // The ledger lives on this loop as well.
    switch context.ledger.assumeIsolated({ $0.admit(address) }) {
    case .admitted: break
    case .refused(let reason): refusal = .tooManyConnections(reason)
    case .dropped(let reason):
      context.observer.refused(reason, remoteAddress: address)
      return
    }
    accepted += 1
    let loop = loops[Int(accepted % UInt64(loops.count))]
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
