#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Errors of system calls.
public enum SystemError {
  /// What the system says of the call that just failed.
  public static var text: String { String(cString: strerror(errno)) }
}
