import ArgumentParser
import Files
import Images
import Service

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure a model on two folders of pictures.",
    discussion: """
      Told are, for each direction: the sliced Wasserstein distance of the translations to the pictures of the target \
      domain by pyramid level, with its floor (one half of these to the other) and its ceiling (the untranslated \
      pictures); cycle and identity L1; how often the auxiliary classifiers are right; and where the model has its \
      discriminators, every term of the objective. Figures are those of models/training/evaluate.py within rounding.

      All pictures are in memory at once, a MB each at 256 pixels and as much for each translation.
      """)

  @Argument(help: "The model.")
  var model: String

  @Option(help: ArgumentHelp("Pictures of domain A.", valueName: "folder"))
  var a: FilePath

  @Option(help: ArgumentHelp("Pictures of domain B.", valueName: "folder"))
  var b: FilePath

  @OptionGroup var compute: ComputeOptions

  @Option(help: ArgumentHelp("Where a report in HTML goes, pictures included.", valueName: "file"))
  var report: FilePath?

  @Option(help: ArgumentHelp("Where a table of all pictures goes.", valueName: "file"))
  var csv: FilePath?

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let model = try EvaluatedModel(
      model, in: compute.models, precision: compute.precision.precision, threads: compute.threads)
    let (domainA, domainB) = (try pictures(a, model), try pictures(b, model))
    try checkOutputs(domainA, domainB)
    let evaluations = try evaluations(of: model, domainA, domainB)
    if let csv {
      let judges = Set(model.directions.flatMap(\.judges.keys)).sorted()
      try write(PictureFigures.table(evaluations.flatMap(\.pictures), judges: judges), to: csv)
    }
    if let report {
      let page = EvaluationPage(
        model: self.model, directions: evaluations,
        sources: evaluations.map { $0.figures.direction == "A2B" ? domainA : domainB },
        quantization: model.quantization)
      try write(page.html(), to: report)
    }
    if json {
      try printJSON(EvaluationReport(model: self.model, directions: evaluations.map(\.figures)))
    } else {
      for line in evaluations.flatMap(\.figures.lines) { print(line) }
    }
  }

  /// Before anything is measured, for that takes its time.
  /// - Throws: `Failure` where a file would take the place of a picture, or of the other file.
  private func checkOutputs(_ domainA: EvaluatedPictures, _ domainB: EvaluatedPictures) throws(Failure) {
    var writers = ResultWriters(originals: domainA.places.merging(domainB.places) { first, _ in first })
    for path in [csv, report].compactMap(\.self) { _ = try writers.add(path, of: 0, path) }
  }

  private func pictures(_ folder: FilePath, _ model: EvaluatedModel) throws -> EvaluatedPictures {
    try EvaluatedPictures(of: folder, width: model.width, height: model.height, filter: model.filter)
  }

  private func evaluations(
    of model: EvaluatedModel, _ domainA: EvaluatedPictures, _ domainB: EvaluatedPictures
  ) throws -> [DirectionEvaluation] {
    let plans = model.directions.map { forth in
      let isForth = forth.name == "A2B"
      return (
        forth, back: model.directions.first { $0.name != forth.name }, source: isForth ? domainA : domainB,
        target: isForth ? domainB : domainA
      )
    }
    let passes = plans.map { forth, back, source, target in
      DirectionEvaluation.passes(
        forth, hasBack: back != nil, source: source.paths.count, target: target.paths.count)
    }
    var progress = ProgressBar(total: passes.reduce(0, +), isShown: isErrorTerminal)
    return try plans.map { forth, back, source, target in
      try DirectionEvaluation(forth, back: back, source: source, target: target) { progress.advance(by: $0) }
    }
  }

  private func write(_ text: String, to path: FilePath) throws {
    let file = try PartialFile(path)
    try Array(text.utf8).withUnsafeBytes { try file.write($0) }
    try file.synchronize()
    try file.commit()
  }
}

/// What `--json` prints.
private struct EvaluationReport: Encodable {
  let model: String
  let directions: [DirectionFigures]
}
