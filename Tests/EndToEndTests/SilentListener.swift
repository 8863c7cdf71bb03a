#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Takes connections on a port of 127.0.0.1, by the kernel's queue alone, and never says a word.
final class SilentListener {
  let port: UInt16
  private let descriptor: Int32

  init() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listening = withUnsafeMutableBytes(of: &address) { bytes in
      // `sockaddr_in` is what the calls take a `sockaddr` to be for AF_INET.
      let generic = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
      return descriptor >= 0 && bind(descriptor, generic, length) == 0 && listen(descriptor, 4) == 0
        && getsockname(descriptor, generic, &length) == 0
    }
    guard listening else {
      defer { close(descriptor) }
      throw Client.Failure(description: "cannot listen: \(String(cString: strerror(errno)))")
    }
    self.descriptor = descriptor
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(descriptor) }
}
