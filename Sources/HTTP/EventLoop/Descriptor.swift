import Glibc

/// A socket, closed when nobody refers to it any more.  Whoever watches it takes it off its poller first.
final class Descriptor: Sendable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { _ = close(number) }

  enum Transfer: Equatable {
    case bytes(Int)
    /// Nothing now; try again when the descriptor is ready.
    case wouldBlock
    /// The peer has sent all it will send, or the connection is broken.
    case ended
    case failed
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    while true {
      let count = recv(number, buffer.baseAddress, buffer.count, 0)
      if count > 0 { return .bytes(count) }
      if count == 0 { return .ended }
      if errno != EINTR { return errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .failed }
    }
  }

  /// Writes two pieces in one call.  `sendmsg` rather than `writev` because only it can be told not to raise SIGPIPE.
  func write(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Transfer {
    // The system reads from these pointers and writes to none of them.
    let pieces = (
      iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count),
      iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count)
    )
    return withUnsafePointer(to: pieces) { pieces in
      var message = msghdr()
      message.msg_iov = UnsafeMutableRawPointer(mutating: pieces).assumingMemoryBound(to: iovec.self)
      message.msg_iovlen = 2
      while true {
        let count = sendmsg(number, &message, Int32(MSG_NOSIGNAL))
        if count >= 0 { return .bytes(count) }
        if errno != EINTR { return errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .failed }
      }
    }
  }

  /// How much of what was written the peer's system has not confirmed yet.
  var unacknowledgedBytes: Int {
    var count: Int32 = 0
    return ioctl(number, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
  }

  /// Tells the peer that nothing more will be sent.
  func shutDownWriting() { _ = shutdown(number, Int32(SHUT_WR)) }

  /// Ends reading and writing, or listening.
  func shutDown() { _ = shutdown(number, Int32(SHUT_RDWR)) }

  /// Makes closing drop what was not sent yet, and tell the peer so by a reset.
  func resetOnClose() { set(SO_LINGER, at: SOL_SOCKET, to: linger(l_onoff: 1, l_linger: 0)) }

  func set<Value>(_ option: Int32, at level: Int32, to value: Value) {
    withUnsafeBytes(of: value) { bytes in
      _ = setsockopt(number, level, option, bytes.baseAddress, socklen_t(bytes.count))
    }
  }
}

/// Lets the process open as many descriptors as the system allows it; shells often start it with 1,024.
func raiseDescriptorLimit() {
  let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  var limit = rlimit()
  guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
  limit.rlim_cur = limit.rlim_max
  _ = setrlimit(resource, &limit)
}
