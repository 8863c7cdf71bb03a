import Files
import Service

/// What became of a picture.
struct TranslationOutcome: Encodable, Sendable {
  let job: TranslationJob
  var model: String?
  var direction: String?
  var milliseconds: Double?
  /// What discriminators say of it, where they were asked.
  var judgements: [(name: String, realism: Float, answer: JudgementAnswer)] = []
  var failure: Failure?
  /// Whether its results are there, or it failed.
  var isDone = false

  init(_ job: TranslationJob) { self.job = job }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: MemberName.self)
    try members.encode(job.input, as: "input")
    if let failure { return try members.encode(failure.message, forKey: "error") }
    guard isDone else { return try members.encode("interrupted", forKey: "error") }
    try members.encode(job.output.path, as: "output")
    if let heatmap = job.heatmap { try members.encode(heatmap.path, as: "heatmap") }
    try members.encodeIfPresent(job.note, forKey: "note")
    try members.encodeIfPresent(model, forKey: "model")
    try members.encodeIfPresent(direction, forKey: "direction")
    try members.encodeIfPresent(milliseconds, forKey: "milliseconds")
    if !judgements.isEmpty {
      let answers = Dictionary(uniqueKeysWithValues: judgements.map { ($0.name, $0.answer) })
      try members.encode(answers, forKey: "discriminators")
    }
  }
}

/// What became of all of them, for people and for programs.
struct TranslationReport: Encodable, Sendable {
  var passedOver: [PassedOver] = []
  var outcomes: [TranslationOutcome] = []
  /// Why nothing was tried.
  var failure: Failure?
  var isInterrupted = false

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: MemberName.self)
    try members.encode(outcomes, forKey: "results")
    try members.encode(passedOver, forKey: "skipped")
    try members.encodeIfPresent(failure?.message, forKey: "error")
    if isInterrupted { try members.encode(true, forKey: "interrupted") }
  }

  /// Why the command does not end with 0; nil when all that was tried went well.
  var summary: Failure? {
    let failures = outcomes.compactMap(\.failure)
    guard failure == nil, let first = failures.first else { return failure }
    return failures.count == 1
      ? Failure(first.code, "1 of \(outcomes.count) was not translated")
      : Failure(first.code, "\(failures.count) of \(outcomes.count) were not translated")
  }

  /// A line for each picture that failed.
  var failureLines: [String] {
    outcomes.compactMap { outcome in outcome.failure.map { "\(outcome.job.input): \($0.message)" } }
  }

  /// A line for each picture that was judged: how real it was taken to be.
  var judgementLines: [String] {
    outcomes.filter { $0.failure == nil && !$0.judgements.isEmpty }.map { outcome in
      let realism = outcome.judgements.map { "\($0.name) \((1000 * Double($0.realism)).rounded() / 1000)" }
      return "\(outcome.job.output.path): \(realism.joined(separator: ", "))"
    }
  }

  var interruption: String {
    "interrupted: \(outcomes.count { $0.isDone && $0.failure == nil }) of \(outcomes.count) were translated"
  }
}
