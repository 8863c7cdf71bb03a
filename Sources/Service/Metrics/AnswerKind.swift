import HTTPTypes

/// What an answer cost the server, as far as that says how soon it is to come.  The raw value is a metric's label.
enum AnswerKind: String, CaseIterable {
  /// To who asks whether the service lives, whatever the answer.
  case probe
  /// Nothing was worked on: a wrong request, no key, no room.
  case refusal
  /// A picture was worked on, if only to find it damaged or late.
  case translation
  case other

  init(_ purpose: RoutePolicy.Purpose, _ status: HTTPResponse.Status) {
    switch (purpose, status.code) {
    // How long a slow client took, or one that went, is no measure of the server.
    case (_, 408), (_, 499): self = .other
    case (.probe, _): self = .probe
    case (.translation, 422): self = .translation
    case (_, 400..<500), (_, 503): self = .refusal
    case (.translation, _): self = .translation
    case (.other, _): self = .other
    }
  }
}
