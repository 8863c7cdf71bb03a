import Dispatch
import Glibc

/// How to start the program under test.
struct ServerCommand {
  let program: String
  let models: String

  /// Starts it on a free port and waits until it is ready.
  /// - Parameter descriptors: how many files it may have open; nil for the system's own limit.
  func start(descriptors: Int? = nil) throws -> Server {
    // Through a shell, whose ulimit sets the hard limit too: the server raises the soft one by itself.
    let limit = descriptors.map { "ulimit -n \($0); " } ?? ""
    let arguments = [
      "/bin/sh", "-c", "\(limit)exec \"$0\" \"$@\"", program, "serve", "--port", "0", "--models", models,
    ]
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
    return try Server(id: child, output: ends[0])
  }
}

/// The program under test, running.
struct Server {
  let id: pid_t
  let port: UInt16

  init(id: pid_t, output: Int32) throws {
    self.id = id
    guard let log = fdopen(output, "r") else { throw SystemError("fdopen") }
    func line(containing text: String) throws -> String {
      var buffer = [CChar](repeating: 0, count: 4096)
      while fgets(&buffer, Int32(buffer.count), log) != nil {
        let line = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        if line.contains(text) { return line }
      }
      throw SystemError("the server ended before it was \(text)")
    }
    let listening = try line(containing: "listening")
    guard let port = listening.split(separator: "port=").last.flatMap({ UInt16($0.prefix { $0.isNumber }) })
    else { throw SystemError("no port in: \(listening)") }
    self.port = port
    _ = try line(containing: " ready ")
    // The log goes on as it would in service; nobody keeps it.
    let descriptor = fileno(log)
    DispatchQueue(label: "log").async {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while read(descriptor, &buffer, buffer.count) > 0 {}
    }
  }

  /// Ends it, and waits for that.
  func stop() {
    kill(id, SIGKILL)
    var status: Int32 = 0
    waitpid(id, &status, 0)
  }

  /// Memory that is resident, in MB (2^20 bytes).
  var residentMB: Double { statusMB("VmRSS:") }

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

  /// Seconds of processor time that it has used.
  var processorSeconds: Double {
    // After the name in parentheses the fields are numbered from 3 (proc(5)): utime is 14, stime 15.
    guard let bytes = try? readFile("/proc/\(id)/stat"),
      let fields = String(decoding: bytes, as: UTF8.self).split(separator: ") ").last?.split(separator: " "),
      fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
    else { return .infinity }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// One of its metrics.
  func metric(_ name: String) throws -> String? {
    let client = try Client(port: port)
    let answer = try client.exchange(.get("/metrics"))
    return answer.text.split(separator: "\n").first { $0.hasPrefix(name) }?.split(separator: " ").last
      .map(String.init)
  }
}

/// Seconds on a clock that nobody sets.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
