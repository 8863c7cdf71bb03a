import ArgumentParser
import Logging
import Service

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve translations over HTTP.",
    discussion: """
      Every option is also an environment variable: --max-queue is UGATIT_MAX_QUEUE; one that may be repeated takes \
      several values with commas between them. UGATIT_ISA caps the instruction set (scalar, avx2, avx512, ...). SIGTERM and SIGINT finish what has begun, then exit with 0.
      """)

  @OptionGroup var compute: ComputeOptions
  @OptionGroup(title: "Access") var access: AccessOptions
  @OptionGroup(title: "Limits") var limits: LimitOptions

  @Option(help: "Address to listen on; 0.0.0.0 for all.")
  var host = "127.0.0.1"

  @Option(help: "Port to listen on; 0 for any free one, which the first log line tells.")
  var port = 8080

  @Option(help: "The model for requests that name none; the first by name if not given.")
  var defaultModel: String?

  @Option(help: "Most images the network takes at once.")
  var maxBatch: Int?

  @Option(help: "Most images that wait; the next gets 503.")
  var maxQueue = 64

  @Option(help: "How long an image waits for company while the cores are free, in milliseconds.")
  var maxDelayMs = 0

  @Option(help: "Longest side of an image, in pixels.")
  var maxSide = 8192

  @Option(help: "Most pixels of an image, in millions.")
  var maxMegapixels = 40

  @Option(help: "Longest time from a request to its answer, in seconds; then it gets 504.")
  var deadlineS = 60.0

  @Option(help: "Most translations whose heatmap is kept.")
  var keepResults = 1000

  @Option(help: "How long it is kept, in seconds.")
  var keepS = 3600

  @Option(help: "How long requests may take to finish after SIGTERM, in seconds.")
  var shutdownS = 30

  @Option(help: "text or json.")
  var logFormat = LogFormat.text

  @Option(help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel = Logger.Level.info

  func validate() throws {
    try check("--port", port, 0...65535)
    try check("--max-batch", maxBatch ?? 1, 1...256)
    try check("--max-queue", maxQueue, 1...100_000)
    try check("--max-delay-ms", maxDelayMs, 0...60_000)
    try check("--max-side", maxSide, 1...65_535)
    try check("--max-megapixels", maxMegapixels, 1...1000)
    try check("--keep-results", keepResults, 0...1_000_000)
    try check("--keep-s", keepS, 1...604_800)
    try check("--shutdown-s", shutdownS, 0...3600)
    guard deadlineS > 0, deadlineS <= 3600 else {
      throw ValidationError("--deadline-s must be above 0, up to 3600.")
    }
  }

  func run() async throws {
    let (format, level) = (logFormat, logLevel)
    let logger = Logger(label: "ugatit") { _ in LineLogHandler(format: format, level: level) }
    try await TranslationServer(configuration: try configuration(), logger: logger).runUntilSignalled()
  }

  private func configuration() throws -> ServiceConfiguration {
    var configuration = ServiceConfiguration()
    configuration.server.host = host
    configuration.server.port = port
    limits.apply(to: &configuration.server)
    configuration.server.shutdownTime = .seconds(shutdownS)
    configuration.queue.maxBatch = maxBatch ?? max(4, compute.threads)
    configuration.queue.maxQueue = maxQueue
    configuration.queue.maxDelay = .milliseconds(maxDelayMs)
    configuration.decoding.maxSide = maxSide
    configuration.decoding.maxPixels = maxMegapixels * 1_000_000
    configuration.form = limits.form
    configuration.access = try access.configuration()
    configuration.models = compute.models
    configuration.defaultModel = defaultModel
    configuration.precision = compute.precision.precision
    configuration.threads = compute.threads
    configuration.timeLimit = .seconds(deadlineS)
    configuration.keptResults = keepResults
    configuration.resultLifetime = .seconds(keepS)
    return configuration
  }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
