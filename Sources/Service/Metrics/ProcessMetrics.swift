#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// What the operating system says of this process, under the names that Prometheus' own clients use.
enum ProcessMetrics {
  static func families() -> [any MetricFamily] {
    [
      Gauge("process_resident_memory_bytes", "Resident memory of the process.") {
        residentBytes().map(Double.init)
      },
      Gauge("process_anonymous_memory_bytes", "Resident memory of the process that no file stands behind.") {
        ProcessMemory.anonymousBytes.map(Double.init)
      },
      Gauge("process_cpu_seconds_total", "User and system CPU time of the process.", type: "counter") {
        cpuSeconds()
      },
      Gauge("process_open_fds", "Open file descriptors of the process.") {
        openDescriptors().map(Double.init)
      },
      startTime(),
    ]
  }

  /// Resident set size, from the second field of `/proc/self/statm` (in pages, see proc(5)).
  static func residentBytes() -> Int? {
    guard let text = SmallFile.text("/proc/self/statm") else { return nil }
    let fields = text.split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The kernel counts them where it can (from Linux 6.2 on, as the directory's size): listing thousands of
  /// descriptors for every scrape would let whoever asks for the metrics keep the cores busy.
  private static func openDescriptors() -> Int? {
    var status = stat()
    if stat("/proc/self/fd", &status) == 0, status.st_size > 0 { return Int(status.st_size) }
    guard let directory = opendir("/proc/self/fd") else { return nil }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    // Without `.`, `..` and the descriptor that lists them.
    return count - 3
  }

  private static func startTime() -> Gauge {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let start = Double(now.tv_sec) + Double(now.tv_nsec / 1_000_000) / 1000
    return Gauge("process_start_time_seconds", "When the service started, in seconds since 1970.") { start }
  }
}
