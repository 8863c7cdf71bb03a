import ArgumentParser
import Images
import Logging
import Service

struct Translate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Translate images without a server.",
    discussion: """
      IN is an image or a folder of images. One image goes to the file OUT (PNG or JPEG by its name, or into OUT if \
      that is a folder); several go into the folder OUT as PNG files of the same names.
      """)

  @Argument(help: ArgumentHelp("PNG or JPEG files, or folders of them.", valueName: "in"))
  var inputs: [String]

  @Option(name: [.short, .long], help: ArgumentHelp("Where the result goes.", valueName: "out"))
  var output: String

  @OptionGroup var compute: ComputeOptions

  @Option(help: "The model; the first by name if not given.")
  var model: String?

  @Option(help: "A2B or B2A; A2B if not given.")
  var direction: Direction?

  @Option(help: ArgumentHelp("Where the heatmap goes, a file or a folder as OUT is.", valueName: "out"))
  var heatmap: String?

  @Option(help: "How the heatmap looks.")
  var style = HeatmapStyle.jet

  @Option(help: "How a picture becomes one of the model's shape.")
  var fit = Fit.stretch

  @Option(help: "The model's size, or that of the picture that goes in.")
  var size = OutputSize.model

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let jobs = try TranslationPlan(inputs: inputs, output: output, heatmap: heatmap).jobs
    let logger = Logger(label: "ugatit") { _ in LineLogHandler(format: .text, level: .critical) }
    let options = TranslationOptions(model: model, direction: direction?.rawValue, fit: fit)
    let models = try LoadedModels.load(
      directory: compute.models, .one(model: model, direction: options.direction),
      precision: compute.precision.precision, threads: compute.threads,
      maxBatch: min(compute.threads, jobs.count), logger: logger)
    let run = TranslationRun(
      translator: Translator(
        models: models,
        queue: .init(maxBatch: compute.threads, maxQueue: TranslationRun.ahead(compute.threads))),
      options: options, style: style, size: size)

    let outcomes = await run.all(jobs, ahead: TranslationRun.ahead(compute.threads), showsProgress: !json)
    if json { try printJSON(["results": outcomes]) }
    let failures = outcomes.filter { $0.error != nil }
    for failure in failures { printError("\(failure.input): \(failure.error ?? "")") }
    guard let first = failures.first else { return }
    throw failures.count == 1
      ? Failure(first.code, "1 of \(jobs.count) was not translated")
      : Failure(first.code, "\(failures.count) of \(jobs.count) were not translated")
  }
}
