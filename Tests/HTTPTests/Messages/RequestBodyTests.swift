import HTTPTypes
import Synchronization
import Testing

@testable import HTTP

@Suite("The body of a request")
struct RequestBodyTests {
  /// A body that arrives in pieces.
  private final class Pieces: BodySource {
    private let left: Mutex<[[UInt8]]>

    init(_ pieces: [[UInt8]]) { left = Mutex(pieces) }

    func next() async throws -> [UInt8]? { left.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
  }

  private func body(_ lengths: Int..., limit: Int) -> RequestBody {
    RequestBody(
      source: Pieces(lengths.map { Array(repeating: 0, count: $0) }), declaredLength: nil,
      maximumLength: limit)
  }

  private func length(_ body: RequestBody) async throws -> Int {
    var length = 0
    for try await piece in body { length += piece.count }
    return length
  }

  @Test("of unknown length is read up to the limit, and refused beyond it, whole and by pieces")
  func limit() async throws {
    #expect(try await length(body(4, 6, limit: 10)) == 10)
    #expect(try await body(4, 6, limit: 10).collect().count == 10)
    await #expect(throws: Problem.bodyTooLarge(limit: 10)) { try await length(body(4, 6, 1, limit: 10)) }
    await #expect(throws: Problem.bodyTooLarge(limit: 10)) { try await body(4, 7, limit: 10).collect() }
    await #expect(throws: Problem.bodyTooLarge(limit: 5)) { try await body(4, 2, limit: 10).collect(upTo: 5) }
  }
}
