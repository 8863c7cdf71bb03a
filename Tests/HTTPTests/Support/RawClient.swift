import Dispatch
import Glibc

/// An answer as it came over the wire.
struct RawResponse: Sendable {
  var status = 0
  /// In order, names in lower case.
  var fields: [(name: String, value: String)] = []
  var body: [UInt8] = []

  subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
  var text: String { String(decoding: body, as: UTF8.self) }
}

/// A client that says exactly what it is told to, right or wrong.
///
/// Its calls block, so they run on a queue of their own: blocking Swift's few pool threads would stop the server's
/// handlers as well.  Reads give up after 20 seconds, so that a failing test ends.
///
/// `@unchecked Sendable` because the mutable state is touched on the queue alone.
final class RawClient: @unchecked Sendable {
  struct Failure: Error, CustomStringConvertible { let description: String }

  private let number: Int32
  private let queue = DispatchQueue(label: "raw client")
  private var unread: [UInt8] = []

  /// - Parameter receiveBuffer: the size of the socket's buffer in bytes, nil for the system's choice.
  init(port: Int, receiveBuffer: Int32? = nil) throws {
    number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var size = receiveBuffer {
      setsockopt(number, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    // A server that says nothing fails the test rather than stop it.
    var timeout = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw Failure(description: "connect: \(String(cString: strerror(errno)))") }
  }

  deinit { Glibc.close(number) }

  private func onQueue<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws
    -> Result
  {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Swift.Result(catching: body)) }
    }
  }

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) async throws {
    try await onQueue { [self] in
      var sent = 0
      while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes {
          Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { throw Failure(description: "send: \(String(cString: strerror(errno)))") }
        sent += count
      }
    }
  }

  /// Says that no more will be sent.
  func finishSending() { shutdown(number, Int32(SHUT_WR)) }

  /// Makes the end of this client a reset.
  func resetOnClose() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// Sends zeros until the socket has taken none for a while.
  /// - Returns: how many it took.
  func sendAsMuchAsFits(limit: Int) async throws -> Int {
    try await onQueue { [self] in
      let zeros = [UInt8](repeating: 0, count: 65536)
      var total = 0
      var ready = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
      while total < limit, poll(&ready, 1, 300) > 0 {
        total += max(0, Glibc.send(number, zeros, zeros.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)))
      }
      return total
    }
  }

  /// The next answer.
  ///
  /// - Parameter isBodiless: it answers HEAD, so no body follows whatever its length says.
  func response(isBodiless: Bool = false) async throws -> RawResponse {
    try await onQueue { [self] in
      let end = Array("\r\n\r\n".utf8)
      var headEnd = unread.firstRange(of: end)
      while headEnd == nil {
        guard try readMore() else {
          throw Failure(description: "closed inside a head: \(String(decoding: unread, as: UTF8.self))")
        }
        headEnd = unread.firstRange(of: end)
      }
      let head = String(decoding: unread[..<headEnd!.lowerBound], as: UTF8.self)
      unread.removeFirst(headEnd!.upperBound)
      var response = try Self.parse(head)
      let length = Int(response["content-length"] ?? "0") ?? 0
      if isBodiless || response.status < 200 || response.status == 204 || response.status == 304 {
        return response
      }
      while unread.count < length {
        guard try readMore() else { throw Failure(description: "closed inside a body") }
      }
      response.body = Array(unread[..<length])
      unread.removeFirst(length)
      return response
    }
  }

  /// The next answer that is final: behind any number of interim ones, which may come at any time.
  func finalResponse(isBodiless: Bool = false) async throws -> RawResponse {
    while true {
      let response = try await response(isBodiless: isBodiless)
      if response.status >= 200 { return response }
    }
  }

  /// Everything up to the end of the connection.
  /// - Throws: when the connection ends in a reset.
  func rest() async throws -> [UInt8] {
    try await onQueue { [self] in
      while try readMore() {}
      defer { unread = [] }
      return unread
    }
  }

  private func readMore() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(number, &buffer, buffer.count, 0)
    guard count >= 0 else { throw Failure(description: "recv: \(String(cString: strerror(errno)))") }
    unread += buffer[..<count]
    return count > 0
  }

  private static func parse(_ head: String) throws -> RawResponse {
    // Swift takes CR LF for one character.
    var lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
    let status = lines.removeFirst().split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard status.count == 3, status[0] == "HTTP/1.1", let code = Int(status[1]) else {
      throw Failure(description: "no status line: \(head)")
    }
    var response = RawResponse(status: code)
    for line in lines {
      let parts = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw Failure(description: "no field: \(line)") }
      response.fields.append((parts[0].lowercased(), String(parts[1])))
    }
    return response
  }
}
