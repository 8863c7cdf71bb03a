import ArgumentParser
import Files
import Images
import Logging
import Networks
import Service

struct Translate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Translate images without a server.",
    discussion: """
      IN is an image, a folder of images, or - for standard input. One image goes to the file OUT (PNG, JPEG or WebP by \
      its name, or into OUT if that is a folder; a PNG to standard output if OUT is -); several go into the folder OUT as PNG \
      files of the same names, a.jpg and a.png as a.jpg.png and a.png.png.

      Of a folder, what begins as a PNG, JPEG or WebP is translated, whatever it is called; what is passed over is told. No \
      result replaces a picture or another file of the folders that go in, and each is written whole or not at all: \
      Ctrl-C leaves what is finished and nothing else.
      """)

  @Argument(
    help: ArgumentHelp("PNG, JPEG or WebP files, folders of them, or - for standard input.", valueName: "in"))
  var inputs: [FilePath]

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Where the result goes; - for standard output.", valueName: "out"))
  var output: FilePath

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var pictures: PictureOptions

  @Option(help: "The model; the first by name if not given.")
  var model: String?

  @Option(help: "A2B or B2A; A2B if not given.")
  var direction: Direction?

  @Option(help: ArgumentHelp("Where the heatmap goes, a file or a folder as OUT is, or -.", valueName: "out"))
  var heatmap: FilePath?

  @Option(help: "How the heatmap looks.")
  var style = HeatmapStyle.jet

  @Option(help: "How a picture becomes one of the model's shape.")
  var fit = Fit.stretch

  @Option(
    help: ArgumentHelp(
      "The part of every picture to take as if it were all there is, in pixels of the picture as it is seen.",
      valueName: "x,y,width,height"))
  var crop: Rectangle?

  @Option(
    .side,
    "The size at which a light or ResNet generator runs, N or WIDTHxHEIGHT, multiples of 4; the model's if not given."
  )
  var side: ImageSize?

  @Option(help: "Whether the colours of a picture's ICC profile are brought to sRGB.")
  var profile = ProfileUse.convert

  @Option(help: "The network's size, or that of the picture that goes in.")
  var size = OutputSize.model

  @Flag(
    help: "Tell how real the model's discriminators take each result to be, and in JSON where they looked.")
  var explain = false

  @Flag(help: "Print one JSON object, also when nothing can be translated.")
  var json = false

  func validate() throws {
    guard inputs == [.standardStream] || !inputs.contains(.standardStream) else {
      throw ValidationError("'-', standard input, is one picture: it goes alone.")
    }
    let takers = [output == .standardStream, heatmap == .standardStream, json || explain].count { $0 }
    guard takers <= 1 else {
      throw ValidationError("Standard output takes one thing: OUT, --heatmap, or --json and --explain.")
    }
  }

  func run() async throws {
    let ledger = TranslationLedger()
    Interruption.setLastWords { [json] in
      let report = ledger.seal()
      return .init(
        output: json ? ((try? jsonText(report)) ?? "") + "\n" : "",
        errors: (isErrorTerminal ? "\n" : "") + "ugatit: \(report.interruption)\n")
    }
    do {
      try await translate(ledger)
    } catch {
      guard let failure = Failure(error) else { throw error }
      ledger.update { $0.failure = failure }
    }
    let report = ledger.report
    if json { try printJSON(report) } else { for line in report.judgementLines { print(line) } }
    for line in report.failureLines { printError(line) }
    if let summary = report.summary { throw summary }
  }

  /// - Throws: why nothing was tried.
  private func translate(_ ledger: TranslationLedger) async throws {
    let survey = try TranslationSurvey(inputs)
    ledger.update { $0.passedOver = survey.passedOver }
    for line in PassedOver.lines(survey.passedOver) { printError(line) }
    guard !survey.pictures.isEmpty else {
      let places = inputs.map(\.description).joined(separator: ", ")
      throw Failure(.noInput, "\(places): no \(ImageFormat.names) files to translate")
    }
    let plan = try TranslationPlan(survey, output: output, heatmap: heatmap)
    for job in plan.jobs {
      if let note = job.note { printError("\(job.input): \(note)") }
    }
    ledger.update { $0.outcomes = plan.jobs.map(TranslationOutcome.init) }

    let options = TranslationOptions(
      model: model, direction: direction?.rawValue, fit: fit, crop: crop, side: side, profile: profile,
      explains: explain)
    let models = try loadModels(options, maxBatch: min(compute.threads, plan.jobs.count))
    if heatmap != nil, let model = models.catalog.models.first(where: { !$0.hasHeatmap }) {
      throw Failure(
        .other,
        "model '\(model.name)' has no heatmap, since it was made without a class activation map: leave out --heatmap"
      )
    }
    let ahead = TranslationRun.ahead(compute.threads)
    var configuration = ServiceConfiguration()
    pictures.applySettings(to: &configuration)
    let translator = Translator(
      models: models, queue: .init(maxBatch: compute.threads, maxQueue: ahead),
      decoding: configuration.decoding)
    try translator.check(options)
    for folder in plan.folders { try Folder.make(folder) }
    let run = TranslationRun(
      translator: translator, options: options, style: style, size: size, ledger: ledger)
    await run.all(plan.jobs, ahead: ahead, showsProgress: !json)
  }

  private func loadModels(_ options: TranslationOptions, maxBatch: Int) throws -> LoadedModels {
    let logger = Logger(label: "ugatit") { _ in SwiftLogNoOpLogHandler() }
    return try LoadedModels.load(
      directory: compute.models, .one(model: model, direction: options.direction),
      precision: compute.precision.precision, threads: compute.threads, maxBatch: maxBatch, logger: logger)
  }
}
