import Batching
import HTTP
import HTTPTypes
import Images
import Networks

extension Problem {
  static func badParameter(_ name: String, _ value: String, allowed: [String]) -> Problem {
    Problem(
      .badRequest, title: "A query parameter is wrong",
      detail: "'\(name)' cannot be '\(value)'; it may be \(allowed.joined(separator: ", ")).")
  }

  /// - Parameter retryAfter: seconds.
  static func busy(_ title: String, detail: String, retryAfter: Int) -> Problem {
    Problem(
      .serviceUnavailable, title: title, detail: detail, headerFields: [.retryAfter: "\(retryAfter)"])
  }

  static let noImage = Problem(
    .badRequest, title: "There is no image in the request",
    detail:
      "Send a \(ImageFormat.names) as the body, or as a part named 'image' of a form: curl -F image=@selfie.jpg."
  )

  /// - Parameter error: what the file is instead, as far as its first bytes tell, and what to do.
  static func notAnImage(_ error: ImageError) -> Problem {
    Problem(
      .unsupportedMediaType, title: "This is not a \(ImageFormat.names) image",
      detail: error.description.asSentence)
  }

  /// RFC 9110 section 15.5.16: `Accept` tells what would be taken.
  static func unusableType(_ type: MediaType?) -> Problem {
    let foreign = type.flatMap { ForeignFormat(mediaType: $0.essence) }
    return Problem(
      .unsupportedMediaType, title: "This type of content is not taken",
      detail: foreign?.description.asSentence
        ?? "Send a \(ImageFormat.names) as the body, with its Content-Type or none, or as a part named 'image' of a form.",
      headerFields: [.accept: "image/png, image/jpeg, image/webp, multipart/form-data, application/json"])
  }

  /// No `Retry-After`: time alone does not mend it.
  static func failedModel(_ model: FailedModel) -> Problem {
    Problem(
      .serviceUnavailable, title: "The model could not be loaded",
      detail: ModelSelectionError.failedModel(model).description.asSentence)
  }

  /// - Parameter catalog: where others that have one may be.
  static func noHeatmap(of model: String, among catalog: ModelCatalog?) -> Problem {
    let others = catalog?.models.filter(\.hasHeatmap).map(\.name) ?? []
    return Problem(
      .conflict, title: "The model has no heatmap",
      detail: "'\(model)' was made without a class activation map, so that nothing tells where it looked; "
        + (others.isEmpty
          ? "so were all models here." : "use one that has it: model=\(others.joined(separator: ", "))."))
  }

  static func noSize(_ error: ImageSizeError) -> Problem {
    let cure =
      switch error {
      case .bound: "Leave out 'side'."
      case .impossible: "Ask for a smaller 'side'."
      case .judged: "Leave out 'side' or 'explain'."
      case .tooLarge: "Ask for a smaller 'side', or let the server have more (--side-memory-mb)."
      }
    return Problem(
      .unprocessableContent, title: "The model cannot be run at this size",
      detail: "\(error.description.asSentence) \(cure)")
  }

  /// - Parameter catalog: where the model may be that made the translation.
  static func notJudged(by source: HeatmapSource, _ key: ModelKey, among catalog: ModelCatalog?) -> Problem {
    let direction = catalog?.models.first { $0.name == key.model }?.directions.first {
      $0.name == key.direction
    }
    return Problem(
      .conflict, title: "There is no heatmap of a \(source.rawValue) discriminator",
      detail: direction?.discriminators.contains(source.rawValue) == true
        ? "The picture was translated without explain=discriminator, or this discriminator has no class activation map."
        : "'\(key.model)' has no \(source.rawValue) discriminator of \(key.direction); /models tells which there are."
    )
  }

  static let loading = busy(
    "The models are still being loaded", detail: "Try again in a moment; /health/ready tells when.",
    retryAfter: 1)
  static let draining = busy(
    "The server is shutting down", detail: "It finishes what it has and takes nothing new. Send it again.",
    retryAfter: 1)

  static let noMemory = busy(
    "Too much is being uploaded",
    detail: "Other uploads and pictures have the memory that there is for them. Try again in a moment.",
    retryAfter: 1)

  static let gaveWay = Problem(
    .requestTimeout, title: "The upload was too slow",
    detail:
      "Others were waiting for the memory that it had. Send it again over a faster connection, or a smaller body."
  )

  static func queueFull(backlog: Duration) -> Problem {
    busy(
      "Too many images are waiting", detail: "The queue is full. Try again after the time in Retry-After.",
      retryAfter: min(max(Int(backlog.seconds.rounded(.up)), 1), 60))
  }

  static let deadlinePassed = Problem(
    .gatewayTimeout, title: "The translation took too long",
    detail: "The image was not done when the request's time was over. Try again when the server is less busy."
  )

  /// What a client is told of an error on the way of an image; nil for errors that are the server's own fault.
  init?(translating error: any Error, backlog: Duration) {
    switch error {
    case let problem as Problem: self = problem
    case let error as ImageError:
      switch error.kind {
      case .notAnImage: self = .notAnImage(error)
      case .outside:
        self = Problem(
          .unprocessableContent, title: "The crop is not in the image", detail: error.description.asSentence)
      case .damaged, .tooLarge, .unsupported:
        self = Problem(
          .unprocessableContent, title: "The image cannot be used", detail: error.description.asSentence)
      }
    case let error as ImageSizeError: self = .noSize(error)
    case ModelSelectionError.failedModel(let model): self = .failedModel(model)
    case ModelSelectionError.noDiscriminators:
      self = Problem(
        .conflict, title: "The model has no discriminators", detail: "\(error)".asSentence)
    case let error as ModelSelectionError:
      self = Problem(.notFound, title: "There is no such model", detail: error.description.asSentence)
    case QueueError.full: self = .queueFull(backlog: backlog)
    case QueueError.draining: self = .draining
    case QueueError.deadlinePassed: self = .deadlinePassed
    default: return nil
    }
  }
}

extension String {
  /// With a capital and a full stop.
  fileprivate var asSentence: String { prefix(1).uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".") }
}
