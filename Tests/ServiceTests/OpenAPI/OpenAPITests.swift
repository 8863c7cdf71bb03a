import FoundationEssentials
import HTTPTypes
import Images
import Testing

@testable import HTTP
@testable import Service

@Suite("The description at /openapi.json", .timeLimit(.minutes(1)))
struct OpenAPITests {
  private let description: APIDescription

  init() throws { description = try APIDescription() }

  /// `/heatmap/` and `/v2/` are what shells and clients make of these without the slash.
  private static func isDescribed(_ pattern: String) -> Bool { pattern == "/" || !pattern.hasSuffix("/") }

  @Test("Has every route and method, and no other")
  func routes() throws {
    let registered = try TranslationService.ready().router.registered.filter { Self.isDescribed($0.pattern) }
    let routes = registered.map { "\($0.method.rawValue) \($0.pattern)" }
    let described = description.operations.map { "\($0.method.rawValue) \($0.path)" }
    #expect(Set(routes).symmetricDifference(described) == [])
  }

  @Test("Names each route's parameters in the path, and says what its policy may refuse")
  func policies() throws {
    for route in try TranslationService.ready().router.registered where Self.isDescribed(route.pattern) {
      let names = route.pattern.split(separator: "/").filter { $0.hasPrefix("{") }.map {
        $0.dropFirst().dropLast()
      }
      let operation = try #require(description.operation(route.method, route.pattern))
      let parameters = description.parameters(of: operation, in: "path")
      #expect(Set(parameters.keys) == Set(names.map(String.init)), "\(route.pattern)")
      #expect(parameters.values.allSatisfy { $0["required"] == .boolean(true) }, "\(route.pattern)")
      var refusals: Set<Int> = []
      // A malformed field is no key.
      if route.policy.needsKey { refusals.formUnion([400, 401]) }
      if route.policy.needsAdministrator { refusals.insert(403) }
      if route.policy.isCounted { refusals.insert(429) }
      // Translations have a body to be read, pictures in it, a place to be had and a time.
      if route.policy.purpose == .translation { refusals.formUnion([404, 408, 413, 415, 503, 504]) }
      #expect(
        refusals.subtracting(description.statuses(of: operation)) == [], "\(route.method) \(route.pattern)")
      #expect(
        (operation.object["security"] == .array([.object([:])])) == !route.policy.needsKey,
        "\(route.method) \(route.pattern)")
    }
  }

  @Test("Has every parameter of the query, with all of its words")
  func parameters() throws {
    let translate = try #require(description.operation(.post, "/translate"))
    let query = description.parameters(of: translate, in: "query")
    #expect(Set(query.keys) == Set(TranslateParameters.names))
    for (name, words) in [
      ("direction", ["A2B", "B2A"]), ("fit", Fit.allCases.map(\.rawValue)),
      ("size", OutputSize.allCases.map(\.rawValue)), ("style", HeatmapStyle.allCases.map(\.rawValue)),
      ("profile", ProfileUse.allCases.map(\.rawValue)), ("explain", ["discriminator"]),
      ("format", ["png", "jpeg", "webp", "json"]),
    ] {
      #expect(description.words(of: query[name]) == words, "\(name)")
    }
    // Each word is taken, and its default means what nothing does.
    for (name, parameter) in query {
      for word in description.words(of: parameter) {
        #expect(throws: Never.self) { try TranslateParameters(Query([(name, word)]), Accept(parsing: [])) }
      }
    }
    #expect(Set(description.parameters(of: translate, in: "header").keys) == ["Request-Timeout"])

    let heatmap = try #require(description.operation(.post, "/heatmap"))
    #expect(
      Set(description.parameters(of: heatmap, in: "query").keys) == Set(HeatmapParameters.names))
    for (schema, names) in [
      ("PictureDocument", TranslateParameters.names), ("HeatmapDocument", HeatmapParameters.names),
    ] {
      let document = description.document["components"]?["schemas"]?[schema]
      let members = document?["properties"]?["parameters"]?["properties"]?.members ?? [:]
      #expect(Set(members.keys) == JSONUpload.ignored.union(names + ["target_size"]), "\(schema)")
    }

    for (path, names) in [
      ("/heatmap", KeptHeatmapRoute.names),
      ("/heatmap/{id}", KeptHeatmapRoute.names.filter { $0 != "id" }),
    ] {
      let heatmap = try #require(description.operation(.get, path))
      let query = description.parameters(of: heatmap, in: "query")
      #expect(Set(query.keys) == Set(names))
      #expect(description.words(of: query["style"]) == HeatmapStyle.allCases.map(\.rawValue))
      #expect(description.words(of: query["of"]) == HeatmapSource.allCases.map(\.rawValue))
    }
  }

  @Test("Refers to what is there, and has nothing that nobody refers to")
  func references() throws {
    let references = description.references
    for reference in references {
      #expect(description.resolve(.object(["$ref": .string(reference)])) != nil, "\(reference)")
    }
    for kind in ["parameters", "responses", "schemas"] {
      for name in (description.document["components"]?[kind]?.members ?? [:]).keys {
        #expect(references.contains("#/components/\(kind)/\(name)"), "\(kind) \(name)")
      }
    }
    let names = description.operations.compactMap { $0.object["operationId"]?.text }
    #expect(names.count == description.operations.count && Set(names).count == names.count)
    let tags = Set((description.document["tags"]?.elements ?? []).compactMap { $0["name"]?.text })
    for operation in description.operations {
      let chosen = (operation.object["tags"]?.elements ?? []).compactMap(\.text)
      #expect(!chosen.isEmpty && chosen.allSatisfy(tags.contains), "\(operation.path)")
    }
  }

  @Test("Has every problem as it is answered")
  func problems() throws {
    let problem = Response(Problem(.badRequest, title: "a", detail: "b"))
    let schema = JSONValue.object(["$ref": .string("#/components/schemas/Problem")])
    #expect(description.faults(of: try problem.decoded(), by: schema) == [])
    for (name, response) in description.document["components"]?["responses"]?.members ?? [:] {
      #expect(response["content"]?.members.keys.map(\.self) == ["application/problem+json"], "\(name)")
      #expect(response["content"]?["application/problem+json"]?["schema"] == schema, "\(name)")
    }
  }

  @Test("Has every answer as it is given")
  func answers() async throws {
    let service = try TranslationService.ready()
    let picture = try RGBImage.pattern().png()
    let json: HTTPFields = [.accept: "application/json"]
    let translation = try await service.post("/translate", picture, headerFields: json)
    let id = try translation.decoded(TranslationJSON.self).id
    var form = Form.headerFields
    form[.accept] = "application/json"
    let several = Form.body([("image", picture), ("image", Array("no".utf8))])
    let tensor = Array(repeating: "0", count: 3 * NegativeNetwork.width * NegativeNetwork.height).joined(
      separator: ",")
    let inference = """
      {"id": "a", "inputs": [{"name": "image", "datatype": "FP32", "data": [\(tensor)],
      "shape": [1, 3, \(NegativeNetwork.height), \(NegativeNetwork.width)]}]}
      """
    let answers: [(HTTPRequest.Method, String, Response)] = [
      (.post, "/translate", translation),
      (.post, "/translate", try await service.post("/translate", several, headerFields: form)),
      (.get, "/heatmap/{id}", try await service.get("/heatmap/\(id)", headerFields: json)),
      (.get, "/heatmap", try await service.get("/heatmap?id=\(id)", headerFields: json)),
      (.post, "/heatmap", try await service.post("/heatmap", picture, headerFields: json)),
      (.post, "/heatmap", try await service.post("/heatmap", several, headerFields: form)),
      (.get, "/models", try await service.get("/models")),
      (.get, "/health", try await service.get("/health")),
      (.get, "/health/live", try await service.get("/health/live")),
      (.get, "/health/ready", try await service.get("/health/ready")),
      (.get, "/v2", try await service.get("/v2")),
      (.get, "/v2/health/live", try await service.get("/v2/health/live")),
      (.get, "/v2/health/ready", try await service.get("/v2/health/ready")),
      (.get, "/v2/models", try await service.get("/v2/models")),
      (.get, "/v2/models/stats", try await service.get("/v2/models/stats")),
      (.get, "/v2/models/{model}", try await service.get("/v2/models/negative")),
      (.get, "/v2/models/{model}/ready", try await service.get("/v2/models/negative/ready")),
      (.get, "/v2/models/{model}/config", try await service.get("/v2/models/negative/config")),
      (.get, "/v2/models/{model}/stats", try await service.get("/v2/models/negative/stats")),
      (
        .post, "/v2/models/{model}/infer",
        try await service.post("/v2/models/negative/infer", Array(inference.utf8))
      ),
      (.post, "/v2/repository/index", try await service.post("/v2/repository/index", [])),
    ]
    for (method, path, answer) in answers {
      #expect(answer.status == .ok, "\(path)")
      let operation = try #require(description.operation(method, path))
      let response = try #require(operation.object["responses"]?["200"])
      let schema = try #require(response["content"]?["application/json"]?["schema"], "\(path)")
      #expect(description.faults(of: try answer.decoded(), by: schema) == [], "\(path)")
      let described = Set((response["headers"]?.members ?? [:]).keys)
      #expect(described.isDisjoint(with: ["Content-Type"]), "OpenAPI has it in 'content'")
    }
    // What is told in fields beside a picture.
    let drawn = try await service.post(picture)
    let translate = try #require(description.operation(.post, "/translate"))
    for name in (translate.object["responses"]?["200"]?["headers"]?.members ?? [:]).keys {
      #expect(drawn[name] != nil, "\(name)")
    }
  }

  @Test("Would be found wrong by these tests")
  func faults() throws {
    let health = JSONValue.object(["$ref": .string("#/components/schemas/Sum")])
    let right = JSONValue.object(["count": .number(1), "ns": .number(2)])
    #expect(description.faults(of: right, by: health) == [])
    for wrong: JSONValue in [
      .null, .object(["count": .number(1)]), .object(["count": .number(0.5), "ns": .number(1)]),
      .object(["count": .number(1), "ns": .number(2), "more": .null]),
    ] {
      #expect(description.faults(of: wrong, by: health) != [])
    }
  }
}

extension Response {
  /// As it is written, unlike `decoded(_:)`.
  fileprivate func decoded() throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(body))
  }
}
