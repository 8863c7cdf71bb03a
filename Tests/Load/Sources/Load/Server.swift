import Dispatch
import Glibc

/// How to start the program under test.
struct ServerCommand {
  let program: String
  let models: String

  /// Starts it on a free port and waits until it is ready.
  /// - Parameters:
  ///   - options: beside its port and its models.
  ///   - descriptors: how many files it may have open; nil for the system's own limit.
  ///   - log: is told of every line that it writes when it is ready; nil where nobody keeps them.
  func start(
    options: [String] = [], descriptors: Int? = nil, log: (@Sendable (String) -> Void)? = nil
  ) throws -> Server {
    // Through a shell, whose ulimit sets the hard limit too: the server raises the soft one by itself.
    let limit = descriptors.map { "ulimit -n \($0); " } ?? ""
    let arguments =
      [
        "/bin/sh", "-c", "\(limit)exec \"$0\" \"$@\"", program, "serve", "--port", "0", "--models", models,
      ] + options
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SystemError("pipe") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    posix_spawn_file_actions_addclose(&actions, ends[1])
    var argv = arguments.map { strdup($0) } + [nil]
    var child: pid_t = 0
    let status = posix_spawn(&child, arguments[0], &actions, nil, &argv, environ)
    close(ends[1])
    guard status == 0 else { throw SystemError("posix_spawn") }
    return try Server(id: child, output: ends[0], log: log)
  }
}

/// The program under test, running.
struct Server {
  let id: pid_t
  let port: UInt16
  private let logging = DispatchGroup()

  init(id: pid_t, output: Int32, log onLine: (@Sendable (String) -> Void)?) throws {
    self.id = id
    guard let log = fdopen(output, "r") else { throw SystemError("fdopen") }
    let file = LogFile(log)
    func line(containing text: String) throws -> String {
      while let line = file.line() { if line.contains(text) { return line } }
      throw SystemError("the server ended before it was \(text)")
    }
    let listening = try line(containing: "listening")
    guard let port = listening.split(separator: "port=").last.flatMap({ UInt16($0.prefix { $0.isNumber }) })
    else { throw SystemError("no port in: \(listening)") }
    self.port = port
    _ = try line(containing: " ready ")
    // The log goes on as it would in service.
    DispatchQueue(label: "log").async(group: logging) {
      if let onLine { file.readLines(onLine) } else { file.discard() }
    }
  }

  /// Ends it, and waits for that.
  func stop() {
    kill(id, SIGKILL)
    var status: Int32 = 0
    waitpid(id, &status, 0)
  }

  /// Asks it to end, and waits until it has and its log is read.
  /// - Returns: its exit code, nil where it ended by a signal, or not within ten seconds.
  func end() -> Int32? {
    kill(id, SIGTERM)
    let end = now() + 10
    var status: Int32 = 0
    while waitpid(id, &status, WNOHANG) == 0 {
      if now() > end { return nil }
      usleep(10_000)
    }
    logging.wait()
    // WIFEXITED and WEXITSTATUS (wait(2)), which are macros.
    return status & 0x7F == 0 ? status >> 8 & 0xFF : nil
  }

  /// Memory that is resident, in MB (2^20 bytes).
  var residentMB: Double { statusMB("VmRSS:") }

  /// The part of it that belongs to no file.
  var anonymousMB: Double { statusMB("RssAnon:") }

  /// The most that was resident since `forgetPeak`.
  var peakMB: Double { statusMB("VmHWM:") }

  func forgetPeak() {
    guard let file = fopen("/proc/\(id)/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  private func statusMB(_ field: String) -> Double {
    guard let bytes = try? readFile("/proc/\(id)/status") else { return .infinity }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(field) }
    let number = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
    return number.flatMap { Double($0) }.map { $0 / 1024 } ?? .infinity
  }

  /// Descriptors that it has open.
  var openDescriptors: Int {
    guard let directory = opendir("/proc/\(id)/fd") else { return 0 }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    // Without `.` and `..`.
    return count - 2
  }

  /// Seconds of processor time that it has used.
  var processorSeconds: Double {
    // After the name in parentheses the fields are numbered from 3 (proc(5)): utime is 14, stime 15.
    guard let bytes = try? readFile("/proc/\(id)/stat"),
      let fields = String(decoding: bytes, as: UTF8.self).split(separator: ") ").last?.split(separator: " "),
      fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
    else { return .infinity }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// What it tells of itself.
  /// - Parameter key: that opens it, where it takes keys.
  func metrics(key: String? = nil) throws -> Metrics {
    let client = try Client(port: port)
    let field = key.map { "Authorization: Bearer \($0)\r\n" } ?? ""
    return Metrics(try client.exchange(.get("/metrics", fields: field)).text)
  }
}

/// Where the server's log comes out.
///
/// `@unchecked Sendable` because the file has a lock of its own (POSIX, `flockfile`).
private struct LogFile: @unchecked Sendable {
  private let file: UnsafeMutablePointer<FILE>

  init(_ file: UnsafeMutablePointer<FILE>) { self.file = file }

  /// The next line, nil at the end.
  func line() -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    guard fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  func readLines(_ onLine: (String) -> Void) { while let line = line() { onLine(line) } }

  func discard() {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while read(fileno(file), &buffer, buffer.count) > 0 {}
  }
}

/// Seconds on a clock that nobody sets.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
