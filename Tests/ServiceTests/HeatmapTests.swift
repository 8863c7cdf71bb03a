import HTTP
import HTTPTypes
import Images
import Testing

@testable import Service

@Suite("GET /heatmap", .timeLimit(.minutes(1)))
struct HeatmapTests {
  private let picture = RGBImage.pattern(width: 96, height: 64)

  private func translated(_ service: TranslationService) async throws -> String {
    try #require(try await service.post(try picture.png())["Translation-Id"])
  }

  @Test("The id finds the heatmap, in the path and in the query alike")
  func byID() async throws {
    let service = try TranslationService.ready()
    let id = try await translated(service)
    let byPath = try await service.get("/heatmap/\(id)")
    let byQuery = try await service.get("/heatmap?id=\(id)")
    #expect(byPath.headerFields[.contentType] == "image/png")
    #expect(byPath.body == byQuery.body)
    let heatmap = Heatmap(width: 12, height: 8, values: NegativeNetwork.heatmap)
    #expect(try RGBImage(decoding: byPath.body) == heatmap.picture(style: .jet, width: 48, height: 32))
  }

  @Test("style=gray and style=overlay draw it so", arguments: [HeatmapStyle.gray, .overlay])
  func styles(style: HeatmapStyle) async throws {
    let service = try TranslationService.ready()
    let id = try await translated(service)
    let answer = try await service.get("/heatmap/\(id)?style=\(style.rawValue)")
    let heatmap = Heatmap(width: 12, height: 8, values: NegativeNetwork.heatmap)
    let seen = picture.fitted(.stretch, width: 48, height: 32).image
    #expect(
      try RGBImage(decoding: answer.body) == heatmap.picture(style: style, width: 48, height: 32, over: seen))
  }

  @Test("size=original gives the sent picture's size")
  func originalSize() async throws {
    let service = try TranslationService.ready()
    let id = try await translated(service)
    let answer = try await service.get("/heatmap/\(id)?size=original&style=overlay")
    let drawn = try RGBImage(decoding: answer.body)
    #expect(drawn.width == 96 && drawn.height == 64)
  }

  @Test("Accept: application/json gives the numbers")
  func matrix() async throws {
    struct Matrix: Decodable {
      let id: String
      let width: Int
      let height: Int
      let values: [[Float]]
    }
    let service = try TranslationService.ready()
    let id = try await translated(service)
    let answer = try await service.get("/heatmap/\(id)", headerFields: [.accept: "application/json"])
    let matrix = try answer.decoded(Matrix.self)
    #expect(matrix.id == id && matrix.width == 12 && matrix.height == 8)
    #expect(matrix.values.count == 8 && matrix.values.allSatisfy { $0.count == 12 })
    #expect(matrix.values.flatMap { $0 } == NegativeNetwork.heatmap)
  }

  @Test(
    "Without an id it gets 400 that tells how to name one",
    arguments: ["/heatmap", "/heatmap/", "/heatmap?id="])
  func withoutID(target: String) async throws {
    let answer = try await TranslationService.ready().get(target)
    #expect(answer.status == .badRequest)
    #expect(try answer.decoded(ProblemJSON.self).detail.contains("Translation-Id"))
  }

  @Test("An unknown id gets 404, a wrong style 400")
  func wrong() async throws {
    let service = try TranslationService.ready()
    #expect(try await service.get("/heatmap/0123456789abcdef").status == .notFound)
    let id = try await translated(service)
    #expect(try await service.get("/heatmap/\(id)?style=hot").status == .badRequest)
  }

  @Test("A result that had to make room gets 404")
  func evicted() async throws {
    let service = try TranslationService.ready { $0.keptResults = 1 }
    let first = try await translated(service)
    let second = try await translated(service)
    #expect(first != second)
    #expect(try await service.get("/heatmap/\(first)").status == .notFound)
    #expect(try await service.get("/heatmap/\(second)").status == .ok)
  }
}

@Suite("The store of results")
struct ResultStoreTests {
  private func result(bytes: Int) -> KeptResult {
    let input = RGBImage(width: 1, height: bytes / 3, pixels: Array(repeating: 0, count: bytes / 3 * 3))
    let (image, placement) = input.fitted(.stretch, width: 1, height: bytes / 3)
    return KeptResult(
      key: ModelKey(model: "m", direction: "A2B"),
      explanations: [
        .generator: Explanation(
          key: ModelKey(model: "m", direction: "A2B"), heatmap: Heatmap(width: 1, height: 1, values: [1]),
          gapLogit: 0, gmpLogit: 0, input: image, placement: placement)
      ])
  }

  @Test("A result is found until its lifetime ends")
  func lifetime() {
    let store = ResultStore(maxCount: 10, maxBytes: 10_000, lifetime: .seconds(60))
    let start = ContinuousClock.now
    let id = store.keep(result(bytes: 30), now: start)
    #expect(store.find(id, now: start + .seconds(59)) != nil)
    #expect(store.find(id, now: start + .seconds(60)) == nil)
    #expect(store.count == 0 && store.byteCount == 0)
  }

  @Test("The oldest make room when there are too many")
  func count() {
    let store = ResultStore(maxCount: 2, maxBytes: 10_000, lifetime: .seconds(60))
    let ids = (0..<3).map { _ in store.keep(result(bytes: 30)) }
    #expect(ids.map { store.find($0) != nil } == [false, true, true])
  }

  @Test("The oldest make room when they take too much memory, and what is too large alone is not kept")
  func bytes() {
    let store = ResultStore(maxCount: 10, maxBytes: 700, lifetime: .seconds(60))
    let ids = (0..<3).map { _ in store.keep(result(bytes: 300)) }
    #expect(ids.map { store.find($0) != nil } == [false, true, true])
    #expect(store.byteCount == 2 * 304)
    let large = store.keep(result(bytes: 900))
    #expect(store.find(large) == nil)
    #expect(store.count == 0 && store.byteCount == 0)
  }

  @Test("Another bound on memory holds for what is kept from then on")
  func limit() {
    let store = ResultStore(maxCount: 10, maxBytes: 700, lifetime: .seconds(60))
    store.limit(bytes: 304)
    let ids = (0..<2).map { _ in store.keep(result(bytes: 300)) }
    #expect(ids.map { store.find($0) != nil } == [false, true])
  }

  @Test("Ids are 128 bits in hexadecimal, each another")
  func ids() {
    let ids = Set((0..<1000).map { _ in ResultStore.makeID() })
    #expect(ids.count == 1000)
    #expect(ids.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
  }
}
