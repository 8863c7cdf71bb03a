import Glibc

/// A request as bytes.
struct Request {
  let bytes: [UInt8]

  static func get(_ target: String) -> Request {
    Request(bytes: Array("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
  }

  static func post(_ target: String, _ body: [UInt8]) -> Request {
    let head = "POST \(target) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n\r\n"
    return Request(bytes: Array(head.utf8) + body)
  }
}

/// A client that behaves: one connection, kept alive, one request after the other.
final class Client {
  struct Answer {
    let status: Int
    let body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  private let descriptor: Int32

  /// - Parameter source: the last number of the loopback address to come from.
  init(port: UInt16, source: UInt8 = 1) throws {
    descriptor = try openConnection(port: port, source: source, waits: true)
    // A server that says nothing is a failure, not the end of the measurement.
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// Sends a request and reads its whole answer, also where the server answers before it has all of the request.
  func exchange(_ request: Request) throws -> Answer {
    var sent = 0
    while sent < request.bytes.count {
      let count = request.bytes[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
      if count <= 0 { break }
      sent += count
    }
    var bytes: [UInt8] = []
    var end: Int?
    while true {
      if let end, let length = Self.contentLength(bytes[..<end]), bytes.count >= end + length {
        let line = String(decoding: bytes.prefix(12), as: UTF8.self)
        guard let status = Int(line.suffix(3)) else { throw SystemError("no status: \(line)") }
        return Answer(status: status, body: Array(bytes[end..<end + length]))
      }
      var buffer = [UInt8](repeating: 0, count: 1 << 14)
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { throw SystemError("the connection ended without an answer") }
      let start = max(0, bytes.count - 3)
      bytes += buffer[..<count]
      if end == nil {
        end = (start..<max(start, bytes.count - 3)).first {
          bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
        }.map { $0 + 4 }
      }
    }
  }

  private static func contentLength(_ head: ArraySlice<UInt8>) -> Int? {
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    let field = lines.first { $0.lowercased().hasPrefix("content-length:") }
    return field.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
  }
}

/// A connection from 127.0.0.`source` to 127.0.0.1.
/// - Parameters:
///   - waits: until it is connected, and for everything else too.
///   - receiveBuffer: bytes that the system takes for the client before it reads; nil for the usual.
func openConnection(port: UInt16, source: UInt8, waits: Bool, receiveBuffer: Int32? = nil) throws -> Int32 {
  let kind = Int32(SOCK_STREAM.rawValue) | (waits ? 0 : Int32(SOCK_NONBLOCK.rawValue))
  let descriptor = socket(AF_INET, kind, 0)
  guard descriptor >= 0 else { throw SystemError("socket") }
  if var receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4) }
  var one: Int32 = 1
  setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
  var local = loopback(source, port: 0)
  var remote = loopback(1, port: port)
  let size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let bound = withSocketAddress(&local) { bind(descriptor, $0, size) }
  let status = bound == 0 ? withSocketAddress(&remote) { connect(descriptor, $0, size) } : bound
  guard status == 0 || errno == EINPROGRESS else {
    defer { close(descriptor) }
    throw SystemError("connect")
  }
  return descriptor
}

private func loopback(_ last: UInt8, port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = (0x7F00_0000 | UInt32(last)).bigEndian
  return address
}

private func withSocketAddress(
  _ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>) -> Int32
) -> Int32 {
  withUnsafePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body) }
}
