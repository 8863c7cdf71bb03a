import FoundationEssentials
import HTTPTypes
import Images
import Testing

@testable import HTTP
@testable import Service

/// A request of the protocol: JSON, and what is behind it.
private struct Message {
  var json: String
  var binary: [UInt8] = []

  var fields: HTTPFields {
    binary.isEmpty ? [:] : [.inferenceHeaderContentLength: "\(json.utf8.count)"]
  }

  var body: [UInt8] { Array(json.utf8) + binary }
}

@Suite("POST /v2/models/NAME/infer", .timeLimit(.minutes(1)))
struct InferTests {
  private let count = 3 * NegativeNetwork.width * NegativeNetwork.height
  private var shape: String { "3,\(NegativeNetwork.height),\(NegativeNetwork.width)" }
  private var tensor: [Float] { (0..<count).map { Float($0) / Float(count) } }

  private func bytes(_ floats: [Float]) -> [UInt8] {
    floats.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } }
  }

  private func input(images: Int = 1, _ rest: String) -> String {
    "{\"name\":\"image\",\"shape\":[\(images),\(shape)],\"datatype\":\"FP32\",\(rest)}"
  }

  private func infer(
    _ service: TranslationService, _ message: Message, model: String = "negative", fields: HTTPFields = [:]
  ) async throws -> Response {
    var all = message.fields
    for field in fields { all[field.name] = field.value }
    return try await service.post("/v2/models/\(model)/infer", message.body, headerFields: all)
  }

  private struct Answer: Decodable {
    struct Output: Decodable {
      struct Parameters: Decodable { let binaryDataSize: Int? }
      let name: String
      let datatype: String
      let shape: [Int]
      let data: [Float]?
      let parameters: Parameters?
    }
    let modelName: String
    let modelVersion: String
    let id: String?
    let outputs: [Output]
  }

  /// The JSON of an answer, and its binary outputs by name.
  private func parsed(_ response: Response) throws -> (Answer, [String: [UInt8]]) {
    try #require(response.status == .ok, "\(String(decoding: response.body, as: UTF8.self))")
    let length =
      response.headerFields[.inferenceHeaderContentLength].flatMap { Int($0) } ?? response.body.count
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let answer = try decoder.decode(Answer.self, from: Data(response.body[..<length]))
    var rest = response.body[length...]
    var binary: [String: [UInt8]] = [:]
    for output in answer.outputs {
      guard let size = output.parameters?.binaryDataSize else { continue }
      binary[output.name] = Array(rest.prefix(size))
      rest = rest.dropFirst(size)
    }
    #expect(rest.isEmpty)
    return (answer, binary)
  }

  @Test("JSON in, JSON out: the standard outputs, the id, the model's version")
  func json() async throws {
    let service = try TranslationService.ready()
    let data = tensor.map { "\($0)" }.joined(separator: ",")
    let response = try await infer(
      service, Message(json: "{\"id\":\"7\",\"inputs\":[\(input("\"data\":[\(data)]"))]}"))
    #expect(response.headerFields[.contentType] == "application/json")
    let (answer, binary) = try parsed(response)
    #expect(binary.isEmpty && answer.id == "7" && answer.modelName == "negative")
    #expect(answer.modelVersion == ModelDescription.named("negative", directions: ["A2B", "B2A"]).version)
    #expect(answer.outputs.map(\.name) == ["translated", "heatmap", "cam_logits"])
    #expect(answer.outputs.map(\.shape) == [[1, 3, 32, 48], [1, 8, 12], [1, 2]])
    #expect(answer.outputs[0].data == tensor.map { -$0 })
    #expect(answer.outputs[2].data == [0, 2.5])
  }

  @Test("Binary in and out, outputs in the order in which they were asked for, mixed as each says itself")
  func binary() async throws {
    let service = try TranslationService.ready()
    let two = bytes(tensor + tensor.map { -$0 })
    let json = """
      {"inputs":[\(input(images: 2, "\"parameters\":{\"binary_data_size\":\(two.count)}"))],
       "outputs":[{"name":"cam_logits","parameters":{"binary_data":false}},{"name":"picture"},{"name":"translated"}],
       "parameters":{"binary_data_output":true,"custom":[1,{"a":null}]}}
      """
    let (answer, outputs) = try parsed(try await infer(service, Message(json: json, binary: two)))
    #expect(answer.id == nil)
    #expect(answer.outputs.map(\.name) == ["cam_logits", "picture", "translated"])
    #expect(answer.outputs[0].data == [0, 2.5, 0, 2.5])
    #expect(answer.outputs[1].datatype == "BYTES" && answer.outputs[1].shape == [2])
    #expect(outputs["translated"] == bytes(tensor.map { -$0 } + tensor))
    let pictures = try #require(outputs["picture"]?[...].lengthPrefixed)
    #expect(
      try pictures.map { try RGBImage(decoding: $0) }
        == [tensor.map { -$0 }, tensor].map { RGBImage(planarFloats: $0, width: 48, height: 32) })
  }

  @Test("BYTES are pictures' files")
  func files() async throws {
    let service = try TranslationService.ready()
    let file = try RGBImage.pattern().png()
    let element = withUnsafeBytes(of: UInt32(file.count).littleEndian) { Array($0) } + file
    let expected = bytes(RGBImage.pattern().planarFloats().map { -$0 })
    let json = """
      {"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":\(element.count)}}],
       "outputs":[{"name":"translated","parameters":{"binary_data":true}}]}
      """
    #expect(
      try parsed(try await infer(service, Message(json: json, binary: element))).1["translated"] == expected)
    let unsized = json.replacing("\"parameters\":{\"binary_data_size\":\(element.count)}", with: "\"x\":1")
    #expect(
      try parsed(try await infer(service, Message(json: unsized, binary: element))).1["translated"]
        == expected)
  }

  @Test("A raw body is a picture's file if it begins as one, else a tensor if it has the length")
  func raw() async throws {
    let service = try TranslationService.ready()
    let fields: HTTPFields = [.inferenceHeaderContentLength: "0"]
    for body in [try RGBImage.pattern().png(), bytes(RGBImage.pattern().planarFloats())] {
      let response = try await service.post("/v2/models/negative/infer", body, headerFields: fields)
      let outputs = try parsed(response).1
      #expect(outputs.keys.sorted() == ["cam_logits", "heatmap", "translated"])
      #expect(outputs["translated"] == bytes(RGBImage.pattern().planarFloats().map { -$0 }))
    }
    let response = try await service.post("/v2/models/negative/infer", [1, 2, 3], headerFields: fields)
    #expect(response.status == .badRequest)
  }

  @Test(
    "Compressed both ways; an answer only where one coding is named alone", arguments: ["gzip", "deflate"])
  func compressed(name: String) async throws {
    let service = try TranslationService.ready()
    let coding = try #require(ContentCoding(rawValue: name))
    let data = bytes(tensor)
    let message = Message(
      json: "{\"inputs\":[\(input("\"parameters\":{\"binary_data_size\":\(data.count)}"))]}", binary: data)
    let body = try #require(coding.encoded(message.body))
    var fields = message.fields
    fields[.contentEncoding] = name
    let plain = try await service.post("/v2/models/negative/infer", body, headerFields: fields)
    #expect(try parsed(plain).0.outputs[0].data == tensor.map { -$0 })
    fields[.acceptEncoding] = "gzip, deflate"
    let several = try await service.post("/v2/models/negative/infer", body, headerFields: fields)
    #expect(several.headerFields[.contentEncoding] == nil)
    fields[.acceptEncoding] = name
    let answer = try await service.post("/v2/models/negative/infer", body, headerFields: fields)
    #expect(answer.headerFields[.contentEncoding] == name)
    #expect(try coding.decoded(answer.body, limit: .max) { _ in } == plain.body)
    fields[.contentEncoding] = nil
    let failed = try await service.post("/v2/models/negative/infer", [], headerFields: fields)
    #expect(failed.status == .badRequest && failed.headerFields[.contentEncoding] == nil)
  }

  @Test(
    "What is wrong is 400 and says so",
    arguments: [
      ("", "there should be"), ("{}", "no 'inputs'"), ("{\"inputs\":[]}", "no 'inputs'"),
      ("[1]", "an object"),
      ("{\"inputs\":[{\"shape\":[1],\"datatype\":\"FP32\",\"data\":[]}]}", "no 'name'"),
      ("{\"inputs\":[{\"name\":\"image\",\"data\":[]}]}", "needs 'datatype' and 'shape'"),
      ("{\"inputs\":[IN,IN]}", "2 inputs"), ("{\"inputs\":[NAME]}", "no input 'picture'"),
      ("{\"inputs\":[TYPE]}", "not 'INT8'"), ("{\"inputs\":[SHAPE]}", "has the shape"),
      ("{\"inputs\":[HUGE]}", "too large"), ("{\"inputs\":[IN]}", "its shape has 4608"),
      ("{\"inputs\":[BYTES]}", "A picture's file is not text"),
      ("{\"inputs\":[SIZE]}", "5 bytes behind the JSON, and 0 are left"),
      ("{\"inputs\":[BOTH]}", "either 'data' or"), ("{\"inputs\":[MEMORY]}", "shared memory"),
      ("{\"inputs\":[IN],\"outputs\":[{\"name\":\"x\"}]}", "4608"),
      ("{\"inputs\":[IN],\"parameters\":{\"triton_x\":1}}", "reserved"),
      ("{\"inputs\":[IN],\"parameters\":{\"priority\":-1}}", "priority"),
      ("{\"inputs\":[IN],\"parameters\":{\"timeout\":-1}}", "microseconds"),
      ("{\"inputs\":[IN],\"inputs\":[IN]}", "twice"),
    ])
  func wrong(json: String, words: String) async throws {
    let inputs = [
      "IN": input("\"data\":[1]"),
      "NAME": "{\"name\":\"picture\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}",
      "TYPE": "{\"name\":\"image\",\"shape\":[1],\"datatype\":\"INT8\",\"data\":[1]}",
      "SHAPE": "{\"name\":\"image\",\"shape\":[1,3,48,32],\"datatype\":\"FP32\",\"data\":[1]}",
      "HUGE":
        "{\"name\":\"image\",\"shape\":[9000000000000000000,\(shape)],\"datatype\":\"FP32\",\"data\":[1]}",
      "BYTES": "{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"x\"]}",
      "SIZE": input("\"parameters\":{\"binary_data_size\":5}"),
      "BOTH": input("\"data\":[1],\"parameters\":{\"binary_data_size\":0}"),
      "MEMORY": input("\"data\":[1],\"parameters\":{\"shared_memory_region\":\"r\"}"),
    ]
    // In one pass: "INT8" begins as a name does.
    let text = json.replacing(#/\b[A-Z]+\b/#) { inputs[String($0.output)] ?? "" }
    let response = try await infer(try .ready(), Message(json: text))
    #expect(response.status == .badRequest)
    struct Refusal: Decodable {
      let error: String
      let detail: String
      let status: Int
    }
    let refusal = try response.decoded(Refusal.self)
    #expect(refusal.error.contains(words), "\(refusal.error)")
    #expect(refusal.error == refusal.detail && refusal.status == 400)
  }

  @Test("Outputs that there are not, come twice, or that JSON has no place for")
  func wrongOutputs() throws {
    func wanted(_ outputs: String) throws -> [WantedOutput] {
      let json = "{\"inputs\":[\(input("\"data\":[]"))],\"outputs\":[\(outputs)]}"
      return try WantedOutput.all(
        of: try InferenceRequest(parsing: Array(json.utf8), headerLength: nil), among: ModelOutput.allCases)
    }
    #expect(try wanted("").map(\.output) == [.translated, .heatmap, .camLogits])
    for outputs in [
      "{\"name\":\"x\"}", "{\"name\":\"heatmap\"},{\"name\":\"heatmap\"}", "{\"name\":\"picture\"}", "{}",
      "{\"name\":\"heatmap\",\"parameters\":{\"classification\":2}}",
      "{\"name\":\"heatmap\",\"parameters\":{\"shared_memory_region\":\"x\"}}",
    ] {
      #expect(throws: Problem.self, "\(outputs)") { try wanted(outputs) }
    }
  }

  @Test("Lengths of JSON that are none", arguments: ["-1", "x", "1.0", "+1", "99999999999999999999", "1000"])
  func wrongLength(length: String) async throws {
    let response = try await TranslationService.ready().post(
      "/v2/models/negative/infer", Array("{}".utf8), headerFields: [.inferenceHeaderContentLength: length])
    #expect(response.status == .badRequest)
    #expect(try response.decoded(ProblemJSON.self).detail.contains("Inference-Header-Content-Length"))
  }

  @Test("Values that are no samples", arguments: [Float.nan, .infinity, 1.5, -3e38])
  func wrongValues(value: Float) async throws {
    var values = tensor
    values[17] = value
    let response = try await TranslationService.ready().post(
      "/v2/models/negative/infer", bytes(values), headerFields: [.inferenceHeaderContentLength: "0"])
    #expect(response.status == .badRequest)
    #expect(try response.decoded(ProblemJSON.self).detail.contains("Value 17"))
  }

  @Test("A model, direction or version that there is not is 404; a failing network 500")
  func noModel() async throws {
    let service = try TranslationService.ready()
    for model in ["x", "negative.A2", "other.A2B", "negative/versions/1", "negative.A2B/versions/x"] {
      let response = try await infer(service, Message(json: "{}"), model: model)
      #expect(response.status == .notFound, "\(model)")
      #expect(try response.decoded(ProblemJSON.self).detail.contains("Request for unknown model"))
    }
    let data = bytes(tensor)
    let failing = Message(
      json: "{\"inputs\":[\(input("\"parameters\":{\"binary_data_size\":\(data.count)}"))]}", binary: data)
    #expect(try await infer(service, failing, model: "negative.B2A").status == .internalServerError)
    let version = ModelDescription.named("other", directions: ["B2A"]).version
    #expect(try await infer(service, failing, model: "other/versions/\(version)").status == .ok)
  }

  @Test("An image waits in the queue of everybody, within its own time")
  func queue() async throws {
    let gate = Gate()
    let service = try TranslationService.ready({ $0.queue.maxQueue = 1 }, gate: gate)
    let data = bytes(tensor)
    func message(_ parameters: String = "") -> Message {
      Message(
        json: "{\"inputs\":[\(input("\"parameters\":{\"binary_data_size\":\(data.count)}"))]\(parameters)}",
        binary: data)
    }
    let running = Task { try await infer(service, message()) }
    await until { gate.arrived == 1 }
    #expect(try await infer(service, message(",\"parameters\":{\"timeout\":1000}")).status == .gatewayTimeout)
    let waiting = Task { try await infer(service, message()) }
    await until { service.queueDepth == 1 }
    let refused = try await infer(service, message())
    #expect(refused.status == .serviceUnavailable && refused.headerFields[.retryAfter] != nil)
    gate.open(times: 2)
    #expect(try await running.value.status == .ok)
    #expect(try await waiting.value.status == .ok)
  }

  @Test("No number of lengths is more than there is")
  func lengthPrefixes() {
    func elements(_ bytes: [UInt8]) -> [[UInt8]]? { bytes[...].lengthPrefixed }
    #expect(elements([]) == [])
    #expect(elements([1, 0, 0, 0, 9, 0, 0, 0, 0]) == [[9], []])
    for bytes: [UInt8] in [[1], [1, 0, 0, 0], [2, 0, 0, 0, 9], [255, 255, 255, 255, 1]] {
      #expect(elements(bytes) == nil)
    }
  }
}
