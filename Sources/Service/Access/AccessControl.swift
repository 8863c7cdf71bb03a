import HTTP
import HTTPTypes

/// Decides about a request from its header alone, before anything of its body is read.
struct AccessControl: Sendable {
  private let keys: KeyRing?
  private let proxies: TrustedProxies
  private let limiter: RateLimiter?

  init(_ configuration: AccessConfiguration) {
    keys = configuration.keys
    proxies = TrustedProxies(ranges: configuration.trustedProxies)
    limiter = configuration.requestsPerMinute.map { RateLimiter(requestsPerMinute: $0) }
  }

  var needsKey: Bool { keys != nil }

  /// The client's address, that of the other end of the connection or what a trusted proxy tells.
  func address(of request: Request) -> IPAddress? { proxies.client(of: request) }

  /// Who asks, and why they are not let in where they are not.
  struct Admission: Sendable {
    let caller: Caller
    let refusal: AccessRefusal?
  }

  /// Decides about a request and, where its policy says so, counts it.
  ///
  /// - Parameter address: the client's, as `address(of:)` tells it.
  func admit(_ request: Request, from address: IPAddress?, _ policy: RoutePolicy) -> Admission {
    var caller = Caller(address: address, keyName: nil)
    do throws(AccessRefusal) {
      if policy.needsKey { caller.keyName = try keyName(of: request) }
      if policy.isCounted, let wait = limiter?.admit(caller.account) { throw .rateLimit(wait) }
      return Admission(caller: caller, refusal: nil)
    } catch {
      return Admission(caller: caller, refusal: error)
    }
  }

  /// Counts as so many more requests one that was let in, for work that the header did not show.
  func charge(_ requests: Int, to caller: Caller) { limiter?.charge(caller.account, requests: requests) }

  private func keyName(of request: Request) throws(AccessRefusal) -> String? {
    guard let keys else { return nil }
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
