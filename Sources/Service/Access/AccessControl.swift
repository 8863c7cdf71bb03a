import HTTP
import HTTPTypes

/// Decides about a request from its header alone, before anything of its body is read.
struct AccessControl: Sendable {
  private let keys: KeyRing?
  private let proxies: TrustedProxies
  private let limiter: RateLimiter?
  private let isAdministrationOpen: Bool

  init(_ configuration: AccessConfiguration) {
    keys = configuration.keys
    proxies = TrustedProxies(ranges: configuration.trustedProxies)
    isAdministrationOpen = configuration.isAdministrationOpen
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
      if policy.needsKey {
        let holder = try holder(of: request)
        caller.keyName = holder?.name
        if policy.needsAdministrator { try checkAdministrator(request, holder) }
      }
      if policy.isCounted, let wait = limiter?.admit(caller.account) { throw .rateLimit(wait) }
      return Admission(caller: caller, refusal: nil)
    } catch {
      return Admission(caller: caller, refusal: error)
    }
  }

  /// Counts as so many more requests one that was let in, for work that the header did not show.
  func charge(_ requests: Int, to caller: Caller) { limiter?.charge(caller.account, requests: requests) }

  /// With keys, one that says so; without, whoever sits at the machine.  A browser there acts for pages from anywhere,
  /// and tells so by `Origin`.
  private func checkAdministrator(_ request: Request, _ holder: APIKeys.Holder?) throws(AccessRefusal) {
    if let holder {
      guard holder.isAdministrator else { throw .noAdministrator(.byKey) }
    } else {
      guard request.head.headerFields[.origin] == nil, isAdministrationOpen || request.isFromThisMachine
      else { throw .noAdministrator(.byAddress) }
    }
  }

  private func holder(of request: Request) throws(AccessRefusal) -> APIKeys.Holder? {
    guard let keys else { return nil }
    let token: BearerToken
    do throws(BearerToken.Malformation) {
      token = try BearerToken(request.head.headerFields)
    } catch {
      throw error == .absent ? .noKey : .malformedKey
    }
    guard let holder = keys.current.holder(of: token.text) else { throw .unknownKey }
    return holder
  }
}

extension Request {
  /// Whether nobody but a program of this machine can have sent it: what a proxy here forwards comes from this machine,
  /// too, but says so.
  fileprivate var isFromThisMachine: Bool {
    guard IPAddress(remoteAddress)?.isLoopback == true else { return false }
    return !head.headerFields.contains { field in
      let name = field.name.canonicalName
      return name == "forwarded" || name == "via" || name == "x-real-ip" || name.hasPrefix("x-forwarded-")
    }
  }
}
