import HTTPTypes
import Synchronization

/// The content of a request, read while it arrives and read once.
///
/// Nothing is asked of the client until the handler reads: a client that sent `Expect: 100-continue` gets its
/// `100 Continue` at the first read, and a handler that refuses a request without reading spares it the upload.
public struct RequestBody: Sendable {
  /// What `Content-Length` says, 0 where there is no body, nil where the body is chunked.
  public let declaredLength: Int?
  /// The most that may be read, the server's own limit.
  let maximumLength: Int
  private let source: any BodySource
  /// Why it cannot be read, found in the header.
  private let refusal: Problem?

  init(source: any BodySource, declaredLength: Int?, maximumLength: Int, refusal: Problem? = nil) {
    self.source = source
    self.refusal = refusal
    self.declaredLength = declaredLength
    self.maximumLength = maximumLength
  }

  /// A body that is in memory already.
  public init(_ bytes: [UInt8] = []) {
    self.init(source: BytesInMemory(bytes), declaredLength: bytes.count, maximumLength: .max)
  }

  /// Refuses a body whose declared length is more than may be read, before anything of it is asked for.
  /// - Throws: `Problem` 413.
  public func checkLength(upTo limit: Int = .max) throws(Problem) {
    let limit = Swift.min(limit, maximumLength)
    if let declaredLength, declaredLength > limit { throw Problem.bodyTooLarge(limit: limit) }
  }

  /// The same body, of which every piece is accounted for before it is handed on.
  ///
  /// - Parameter account: is told how long the body is up to here, the new piece included; what it throws ends the
  ///   reading.
  func accounted(_ account: @escaping @Sendable (Int) async throws -> Void) -> RequestBody {
    RequestBody(
      source: AccountedBytes(source: source, account: account), declaredLength: declaredLength,
      maximumLength: maximumLength, refusal: refusal)
  }

  /// The same body, whatever its coding.
  fileprivate var coded: RequestBody {
    RequestBody(source: source, declaredLength: declaredLength, maximumLength: maximumLength)
  }

  /// The whole body.
  ///
  /// - Parameter limit: refuse more than this many bytes; the server's own limit holds in any case.
  /// - Throws: `Problem` 413 when the body is longer (at once, when its declared length says so), 408 when it
  ///   arrives too slowly, 415 when it is compressed, 400 when its framing is broken; `CancellationError` when the
  ///   client has gone.
  public func collect(upTo limit: Int = .max) async throws -> [UInt8] {
    if let refusal { throw refusal }
    try checkLength(upTo: limit)
    let limit = Swift.min(limit, maximumLength)
    var bytes: [UInt8] = []
    while let piece = try await source.next() {
      if bytes.isEmpty, piece.count >= declaredLength ?? 0 {
        // The usual small body arrives in one piece and is not copied.
        bytes = piece
      } else {
        // An array that grows would hold up to twice what it needs.  Memory that nothing was written to yet is none.
        if bytes.isEmpty { bytes.reserveCapacity(declaredLength ?? 0) }
        bytes += piece
      }
      if bytes.count > limit { throw Problem.bodyTooLarge(limit: limit) }
    }
    return bytes
  }
}

extension RequestBody: AsyncSequence {
  /// The body piece by piece, each non-empty, as they arrive.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let body: RequestBody
    private var length = 0

    fileprivate init(body: RequestBody) { self.body = body }

    /// - Throws: as `collect(upTo:)`, with the server's limit.
    public mutating func next() async throws -> [UInt8]? {
      if let refusal = body.refusal { throw refusal }
      try body.checkLength()
      guard let piece = try await body.source.next() else { return nil }
      length += piece.count
      if length > body.maximumLength { throw Problem.bodyTooLarge(limit: body.maximumLength) }
      return piece
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }
}

/// Where a body's bytes come from: a connection, or memory.
protocol BodySource: Sendable {
  /// The next bytes, at least one; nil at the end, and ever after.
  func next() async throws -> [UInt8]?
}

private final class AccountedBytes: BodySource {
  private let source: any BodySource
  private let account: @Sendable (Int) async throws -> Void
  private let length = Mutex(0)

  init(source: any BodySource, account: @escaping @Sendable (Int) async throws -> Void) {
    self.source = source
    self.account = account
  }

  func next() async throws -> [UInt8]? {
    guard let piece = try await source.next() else { return nil }
    try await account(
      length.withLock { length in
        length += piece.count
        return length
      })
    return piece
  }
}

private final class BytesInMemory: BodySource {
  private let bytes: Mutex<[UInt8]>

  init(_ bytes: [UInt8]) { self.bytes = Mutex(bytes) }

  func next() async throws -> [UInt8]? {
    let rest = bytes.withLock { bytes in
      defer { bytes = [] }
      return bytes
    }
    return rest.isEmpty ? nil : rest
  }
}

extension Request {
  /// The content codings of the body, in lower case, in the order in which they were applied.
  public var contentCodings: [String] {
    listElements(head.headerFields[values: .contentEncoding]).filter { !$0.isEmpty && $0 != "identity" }
  }

  /// The same request, whose body is read as it was sent, coded: for a handler that decodes it.
  public func withCodedBody() -> Request {
    var request = self
    request.body = body.coded
    return request
  }
}

extension Problem {
  /// What is read here is what was sent: a body in any other coding is refused before it comes, with the word that RFC
  /// 9110 section 15.5.16 wants a client to be told by.
  static func unknownCoding(_ fields: HTTPFields) -> Problem? {
    let codings = listElements(fields[values: .contentEncoding]).filter { !$0.isEmpty && $0 != "identity" }
    guard !codings.isEmpty else { return nil }
    var problem = Problem(
      .unsupportedMediaType, refusal: .unsupportedRequest, title: "The content coding is not known",
      detail: "The body is not decompressed here. Send it as it is, without Content-Encoding.")
    problem.headerFields[.acceptEncoding] = "identity"
    return problem
  }

  static func bodyTooLarge(limit: Int) -> Problem {
    Problem(
      .contentTooLarge, refusal: .bodyTooLarge, title: "The request body is too large",
      detail: "At most \(limit) bytes are accepted here. Send a smaller body.")
  }
}
