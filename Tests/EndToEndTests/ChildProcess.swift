import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The program under test, running.
final class ChildProcess: Sendable {
  let id: pid_t
  /// Read end of its standard output.
  let output: Int32
  let errors: Int32

  /// - Parameter environment: beside what this process has, less its own `UGATIT_` variables.
  init(_ arguments: [String], program: String = Places.program, environment: [String: String] = [:]) throws {
    // Between a pipe's making and its mark another child must not be born, or it would hold the pipe open.
    (id, output, errors) = try Self.spawning.withLock { _ in
      try Self.spawn([program] + arguments, environment: Self.environment(adding: environment))
    }
  }

  private static let spawning = Mutex<Void>(())

  private static func spawn(
    _ arguments: [String], environment: [String]
  ) throws -> (id: pid_t, output: Int32, errors: Int32) {
    let (output, outputEnd) = try makePipe()
    let (errors, errorEnd) = try makePipe()
    defer {
      close(outputEnd)
      close(errorEnd)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, outputEnd, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errorEnd, STDERR_FILENO)
    var child: pid_t = 0
    let status = withCStrings(arguments) { argv in
      withCStrings(environment) { envp in posix_spawn(&child, arguments[0], &actions, nil, argv, envp) }
    }
    guard status == 0 else {
      errno = status
      throw SystemError(arguments[0])
    }
    return (child, output, errors)
  }

  private static func makePipe() throws -> (readEnd: Int32, writeEnd: Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SystemError("pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  deinit {
    close(output)
    close(errors)
  }

  /// Waits for its end.
  /// - Returns: the exit code, or 128 and the signal that ended it, as a shell tells it.
  func wait() async -> Int32 {
    await onOwnThread {
      var status: Int32 = 0
      while waitpid(self.id, &status, 0) < 0 && errno == EINTR {}
      return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }
  }

  private static func environment(adding added: [String: String]) -> [String] {
    var all: [String] = []
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if !text.hasPrefix("UGATIT_") || text.hasPrefix("UGATIT_ISA=") { all.append(text) }
      next += 1
    }
    return all + added.map { "\($0)=\($1)" }
  }
}

private func withCStrings<Result>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
  let pointers = strings.map { strdup($0) }
  defer { for pointer in pointers { free(pointer) } }
  return body(pointers + [nil])
}

/// Runs what blocks where it holds up no task.
func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    DispatchQueue(label: "blocking").async { continuation.resume(returning: body()) }
  }
}

/// A command that ran to its end.
struct FinishedCommand {
  let status: Int32
  let output: String
  let errors: String

  /// Runs `ugatit` with these arguments.
  init(_ arguments: String..., environment: [String: String] = [:]) async throws {
    try await self.init(arguments: arguments, environment: environment)
  }

  init(arguments: [String], environment: [String: String] = [:]) async throws {
    try await self.init(ChildProcess(arguments, environment: environment))
  }

  /// Runs a script of the shell, in which `"$0"` is `ugatit`.
  init(shell script: String) async throws {
    try await self.init(ChildProcess(["-c", script, Places.program], program: "/bin/sh"))
  }

  init(_ child: ChildProcess) async throws {
    async let output = onOwnThread { Result { try File.readToEnd(child.output) } }
    async let errors = onOwnThread { Result { try File.readToEnd(child.errors) } }
    self.output = String(decoding: try await output.get(), as: UTF8.self)
    self.errors = String(decoding: try await errors.get(), as: UTF8.self)
    status = await child.wait()
  }
}
