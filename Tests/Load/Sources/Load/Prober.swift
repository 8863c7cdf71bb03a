import Dispatch
import Glibc
import Synchronization

/// What a client that behaves has seen.
struct Experience: Sendable {
  var times: [Double] = []
  var failures: [String] = []
}

/// Asks `/health/live` on a thread of its own until it is told to stop.
final class Prober: Sendable {
  private let isOver = Atomic(false)
  private let seen = Mutex(Experience())
  private let group = DispatchGroup()

  /// - Parameter pause: seconds between an answer and the next request.
  init(_ server: Server, every pause: Double) {
    DispatchQueue(label: "probes").async(group: group) { [self] in
      let experience = behave(server, .get("/health/live"), every: pause) {
        isOver.load(ordering: .relaxed)
      }
      seen.withLock { $0 = experience }
    }
  }

  func stop() -> Experience {
    isOver.store(true, ordering: .relaxed)
    group.wait()
    return seen.withLock { $0 }
  }
}

/// Makes one request after the other on one connection until it is over, each `pause` seconds after the last was
/// answered.
func behave(_ server: Server, _ request: Request, every pause: Double, until isOver: () -> Bool) -> Experience
{
  var experience = Experience()
  do {
    let client = try Client(port: server.port)
    while !isOver() {
      let start = now()
      let answer = try client.exchange(request)
      if answer.status == 200 {
        experience.times.append(now() - start)
      } else {
        experience.failures.append("\(answer.status) \(answer.text)")
      }
      usleep(UInt32(pause * 1e6))
    }
  } catch {
    experience.failures.append("\(error)")
  }
  return experience
}
