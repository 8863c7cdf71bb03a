import Images
import Service

/// What became of a picture.
struct TranslationOutcome: Encodable, Sendable {
  let input: String
  var output: String?
  var heatmap: String?
  var model: String?
  var direction: String?
  var milliseconds: Double?
  var error: String?
  /// How this failure is told to the shell.
  var code = Failure.Code.other

  private enum CodingKeys: String, CodingKey {
    case input, output, heatmap, model, direction, milliseconds, error
  }

  init(_ job: TranslationJob) { input = job.input }
}

/// Translates files, several at a time so that they share batches.
struct TranslationRun: Sendable {
  let translator: Translator
  let options: TranslationOptions
  let style: HeatmapStyle
  let size: OutputSize

  /// Pictures under way at once: one batch in the network and one being decoded behind it.
  static func ahead(_ threads: Int) -> Int { 2 * threads }

  /// - Returns: an outcome for every job, in their order.
  func all(_ jobs: [TranslationJob], ahead: Int, showsProgress: Bool) async -> [TranslationOutcome] {
    var progress = ProgressBar(total: jobs.count, isShown: showsProgress && isErrorTerminal && jobs.count > 1)
    return await withTaskGroup(of: (Int, TranslationOutcome).self) { group in
      var outcomes = jobs.map(TranslationOutcome.init)
      for (index, job) in jobs.enumerated() {
        if index >= ahead, let (done, outcome) = await group.next() {
          outcomes[done] = outcome
          progress.advance()
        }
        group.addTask { (index, await one(job)) }
      }
      for await (done, outcome) in group {
        outcomes[done] = outcome
        progress.advance()
      }
      return outcomes
    }
  }

  private func one(_ job: TranslationJob) async -> TranslationOutcome {
    var outcome = TranslationOutcome(job)
    let start = ContinuousClock.now
    do {
      let translation = try await translator.translate(PictureFile(try FileBytes.read(job.input)), options)
      try write(translation.picture(size), to: job.output)
      if let heatmap = job.heatmap { try write(translation.heatmapPicture(style, size), to: heatmap) }
      outcome.output = job.output
      outcome.heatmap = job.heatmap
      outcome.model = translation.key.model
      outcome.direction = translation.key.direction
      outcome.milliseconds = (start.duration(to: .now) / .microseconds(1)).rounded() / 1000
    } catch {
      let failure = Failure(error) ?? Failure(.internalError, "\(error)")
      outcome.error = failure.message
      outcome.code = failure.code
    }
    return outcome
  }

  private func write(_ picture: RGBImage, to path: String) throws {
    try FileBytes.write(try picture.encoded(as: TranslationPlan.format(of: path) ?? .png), to: path)
  }
}
