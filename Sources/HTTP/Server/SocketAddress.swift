import Glibc

/// An address of a socket, of either family.
struct SocketAddress {
  private var storage = sockaddr_storage()
  private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

  /// The address that a system call fills in.
  init(_ fill: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) {
    // Because the system fills in any address as one of these.
    _ = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { fill($0, &length) }
    }
  }

  /// A copy of an address of the system's.
  init(_ address: UnsafePointer<sockaddr>, _ length: socklen_t) {
    self.length = min(length, self.length)
    // Because the address has as many bytes as the system says, and the storage room for any.
    withUnsafeMutableBytes(of: &storage) {
      $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(self.length)))
    }
  }

  var family: Int32 { Int32(storage.ss_family) }

  /// Without its port.
  var text: String {
    var storage = storage
    return addressText(&storage)
  }

  /// It lies at the same place in addresses of both families.
  var port: Int {
    get {
      withUnsafeBytes(of: storage) { Int(UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self))) }
    }
    set {
      withUnsafeMutableBytes(of: &storage) {
        $0.storeBytes(of: UInt16(newValue).bigEndian, toByteOffset: 2, as: UInt16.self)
      }
    }
  }

  /// Calls `body` with this address and another port.
  func with<Result>(port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var copy = self
    copy.port = port
    return withUnsafePointer(to: &copy.storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
  }

  /// The addresses of a name, each once.
  ///
  /// - Throws: `ServerError` when it has none.
  static func all(of host: String) throws(ServerError) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, nil, &hints, &list)
    guard status == 0 else {
      throw ServerError(description: "cannot listen on \(host): \(String(cString: gai_strerror(status)))")
    }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    for candidate in sequence(first: list, next: { $0?.pointee.ai_next }) {
      guard let candidate = candidate?.pointee, let pointer = candidate.ai_addr else { break }
      let address = SocketAddress(pointer, candidate.ai_addrlen)
      if !addresses.contains(where: { $0.text == address.text }) { addresses.append(address) }
    }
    return addresses
  }
}
