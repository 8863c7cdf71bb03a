import ArgumentParser
import Service

/// What the server puts up with from those who send requests.
struct LimitOptions: EnvironmentOptions {
  static let guards = true

  @Option(\.server.maximumBodyBytes, .mebibytes(1...1024), "Largest request body; more gets 413.")
  var maxBodyMb: Setting

  @Option(
    \.memory, .mebibytes(16...1_048_576),
    "Memory of the whole process; seven eighths of its control group's if not given, without one any.")
  var memoryMb: Setting?

  @Option(
    \.uploadMemory, .mebibytes(1...1_048_576),
    "Memory of bodies, pictures being worked on and answers together; beyond it 503. 256, or what --memory-mb leaves, if not given."
  )
  var uploadMemoryMb: Setting?

  @Option(
    \.sideMemory, .mebibytes(0...1_048_576),
    "Memory of the networks at sizes that requests ask for (side=); a size that takes more gets 422. 256, or what --memory-mb leaves, if not given."
  )
  var sideMemoryMb: Setting?

  @Option(\.server.maximumTargetBytes, .bytes(64...1_000_000), "Longest path and query; more gets 414.")
  var maxTargetBytes: Setting

  @Option(\.server.maximumHeaderBytes, .bytes(256...1_000_000), "Largest header; more gets 431.")
  var maxHeaderBytes: Setting

  @Option(\.server.maximumHeaderFields, .whole(8...10_000), "Most fields of a header; more get 431.")
  var maxHeaderFields: Setting

  @Option(\.form.parts, .whole(1...10_000), "Most parts of a form; more get 413.")
  var maxParts: Setting

  @Option(\.form.headerBytes, .bytes(256...1_000_000), "Largest header of a form's part; more gets 431.")
  var maxPartHeaderBytes: Setting

  @Option(\.server.headerTime, .seconds(1...3600), "Longest time for a header to arrive; then 408.")
  var headerS: Setting

  @Option(
    \.server.bodyTime, .seconds(1...3600),
    "How long a body may keep the server waiting in silence; then 408.")
  var bodyS: Setting

  @Option(
    \.server.writeTime, .seconds(1...3600),
    "How long a client may read nothing of its answer; then the connection is reset.")
  var writeS: Setting

  @Option(
    \.server.minimumRate, .bytes(1...1_000_000_000),
    "What a client must send of a body a second, and take of an answer, all the time.")
  var minRate: Setting

  @Option(
    \.server.idleTime, .seconds(1...86_400), "How long a connection may stay open between requests.")
  var idleS: Setting

  @Option(
    \.server.maximumConnections, .whole(1...1_000_000),
    "Most connections; the longest idle one makes room for the next, or that gets 503.")
  var maxConnections: Setting

  @Option(
    \.server.maximumConnectionsPerAddress, .whole(1...1_000_000),
    "Most connections from one address, perhaps a proxy's; the next gets 429. Any number if not given.")
  var maxConnectionsPerAddress: Setting?

  @Option(
    \.server.maximumRequestsPerConnection, .whole(1...1_000_000_000),
    "Most requests on one connection, which is then closed.")
  var maxRequestsPerConnection: Setting
}
