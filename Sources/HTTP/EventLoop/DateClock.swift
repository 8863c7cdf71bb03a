import Glibc

/// The current date as header fields have it (IMF-fixdate, RFC 9110 section 5.6.7), made once a second.
struct DateClock {
  private var second = time_t.min
  private var cached: [UInt8] = []

  mutating func text() -> [UInt8] {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &now)
    if now.tv_sec != second {
      second = now.tv_sec
      cached = Self.text(for: second)
    }
    return cached
  }

  /// - Parameter second: since 1970, UTC.
  static func text(for second: time_t) -> [UInt8] {
    var second = second
    var parts = tm()
    gmtime_r(&second, &parts)
    func two(_ value: Int32) -> String { (value < 10 ? "0" : "") + String(value) }
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let date = "\(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(1900 + Int(parts.tm_year))"
    let time = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    return Array("\(days[Int(parts.tm_wday)]), \(date) \(time) GMT".utf8)
  }
}
