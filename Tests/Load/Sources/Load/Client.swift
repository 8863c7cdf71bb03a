import Glibc

/// A request as bytes.
struct Request {
  let bytes: [UInt8]

  /// - Parameter fields: of the header, each with its line's end.
  static func get(_ target: String, fields: String = "") -> Request {
    Request(bytes: Array("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n".utf8))
  }

  static func post(_ target: String, _ body: [UInt8], fields: String = "") -> Request {
    let head =
      "POST \(target) HTTP/1.1\r\nHost: localhost\r\n\(fields)Content-Length: \(body.count)\r\n\r\n"
    return Request(bytes: Array(head.utf8) + body)
  }

  /// A form whose parts are all `image`.
  static func form(_ target: String, _ pictures: [[UInt8]], fields: String = "") -> Request {
    var body: [UInt8] = []
    for picture in pictures {
      body += Array("--part\r\nContent-Disposition: form-data; name=image; filename=a\r\n\r\n".utf8)
      body += picture + Array("\r\n".utf8)
    }
    return post(
      target, body + Array("--part--\r\n".utf8),
      fields: fields + "Content-Type: multipart/form-data; boundary=part\r\n")
  }
}

/// A client that behaves: one connection, kept alive, one request after the other.
final class Client {
  private let descriptor: Int32
  private var reader = AnswerReader()

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
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      if let answer = try reader.next() { return answer }
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { throw SystemError("the connection ended without an answer") }
      reader.append(buffer[..<count])
    }
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
