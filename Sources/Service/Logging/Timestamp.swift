#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Times as RFC 3339 has them, in UTC, to the millisecond.
enum Timestamp {
  static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return text(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
  }

  static func text(seconds: Int, nanoseconds: Int) -> String {
    var seconds = time_t(seconds)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let date = "\(digits(4, parts.tm_year + 1900))-\(digits(2, parts.tm_mon + 1))-\(digits(2, parts.tm_mday))"
    let time = "\(digits(2, parts.tm_hour)):\(digits(2, parts.tm_min)):\(digits(2, parts.tm_sec))"
    return "\(date)T\(time).\(digits(3, Int32(nanoseconds / 1_000_000)))Z"
  }

  private static func digits(_ width: Int, _ value: Int32) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
