/// Who asks.
struct Caller: Sendable, Equatable {
  /// Nil where it cannot be known.
  let address: IPAddress?
  /// Whom the key was given to, nil where none is asked for.
  var keyName: String?

  /// What a rate limit is counted by.
  enum Account: Hashable {
    case key(String)
    case network(IPAddress?)
  }

  /// A key's holder, from wherever; else the address, of which IPv6 gives everybody 2^64 (RFC 6177): there the network
  /// counts.
  var account: Account {
    if let keyName { return .key(keyName) }
    return .network(address.map { $0.isIPv4 ? $0 : $0.masked(to: 64) })
  }
}
