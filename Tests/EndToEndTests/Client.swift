import Dispatch

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// An HTTP client that takes nothing for granted: bytes on a socket.
final class Client: Sendable {
  struct Answer {
    let status: Int
    /// Names in lower case.
    let fields: [String: String]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let descriptor: Int32
  private let queue = DispatchQueue(label: "client")

  /// Connects to 127.0.0.1.
  init(port: UInt16) async throws {
    descriptor = try await onOwnThread {
      Result { () throws -> Int32 in
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        // A server that says nothing fails the test rather than stop it.
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let status = withUnsafePointer(to: &address) { pointer in
          pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
          }
        }
        guard status == 0 else {
          defer { close(descriptor) }
          throw SystemError("connect")
        }
        return descriptor
      }
    }.get()
  }

  deinit { close(descriptor) }

  /// Sends a request and reads its answer.
  func request(
    _ method: String, _ target: String, fields: [String] = [], body: [UInt8]? = nil
  ) async throws -> Answer {
    var head = ["\(method) \(target) HTTP/1.1", "Host: localhost"] + fields
    if let body { head.append("Content-Length: \(body.count)") }
    try await send(Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? []))
    return try await answer(hasBody: method != "HEAD")
  }

  func send(_ bytes: [UInt8]) async throws {
    try await perform { descriptor in
      var start = 0
      while start < bytes.count {
        let count = bytes[start...].withUnsafeBytes {
          systemSend(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { throw SystemError("send") }
        start += count
      }
    }
  }

  /// Reads one answer; an interim one such as 100 counts.
  func answer(hasBody: Bool = true) async throws -> Answer {
    try await perform { descriptor in
      let lines = String(decoding: try Self.head(descriptor), as: UTF8.self)
        .split(separator: "\r\n", omittingEmptySubsequences: true)
      guard let status = lines.first.flatMap({ Int($0.split(separator: " ")[1]) }) else {
        throw Failure(description: "no status line")
      }
      var fields: [String: String] = [:]
      for line in lines.dropFirst() {
        let colon = line.firstIndex(of: ":") ?? line.endIndex
        fields[line[..<colon].lowercased()] = String(line[colon...].dropFirst().drop { $0 == " " })
      }
      let length = fields["content-length"].flatMap { Int($0) } ?? 0
      return Answer(
        status: status, fields: fields, body: hasBody ? try Self.bytes(descriptor, count: length) : [])
    }
  }

  private func perform<Value: Sendable>(_ body: @escaping @Sendable (Int32) throws -> Value) async throws
    -> Value
  {
    let descriptor = descriptor
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try body(descriptor) }) }
    }
  }

  /// Up to the empty line, one byte at a time: nothing of what follows is taken.
  private static func head(_ descriptor: Int32) throws -> [UInt8] {
    var head: [UInt8] = []
    while !head.suffix(4).elementsEqual([13, 10, 13, 10]) { head += try bytes(descriptor, count: 1) }
    return head
  }

  private static func bytes(_ descriptor: Int32, count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var start = 0
    while start < count {
      let received = bytes[start...].withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
      guard received > 0 else { throw Failure(description: "the connection ended within an answer") }
      start += received
    }
    return bytes
  }
}

/// The system call, which the method of its name would hide.
private func systemSend(
  _ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int, _ flags: Int32
) -> Int {
  send(descriptor, start, count, flags)
}
