import HTTP
import HTTPTypes

/// Decides about a request from its header alone, before anything of its body is read.
struct AccessControl: Sendable {
  private let keys: KeyRing?
  private let proxies: TrustedProxies
  private let limiter: RateLimiter?

  /// What anybody may ask, as often as they like: how to ask, and what probes need to know.  All else, paths that are
  /// not there included, takes a key where there are keys.
  private static let openPaths: Set = ["/", "/health", "/health/live", "/health/ready"]
  /// What tells an operator how it goes must go on telling when it goes badly.
  private static let unlimitedPaths = openPaths.union(["/metrics"])

  init(_ configuration: AccessConfiguration) {
    keys = configuration.keys
    proxies = TrustedProxies(ranges: configuration.trustedProxies)
    limiter = configuration.requestsPerMinute.map { RateLimiter(requestsPerMinute: $0) }
  }

  var needsKey: Bool { keys != nil }

  /// The client's address, that of the other end of the connection or what a trusted proxy tells.
  func address(of request: Request) -> IPAddress? { proxies.client(of: request) }

  /// Who asks.
  /// - Throws: where a key is needed that is not there or not valid.
  func caller(of request: Request, from address: IPAddress?) throws(AccessRefusal) -> Caller {
    Caller(address: address, keyName: try keyName(of: request))
  }

  /// Counts a request of this caller's.
  /// - Throws: where the caller has asked too often.
  func count(_ request: Request, of caller: Caller) throws(AccessRefusal) {
    guard let limiter, !Self.unlimitedPaths.contains(request.path) else { return }
    if let wait = limiter.admit(caller.account) { throw .rateLimit(wait) }
  }

  /// Counts as so many more requests one that was let in, for work that the header did not show.
  func charge(_ requests: Int, for request: Request) {
    guard let limiter, let caller = try? caller(of: request, from: address(of: request)) else { return }
    limiter.charge(caller.account, requests: requests)
  }

  private func keyName(of request: Request) throws(AccessRefusal) -> String? {
    guard let keys, !Self.openPaths.contains(request.path) else { return nil }
    let token: BearerToken
    do throws(BearerToken.Malformation) {
      token = try BearerToken(request.head.headerFields)
    } catch {
      throw error == .absent ? .noKey : .malformedKey
    }
    guard let name = keys.current.name(for: token.text) else { throw .unknownKey }
    return name
  }
}
