import HTTP
import HTTPTypes

/// Whose word is taken for the address of a client.
struct TrustedProxies: Sendable {
  let ranges: [AddressRange]

  /// The client's address: the peer's own, unless the peer is a trusted proxy that says for whom it forwards.
  ///
  /// The fields are read from the right, each address the word of the one behind it; the first that is not trusted is
  /// the client's, since what stands before it is only that client's own word.  Where a trusted proxy does not tell,
  /// the proxy's own address stands for all of its clients.
  ///
  /// Most proxies write one of the two fields and hand on the other as the client sent it, and which one cannot be
  /// seen from here: where both are there and disagree, neither is believed.
  /// - Returns: nil where the peer's address is none, which no socket of ours has.
  func client(of request: Request) -> IPAddress? {
    guard let peer = IPAddress(request.remoteAddress) else { return nil }
    guard !ranges.isEmpty, trusts(peer) else { return peer }
    let fields = request.head.headerFields
    let forwardedFor = fields[values: .forwardedFor]
    let forwarded = fields[values: .forwarded]
    var origins: [IPAddress] = []
    if !forwardedFor.isEmpty {
      origins.append(origin(of: [ForwardedNode](forwardedFor: forwardedFor), behind: peer))
    }
    if !forwarded.isEmpty {
      origins.append(origin(of: [ForwardedNode](forwarded: forwarded) ?? [], behind: peer))
    }
    guard let client = origins.first, origins.allSatisfy({ $0 == client }) else { return peer }
    return client
  }

  private func origin(of nodes: [ForwardedNode], behind peer: IPAddress) -> IPAddress {
    var address = peer
    for node in nodes.reversed() {
      guard trusts(address), case .address(let previous) = node else { break }
      address = previous
    }
    return address
  }

  private func trusts(_ address: IPAddress) -> Bool { ranges.contains { $0.contains(address) } }
}

extension HTTPField.Name {
  // The names are tokens, so that neither of these is nil.
  static let forwarded = HTTPField.Name("Forwarded")!
  static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
}
