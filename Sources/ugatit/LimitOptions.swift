import ArgumentParser
import HTTP

/// What the server puts up with from those who send requests.
struct LimitOptions: ParsableArguments {
  @Option(help: "Largest request body, in MiB; more gets 413.")
  var maxBodyMb = 32

  @Option(help: "Longest path and query, in bytes; more gets 414.")
  var maxTargetBytes = 8192

  @Option(help: "Largest header, in bytes; more gets 431.")
  var maxHeaderBytes = 32_768

  @Option(help: "Most fields of a header; more get 431.")
  var maxHeaderFields = 100

  @Option(help: "Most parts of a form; more get 413.")
  var maxParts = 64

  @Option(help: "Largest header of a form's part, in bytes; more gets 431.")
  var maxPartHeaderBytes = 8192

  @Option(help: "Longest time for a header to arrive, in seconds; then 408.")
  var headerS = 10

  @Option(help: "How long a body may keep the server waiting in silence, in seconds; then 408.")
  var bodyS = 15

  @Option(help: "How long a client may read nothing of its answer, in seconds; then the connection is reset.")
  var writeS = 15

  @Option(help: "Bytes a second that a client must send of a body, and take of an answer, all the time.")
  var minRate = 1024

  @Option(help: "How long a connection may stay open between requests, in seconds.")
  var idleS = 75

  @Option(help: "Most connections; the longest idle one makes room for the next, or that gets 503.")
  var maxConnections = 10_000

  @Option(
    help: "Most connections from one address, perhaps a proxy's; the next gets 429. Any number if not given.")
  var maxConnectionsPerAddress: Int?

  @Option(help: "Most requests on one connection, which is then closed.")
  var maxRequestsPerConnection = 100_000

  func validate() throws {
    try check("--max-body-mb", maxBodyMb, 1...1024)
    try check("--max-target-bytes", maxTargetBytes, 64...1_000_000)
    try check("--max-header-bytes", maxHeaderBytes, 256...1_000_000)
    try check("--max-header-fields", maxHeaderFields, 8...10_000)
    try check("--max-parts", maxParts, 1...10_000)
    try check("--max-part-header-bytes", maxPartHeaderBytes, 256...1_000_000)
    try check("--header-s", headerS, 1...3600)
    try check("--body-s", bodyS, 1...3600)
    try check("--write-s", writeS, 1...3600)
    try check("--min-rate", minRate, 1...1_000_000_000)
    try check("--idle-s", idleS, 1...86_400)
    try check("--max-connections", maxConnections, 1...1_000_000)
    if let maxConnectionsPerAddress {
      try check("--max-connections-per-address", maxConnectionsPerAddress, 1...1_000_000)
    }
    try check("--max-requests-per-connection", maxRequestsPerConnection, 1...1_000_000_000)
  }

  func apply(to server: inout ServerConfiguration) {
    server.maximumBodyBytes = maxBodyMb << 20
    server.maximumTargetBytes = maxTargetBytes
    server.maximumHeaderBytes = maxHeaderBytes
    server.maximumHeaderFields = maxHeaderFields
    server.headerTime = .seconds(headerS)
    server.bodyTime = .seconds(bodyS)
    server.writeTime = .seconds(writeS)
    server.minimumRate = minRate
    server.idleTime = .seconds(idleS)
    server.maximumConnections = maxConnections
    server.maximumConnectionsPerAddress = maxConnectionsPerAddress
    server.maximumRequestsPerConnection = maxRequestsPerConnection
  }

  var form: MultipartLimits { MultipartLimits(parts: maxParts, headerBytes: maxPartHeaderBytes) }
}

/// - Throws: `ValidationError` where a number is out of its range.
func check(_ option: String, _ value: Int, _ range: ClosedRange<Int>) throws {
  guard range.contains(value) else {
    throw ValidationError("\(option) must be \(range.lowerBound)...\(range.upperBound), not \(value).")
  }
}
