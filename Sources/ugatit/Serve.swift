import ArgumentParser
import Logging
import Service

struct Serve: AsyncParsableCommand, EnvironmentOptions {
  static let configuration = CommandConfiguration(
    abstract: "Serve translations over HTTP.",
    discussion: """
      Every option is also an environment variable: --max-queue is UGATIT_MAX_QUEUE; one that may be repeated takes \
      several values with commas between them, one without a value true or false. UGATIT_ISA caps the instruction set (scalar, avx2, avx512, ...). \
      SIGTERM and SIGINT take requests for --drain-s more, finish what has begun, then exit with 0; a second one leaves \
      it a second.
      """)

  @OptionGroup var compute: ComputeOptions
  @OptionGroup(title: "Access") var access: AccessOptions
  @OptionGroup(title: "Limits") var limits: LimitOptions

  @Option(\.server.host, .word("address"), "Address to listen on; 0.0.0.0 for all.")
  var host: Setting

  @Option(\.server.port, .port, "Port to listen on; 0 for any free one, which the first log line tells.")
  var port: Setting

  @Option(
    \.defaultModel, .word("name"), "The model for requests that name none; the first by name if not given.")
  var defaultModel: Setting?

  @Flag(help: "Start also without any model, to be given some while it runs.")
  var allowEmpty = ServiceConfiguration().allowsNoModels

  @Option(
    \.modelsPollTime, .seconds(0.1...86_400),
    "How often --models is looked at for what is new, changed or gone; at SIGHUP only if not given.")
  var modelsPollS: Setting?

  @Option(
    \.modelName, .modelName,
    "What the model is called where --models is a model itself; the directory's name if not given.")
  var modelName: Setting?

  @Flag(help: "Serve only when all models are good, and otherwise end with 65.")
  var strictModels = ServiceConfiguration().strictModels

  @Option(
    \.queue.maxBatch, .whole(1...256),
    "Most images the network takes at once; 4, or the threads if more, if not given.")
  var maxBatch: Setting?

  @Option(\.queue.maxQueue, .whole(1...100_000), "Most images that wait; the next gets 503.")
  var maxQueue: Setting

  @Option(
    \.queue.maxDelay, .milliseconds(0...60_000),
    "How long an image waits for company while the cores are free.")
  var maxDelayMs: Setting

  @OptionGroup var pictures: PictureOptions

  @Option(\.timeLimit, .seconds(0.001...3600), "Longest time from a request to its answer; then it gets 504.")
  var deadlineS: Setting

  @Option(\.keptResults, .whole(0...1_000_000), "Most translations whose heatmap is kept.")
  var keepResults: Setting

  @Option(\.resultLifetime, .seconds(1...604_800), "How long it is kept.")
  var keepS: Setting

  @Option(
    \.server.drainTime, .seconds(0...3600),
    "How long requests are still taken after SIGTERM, while /health/ready says 503.")
  var drainS: Setting

  @Option(\.server.shutdownTime, .seconds(0...3600), "How long requests may take to finish after that.")
  var shutdownS: Setting

  @Option(
    \.slowRequestTime, .milliseconds(1...3_600_000),
    "From when on the log tells of a request where its time went; not at all if not given.")
  var slowRequestMs: Setting?

  @Option(help: "text or json.")
  var logFormat = LogFormat.text

  @Option(help: "trace, debug, info, notice, warning, error or critical.")
  var logLevel = Logger.Level.info

  func run() async throws {
    ProcessMemory.returnFreed()
    let log = LogWriter(format: logFormat)
    // What is still to be written when nobody has read for a second has no reader.
    defer { log.flush(within: .seconds(1)) }
    let server = TranslationServer(
      configuration: try configuration(), logger: log.logger(level: logLevel), log: log)
    try await server.run()
  }

  private func configuration() throws -> ServiceConfiguration {
    var configuration = ServiceConfiguration()
    configuration.models = compute.models
    configuration.precision = compute.precision.precision
    configuration.threads = compute.threads
    configuration.strictModels = strictModels
    configuration.queue.maxBatch = max(configuration.queue.maxBatch, compute.threads)
    configuration.allowsNoModels = allowEmpty
    applySettings(to: &configuration)
    try access.apply(to: &configuration.access)
    return configuration
  }
}

extension Notation<Int> {
  static var port: Notation { whole(0...65_535, "port") }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
