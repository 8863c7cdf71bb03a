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

  /// Who is let in.
  func admit(_ request: Request, from address: IPAddress?) throws(AccessRefusal) -> Caller {
    let caller = Caller(address: address, keyName: try keyName(of: request))
    if let limiter, !Self.unlimitedPaths.contains(request.path), let wait = limiter.admit(caller.account) {
      throw .rateLimit(wait)
    }
    return caller
  }

  /// Counts further requests of a caller that was let in, for work that the header did not show.
  func charge(_ requests: Int, for request: Request) {
    guard let limiter else { return }
    let caller = Caller(address: address(of: request), keyName: try? keyName(of: request))
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
