import ArgumentParser
import Files
import Service

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

struct Health: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask a server whether it is ready; exit with 0 if it is.",
    discussion: "For a container's HEALTHCHECK.")

  @Option(
    help: "The server, over plain HTTP; at the port of UGATIT_PORT, or 8080, of this machine if not given.")
  var url: String?

  @Option(.whole(1...3600, "seconds"), "How long to wait for it.")
  var timeoutS = 5

  func run() throws {
    let url =
      try url
      ?? "http://127.0.0.1:\(Environment().value(of: "port", .port) ?? ServiceConfiguration().server.port)"
    guard let address = Self.parse(url) else {
      throw ValidationError("'\(url)' is not of the form http://HOST:PORT.")
    }
    let status = try status(of: address.host, address.port)
    guard status == 200 else { throw Failure(.other, "\(url): not ready (status \(status))") }
    print("ready")
  }

  /// `http://host`, `http://host:port`, `http://[::1]:port`, with or without a slash at the end.
  static func parse(_ url: String) -> (host: String, port: String)? {
    guard url.hasPrefix("http://") else { return nil }
    var authority = url.dropFirst("http://".count)
    if authority.hasSuffix("/") { authority.removeLast() }
    let colon = authority.lastIndex(of: ":").flatMap { authority[$0...].contains("]") ? nil : $0 }
    var host = colon.map { authority[..<$0] } ?? authority
    let port = colon.map { authority[authority.index(after: $0)...] } ?? "80"
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty, !host.contains("/"), UInt16(port) != nil else { return nil }
    return (String(host), String(port))
  }

  /// - Throws: `Failure` when nobody answers in time, or what answers is no HTTP server.
  private func status(of host: String, _ port: String) throws -> Int {
    let descriptor = try connect(to: host, port)
    defer { close(descriptor) }
    let request = Array("GET /health/ready HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n".utf8)
    guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
      throw Failure(.other, "\(host):\(port): \(SystemError.text)")
    }
    // The status line alone is of interest: `HTTP/1.1 200 OK`.
    var line: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 512)
    while line.count < 12 {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count >= 0 else {
        let reason = errno == EAGAIN ? "no answer within \(timeoutS) s" : SystemError.text
        throw Failure(.other, "\(host):\(port): \(reason)")
      }
      guard count > 0 else { throw Failure(.other, "\(host):\(port): closed the connection unanswered") }
      line += buffer[..<count]
    }
    let text = String(decoding: line.prefix(12), as: UTF8.self)
    guard text.hasPrefix("HTTP/1."), let status = Int(text.suffix(3)) else {
      throw Failure(.other, "\(host):\(port): the answer is not HTTP")
    }
    return status
  }

  private func connect(to host: String, _ port: String) throws -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, port, &hints, &found) == 0 else {
      throw Failure(.other, "\(host): there is no such host")
    }
    defer { freeaddrinfo(found) }
    var candidate = found
    while let address = candidate?.pointee {
      let descriptor = socket(address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
      var limit = timeval(tv_sec: timeoutS, tv_usec: 0)
      // On Linux the sending limit holds for connecting, too (socket(7)).
      for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
        setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
      }
      if systemConnect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return descriptor }
      let failure = Failure(.other, "\(host):\(port): \(SystemError.text)")
      close(descriptor)
      candidate = address.ai_next
      if candidate == nil { throw failure }
    }
    throw Failure(.other, "\(host): has no address")
  }
}

/// The system call, which a method named `connect` would hide.
private func systemConnect(
  _ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
) -> Int32 {
  connect(descriptor, address, length)
}
