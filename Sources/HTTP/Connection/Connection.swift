import Dispatch
import HTTPTypes

// The way of a request through this module:
//
//   Listener        accepts a socket, asks the ConnectionLedger, gives it to an EventLoop
//   Channel         the loop's Poller says the socket is readable; bytes go through the loop's scratch buffer into `input`
//   Syntax          RequestHeadParser makes a RequestHead of them, or a Problem that is answered and ends it
//   Connection      makes the Request and starts a task for the handler (`Connection+Exchange`)
//   Responder       made by whoever answers, with all it will want to know; in that task it may read the RequestBody, which comes back here
//                   (`Connection+Body`) and takes decoded bytes out of `input`, sending 100 Continue first
//   Connection      gets the Response, serializes its head, writes head and body in one call, and more when the
//                   socket takes more (`Connection+Writing`); then reads the next request, throws away what is left
//                   of the body, or says goodbye (`Connection+Ending`)
//
// A client that leaves meanwhile is noticed by the poller or by asking (`Connection+Probing`).
//
// Who owns what: a connection is an actor whose executor is its EventLoop, a serial queue shared with other
// connections.  The loop's Poller and timer fire on that queue and enter by `assumeIsolated`; handlers run in
// tasks of Swift's own pool and enter by `await`.  An actor rather than a class that keeps to a queue by good
// manners, because the compiler then checks that no handler's task ever touches a connection's state; the loop's
// queue rather than the default executor, because events then arrive without a hop and a handler that computes for
// long cannot hold up anybody's input or output.  The counting of connections
// belongs to the first loop, where the listener is; others send it word.

/// A client's connection.
actor Connection {
  enum Phase {
    /// Between requests, or inside a request's header.
    case head
    /// A handler is at work.
    case exchange
    /// An answer is being written.
    case writing
    /// The answer is out, the rest of the request's body is being thrown away.
    case draining
    /// The last answer is out and our side closed; what still arrives is thrown away for a while.
    case lingering
    case closed
  }

  nonisolated let loop: EventLoop
  nonisolated let context: ServerContext
  nonisolated let remoteAddress: String
  /// Unique in the process.
  nonisolated let number: UInt64
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  var phase = Phase.head
  var channel: Channel?
  /// Whether the client has closed its side.
  var sawEnd = false

  /// What has arrived and has not been parsed; parsed up to `inputIndex`.
  var input: [UInt8] = []
  var inputIndex = 0
  var parser: RequestHeadParser
  /// Whether nothing of the next request has arrived since the last answer.
  var isIdle = false

  var requestCount: UInt64 = 0
  /// The request that is being answered, until its answer is written and its body is out of the way.
  var exchange: Exchange?
  /// False where the connection exists only to tell the client that there are too many.
  var isAdmitted = true

  var output = OutputBuffer()
  /// When the client first did not take what was written, and how much it has taken of that answer.
  var writeStart: UInt64?
  var writtenBytes = 0

  /// When to give up on the client in the present phase, `.max` for never.
  var deadline = UInt64.max
  var lingerBudget = 0

  /// Input is not read beyond this much of what nobody has asked for yet: TCP then slows the client down.
  static let inputLimit = 64 * 1024

  init(loop: EventLoop, context: ServerContext, remoteAddress: String, number: UInt64) {
    self.loop = loop
    self.context = context
    self.remoteAddress = remoteAddress
    self.number = number
    parser = RequestHeadParser(limits: context.headLimits)
  }

  /// Begins to serve, or to refuse.
  ///
  /// - Parameter refusal: what to tell the client before the connection is closed, nil to serve it.
  func start(_ descriptor: Descriptor, refusal: Problem?) {
    // Unowned because the loop keeps the connection until it is closed, and a cancelled channel calls no more.
    channel = Channel(
      descriptor, poller: loop.poller,
      onReadable: { [unowned self] in assumeIsolated { $0.readable() } },
      onWritable: { [unowned self] in assumeIsolated { $0.flush() } },
      onBroken: { [unowned self] in assumeIsolated { $0.connectionBroke() } })
    loop.add(self)
    if let refusal {
      isAdmitted = false
      refuse(refusal)
    } else {
      context.observer.connectionOpened()
      setDeadline(after: context.configuration.headerTime)
    }
    watch()
  }

  // MARK: Reading

  private func readable() {
    guard let channel else { return }
    switch channel.descriptor.read(into: loop.scratch) {
    case .bytes(let count):
      // Because what is in the scratch buffer is copied before anybody else on this queue can use it.
      received(UnsafeRawBufferPointer(rebasing: loop.scratch[..<count]))
    case .wouldBlock: break
    case .ended: clientEnded()
    case .failed: abort()
    }
    watch()
  }

  private func received(_ bytes: UnsafeRawBufferPointer) {
    if phase == .lingering {
      lingerBudget -= bytes.count
      if lingerBudget < 0 { close() }
      return
    }
    input.append(contentsOf: bytes)
    advance()
  }

  /// Does what the input allows.
  func advance() {
    switch phase {
    case .head: readHead()
    case .exchange: feedReader()
    case .draining: drainBody()
    case .writing, .lingering, .closed: break
    }
  }

  private func readHead() {
    do throws(Problem) {
      let head = try parser.parse(input.span, from: &inputIndex)
      compactInput()
      if let head {
        begin(head)
      } else if sawEnd {
        close()
      } else if isIdle, parser.hasBegun {
        isIdle = false
        setDeadline(after: context.configuration.headerTime)
      }
    } catch {
      refuse(error)
    }
  }

  /// Forgets what has been parsed.
  func compactInput() {
    if inputIndex == input.count {
      // A connection that has had a large body does not keep its buffer while it idles.
      input.removeAll(keepingCapacity: input.capacity <= 2048)
      inputIndex = 0
    } else if inputIndex > Self.inputLimit / 2 {
      input.removeFirst(inputIndex)
      inputIndex = 0
    }
  }

  /// Reads on while there is room for more.
  func watch() {
    let hasRoom = phase == .lingering || input.count - inputIndex < Self.inputLimit
    if phase != .closed { channel?.watchReading(!sawEnd && hasRoom) }
  }

  /// The client will send no more.  It may still read: what it has asked for in full is answered.
  private func clientEnded() {
    sawEnd = true
    switch phase {
    case .exchange:
      feedReader()
      beginProbing()
    case .head, .draining, .lingering: close()
    case .writing, .closed: break
    }
  }

  // MARK: Time

  func setDeadline(after time: Duration) {
    setDeadline(DispatchTime.now().uptimeNanoseconds &+ time.nanoseconds)
  }

  func setDeadline(_ time: UInt64) {
    deadline = time
    loop.schedule(time)
  }

  /// Gives up on a client that has been too slow.
  ///
  /// - Returns: the deadline to check next.
  func checkDeadline(_ now: UInt64) -> UInt64 {
    guard now >= deadline else { return deadline }
    deadline = .max
    switch phase {
    case .head where parser.hasBegun: refuse(.headerTooSlow)
    case .head:
      note(isIdle ? .idleTimeout : .headerTimeout)
      close()
    case .exchange where sawEnd: probe()
    case .exchange: failReader(Problem.bodyTooSlow)
    case .writing:
      note(.writeTimeout)
      channel?.descriptor.resetOnClose()
      abort()
    case .draining:
      note(.bodyTimeout)
      close()
    case .lingering: close()
    case .closed: break
    }
    return deadline
  }
}

extension Problem {
  fileprivate static let headerTooSlow = Problem(
    .requestTimeout, refusal: .headerTimeout, title: "The request took too long to arrive",
    detail: "The header was not complete in time. Send the request again, in one go.")

  fileprivate static let bodyTooSlow = Problem(
    .requestTimeout, refusal: .bodyTimeout, title: "The request took too long to arrive",
    detail: "The body came too slowly. Send the request again over a faster connection, or a smaller body.")
}

extension Duration {
  /// 0 for negative durations, the most there is for those of centuries.
  var nanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return UInt64(min(seconds, 1 << 32)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }
}
