import Batching
import HTTP
import HTTPTypes
import Images
import Networks

/// `POST /v2/models/NAME/infer`.
struct InferRoute: Sendable {
  let state: ServiceState
  let metrics: ServiceMetrics
  let access: AccessControl
  /// How long a request may take from the end of its body to its answer.
  let timeLimit: Duration

  func answer(_ request: Request, _ context: RequestContext) async throws -> Response {
    let start = ContinuousClock.now
    let translator = try metrics.admitted(to: state)
    let named = try ProtocolModel.find(
      request.pathParameters["model"] ?? "", version: request.pathParameters["version"], in: translator.models
    )
    let statistics = named.direction.statistics
    let watch = metrics.watch(named.direction.key, for: context)
    var images = 0
    do {
      let exchange = try await read(request, named, translator)
      watch.spent(start.duration(to: .now), in: .read)
      images = exchange.inputs.count
      // Its header counted as one.
      access.charge(exchange.inputs.count - 1, to: context.caller)
      let answer = try await withDeadline(.now + min(exchange.timeout ?? timeLimit, timeLimit)) {
        try await infer(exchange, named, translator, context, watch)
      }
      count(images, of: named, "ok")
      statistics.recordSuccess(
        start.duration(to: .now), inputs: answer.inputTimes, output: answer.outputTime)
      return Self.compressed(answer.response, for: request)
    } catch let error as CancellationError {
      count(images, of: named, "cancelled")
      throw error
    } catch {
      statistics.recordFailure(start.duration(to: .now))
      if let cause = RefusalCause(error) { metrics.refusals.increment(cause.rawValue) }
      guard let problem = Problem(inferring: error, backlog: translator.queue.backlog) else {
        context.logger.error(
          "inference failed", metadata: ["model": "\(named.name)", "error": "\(error)"])
        count(images, of: named, "500")
        throw error
      }
      count(images, of: named, "\(problem.status.code)")
      throw problem
    }
  }

  /// The images of a request have one answer together.
  private func count(_ images: Int, of named: ProtocolModel, _ result: String) {
    guard images > 0 else { return }
    let key = named.direction.key
    metrics.images.increment(by: Double(images), key.model, key.direction, result)
  }

  /// What was asked, checked.
  private struct Exchange: Sendable {
    let id: String?
    let inputs: NetworkInputs
    let outputs: [WantedOutput]
    let timeout: Duration?
    let priority: Priority
    /// Memory of the inputs.
    let lease: MemoryBudget.Lease
  }

  private func read(_ request: Request, _ named: ProtocolModel, _ translator: Translator) async throws
    -> Exchange
  {
    let coding = try ContentCoding.ofBody(request)
    let headerLength = try Self.headerLength(request)
    let limit = request.maximumBodyLength
    let coded = request.withCodedBody()
    try coded.body.checkLength()
    let (sent, lease) = try await translator.pictures.budget.receive(coded) { request, lease in
      (try await request.body.collect(), lease)
    }
    return try await translator.pictures.work(holding: 2 * sent.count) { _ in
      var body = sent
      if let coding {
        body = try coding.decoded(sent, limit: limit) { length in
          guard lease.resize(to: sent.count + length) else { throw Problem.noMemory }
        }
      }
      let exchange = try Self.exchange(body, headerLength: headerLength, named.model, lease)
      // The body is not needed any more, but numbers in text may be longer than what they stand for.
      guard lease.resize(to: exchange.inputs.byteCount) else { throw Problem.noMemory }
      return exchange
    }.value
  }

  private static func exchange(
    _ body: [UInt8], headerLength: Int?, _ model: ModelDescription, _ lease: MemoryBudget.Lease
  ) throws -> Exchange {
    let offered = ModelOutput.all(of: model)
    if headerLength == 0 {
      return Exchange(
        id: nil, inputs: try NetworkInputs(raw: body, for: model),
        outputs: WantedOutput.standard(offered, isBinary: true), timeout: nil, priority: .first, lease: lease)
    }
    let inference = try InferenceRequest(parsing: body, headerLength: headerLength)
    return Exchange(
      id: inference.id, inputs: try NetworkInputs(inference, for: model),
      outputs: try WantedOutput.all(of: inference, among: offered),
      timeout: inference.timeout, priority: inference.priority, lease: lease)
  }

  private static func headerLength(_ request: Request) throws(Problem) -> Int? {
    guard let text = request.head.headerFields[.inferenceHeaderContentLength] else { return nil }
    guard let length = Int(text), length >= 0, text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }) else {
      throw Problem.inference(
        "Inference-Header-Content-Length is the number of bytes of JSON, not '\(text.prefix(64))'.")
    }
    return length
  }

  private struct Answer: Sendable {
    let response: Response
    let inputTimes: [Duration]
    let outputTime: Duration
  }

  private func infer(
    _ exchange: Exchange, _ named: ProtocolModel, _ translator: Translator, _ context: RequestContext,
    _ watch: StageWatch
  ) async throws -> Answer {
    // No more at once than fit into a batch, so that one client's images take turns with everybody's.
    let images = try await exchange.inputs.images.mapInTurns(width: translator.queue.limits.maxBatch) {
      image in
      try await translator.run(image, on: named.direction, priority: exchange.priority, watch: watch)
    }
    for image in images { context.note(batchSize: image.batchSize) }
    let bytes = InferenceAnswer.byteCount(exchange.outputs, images: images.count, of: named.model)
    let made = try await translator.pictures.work(holding: bytes) { lease in
      let response = try InferenceAnswer(
        modelName: named.name, model: named.model, id: exchange.id, outputs: exchange.outputs,
        results: images.map(\.output)
      ).response()
      guard lease.keep(response.body.count) else { throw Problem.noMemory }
      context.hold(lease)
      return response
    }
    watch.spent(made, in: .encode)
    return Answer(response: made.value, inputTimes: images.compactMap(\.preprocess), outputTime: made.ran)
  }

  /// Only what succeeded: clients parse their errors as they come.
  private static func compressed(_ response: Response, for request: Request) -> Response {
    guard let coding = ContentCoding.wanted(by: request), let body = coding.encoded(response.body) else {
      return response
    }
    var response = response
    response.body = body
    response.headerFields[.contentEncoding] = coding.rawValue
    response.varies(by: "Accept-Encoding")
    return response
  }
}

extension NetworkInputs {
  fileprivate var images: [NetworkImage] {
    switch self {
    case .tensors(let tensors): tensors.map { .tensor($0) }
    case .files(let files): files.map { .file(PictureFile($0)) }
    }
  }
}

extension Problem {
  /// As for a translation, but that there is no picture the protocol has no word for: what is wrong with a tensor is 400.
  fileprivate init?(inferring error: any Error, backlog: Duration) {
    guard let problem = Problem(translating: error, backlog: backlog) else { return nil }
    self = problem
    if error is ImageError { status = .badRequest }
  }
}
