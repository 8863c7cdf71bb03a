import Files
import Images
import Service

/// Translates files, several at a time so that they share batches.
struct TranslationRun: Sendable {
  let translator: Translator
  let options: TranslationOptions
  let style: HeatmapStyle
  let size: OutputSize
  /// Knows the jobs.
  let ledger: TranslationLedger

  /// Pictures under way at once: one batch in the network and one being decoded behind it.
  static func ahead(_ threads: Int) -> Int { 2 * threads }

  /// Returns when the ledger knows what became of every job.
  func all(_ jobs: [TranslationJob], ahead: Int, showsProgress: Bool) async {
    var progress = ProgressBar(total: jobs.count, isShown: showsProgress && isErrorTerminal && jobs.count > 1)
    await withTaskGroup(of: Void.self) { group in
      for (index, job) in jobs.enumerated() {
        if index >= ahead {
          await group.next()
          progress.advance()
        }
        group.addTask { await one(job, at: index) }
      }
      for await _ in group { progress.advance() }
    }
  }

  private func one(_ job: TranslationJob, at index: Int) async {
    var outcome = TranslationOutcome(job)
    outcome.isDone = true
    do {
      try await translate(job, at: index, &outcome)
    } catch {
      outcome.failure = Failure(error) ?? Failure(.internalError, "\(error)")
      // Once the ledger is sealed, there is nobody to be told.
      try? ledger.record(outcome, at: index)
    }
  }

  private func translate(_ job: TranslationJob, at index: Int, _ outcome: inout TranslationOutcome)
    async throws
  {
    let start = ContinuousClock.now
    let file = PictureFile(try PictureInput.read(job.input))
    let translation = try await translator.translate(file, options)
    // All are complete before the first has its name, so that a full disk leaves what was there.
    let heatmap = try job.heatmap.flatMap { place in
      try translation.heatmapPicture(style, size).map { try written($0, for: place) }
    }
    let picture = try written(translation.picture(size), for: job.output)
    outcome.model = translation.key.model
    outcome.direction = translation.key.direction
    outcome.milliseconds = (start.duration(to: .now) / .microseconds(1)).rounded() / 1000
    outcome.judgements = try translation.judgements.map { judgement in
      (judgement.kind.rawValue, judgement.realism, try JudgementAnswer(judgement, style, size))
    }
    try ledger.record(outcome, at: index) {
      try heatmap?.commit()
      try picture.commit()
    }
  }

  private func written(_ picture: RGBImage, for place: ResultPlace) throws -> PartialFile {
    let bytes = try picture.encoded(as: PictureName(of: place.path).format ?? .png)
    let file =
      place.path == .standardStream
      ? PartialFile(standardOutput: ()) : try PartialFile(place.path, isNew: place.isNew)
    try file.write(bytes)
    try file.synchronize()
    return file
  }
}
