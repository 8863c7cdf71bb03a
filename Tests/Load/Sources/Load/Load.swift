import Glibc

/// What the server does under attack, measured from outside: `make load`.
///
/// Each part starts a server of its own with its default limits, and each line of the report that has a bound says
/// whether it is kept.  All traffic stays on the loopback addresses of this machine.
@main
struct Load {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 4 else {
      print(
        "usage: Load PROGRAM MODELS PHOTOGRAPH [hostile|idle|exhaustion|bombs|overload|mix|soak:MINUTES]...")
      exit(64)
    }
    let server = ServerCommand(program: arguments[1], models: arguments[2])
    let photograph = try readFile(arguments[3])
    let parts =
      arguments.count > 4
      ? Array(arguments[4...]) : ["hostile", "idle", "exhaustion", "bombs", "overload", "mix"]
    // A client that has been refused is no reason to end.
    signal(SIGPIPE, SIG_IGN)
    try raiseDescriptorLimit(to: 11_000)

    var report = Report()
    for part in parts {
      switch part {
      case "hostile": try measureHostileClients(server, photograph, seconds: 30, &report)
      case "idle": try measureIdleConnections(server, &report)
      case "exhaustion": try measureExhaustion(server, &report)
      case "bombs": try measureBombs(server, &report)
      case "overload": try measureOverload(server, photograph, &report)
      case "mix": try measureMix(server, seconds: 30, &report)
      default:
        if part.hasPrefix("soak:"), let minutes = Double(part.dropFirst(5)), minutes > 0 {
          try measureSoak(server, photograph, minutes: minutes, &report)
          continue
        }
        print("There is no part \(part).")
        exit(64)
      }
    }
    exit(report.isKept ? 0 : 1)
  }

  private static func raiseDescriptorLimit(to count: rlim_t) throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    if limit.rlim_cur >= count { return }
    limit.rlim_cur = count
    limit.rlim_max = max(limit.rlim_max, count)
    guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      throw SystemError("ten thousand connections need a higher limit of open files (ulimit -n 11000)")
    }
  }
}

struct SystemError: Error, CustomStringConvertible {
  let description: String
  init(_ what: String) { description = "\(what): \(String(cString: strerror(errno)))" }
}

func readFile(_ path: String) throws -> [UInt8] {
  guard let file = fopen(path, "r") else { throw SystemError(path) }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
  return bytes
}
