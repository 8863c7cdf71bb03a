import FoundationEssentials
import Images
import Testing

/// One server, many clients: every test has its own connection.
@Suite("A server translates photographs", .server, .timeLimit(.minutes(5)))
struct ServingTests {
  private struct Document: Decodable {
    struct Picture: Decodable {
      let width: Int
      let height: Int
      let data: Data
    }
    let id: String?
    let image: Picture?
    let heatmap: Picture?
    let status: Int?
  }

  private func client() async throws -> Client { try await #require(ServerProcess.shared).client() }

  private func document(_ answer: Client.Answer) throws -> Document {
    try JSONDecoder().decode(Document.self, from: Data(answer.body))
  }

  @Test("The picture is the one that PyTorch makes of the same weights", arguments: ["man", "woman"])
  func golden(name: String) async throws {
    let answer = try await client().request("POST", "/translate", body: try Places.photograph(name))
    #expect(answer.status == 200)
    #expect(answer.fields["content-type"] == "image/png")
    let difference = try #require(Difference(try RGBImage(decoding: answer.body), try Places.toon(name)))
    #expect(difference.share <= 0.001)
  }

  @Test("As JPEG, at the photograph's size")
  func jpeg() async throws {
    let answer = try await client().request(
      "POST", "/translate?size=original", fields: ["Accept: image/jpeg"], body: try Places.photograph("man"))
    #expect(answer.fields["content-type"] == "image/jpeg")
    let picture = try RGBImage(decoding: answer.body)
    #expect(picture.width == 256 && picture.height == 256)
  }

  @Test("As JSON, with the heatmap")
  func json() async throws {
    let answer = try await client().request(
      "POST", "/translate?format=json", body: try Places.photograph("woman"))
    let document = try document(answer)
    let image = try #require(document.image)
    let heatmap = try #require(document.heatmap)
    #expect(image.width == 128 && heatmap.width == 128)
    let difference = try #require(
      Difference(try RGBImage(decoding: Array(image.data)), try Places.toon("woman")))
    #expect(difference.share <= 0.001)
    #expect(try RGBImage(decoding: Array(heatmap.data)).height == 128)
  }

  @Test("A form of three with one broken: two results and a problem, in order")
  func multipart() async throws {
    let photographs = [try Places.photograph("man"), try Places.photograph("woman")]
    let broken = Array(photographs[0].prefix(3000))
    var body: [UInt8] = []
    for photograph in [photographs[0], broken, photographs[1]] {
      let head = "--xyz\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"\r\n\r\n"
      body += Array(head.utf8) + photograph + Array("\r\n".utf8)
    }
    body += Array("--xyz--\r\n".utf8)
    let answer = try await client().request(
      "POST", "/translate", fields: ["Content-Type: multipart/form-data; boundary=xyz"], body: body)
    let results =
      try JSONDecoder().decode([String: [Document]].self, from: Data(answer.body))["results"] ?? []
    #expect(results.map(\.status) == [nil, 422, nil])
    for (name, index) in [("man", 0), ("woman", 2)] {
      let image = try #require(results[index].image)
      let difference = try #require(
        Difference(try RGBImage(decoding: Array(image.data)), try Places.toon(name)))
      #expect(difference.share <= 0.001)
    }
  }

  @Test("The heatmap by id, on the same connection")
  func heatmap() async throws {
    let client = try await client()
    let answer = try await client.request("POST", "/translate", body: try Places.photograph("man"))
    let id = try #require(answer.fields["translation-id"])
    #expect(answer.fields["link"] == "</heatmap/\(id)>; rel=\"describedby\"")
    let drawn = try await client.request("GET", "/heatmap/\(id)?style=overlay&size=original")
    #expect(drawn.status == 200)
    #expect(try RGBImage(decoding: drawn.body).width == 256)
    let numbers = try await client.request("GET", "/heatmap?id=\(id)", fields: ["Accept: application/json"])
    #expect(numbers.text.contains("\"values\""))
  }

  @Test("An unknown id, a missing one, a wrong method and an unknown path")
  func refusedTargets() async throws {
    let client = try await client()
    #expect(try await client.request("GET", "/heatmap/00000000000000000000000000000000").status == 404)
    #expect(try await client.request("GET", "/heatmap").status == 400)
    let answer = try await client.request("GET", "/translate")
    #expect(answer.status == 405)
    #expect(answer.fields["allow"]?.contains("POST") == true)
    #expect(try await client.request("GET", "/etc/passwd").status == 404)
  }

  @Test("What is not an image gets 415")
  func notAnImage() async throws {
    let answer = try await client().request("POST", "/translate", body: Array("hello".utf8))
    #expect(answer.status == 415)
    #expect(answer.fields["content-type"] == "application/problem+json")
  }

  @Test("A truncated JPEG gets 422")
  func truncated() async throws {
    let answer = try await client().request(
      "POST", "/translate", body: Array(try Places.photograph("man").prefix(9000)))
    #expect(answer.status == 422)
  }

  @Test("A body beyond the limit gets 413 before it is sent")
  func tooLarge() async throws {
    let client = try await client()
    try await client.send(
      Array("POST /translate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n".utf8))
    #expect(try await client.answer().status == 413)
  }

  @Test("An upload in chunks")
  func chunked() async throws {
    let client = try await client()
    try await client.send(
      Array("POST /translate HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
    var rest = try Places.photograph("man")[...]
    while !rest.isEmpty {
      let piece = rest.prefix(5000)
      rest = rest.dropFirst(piece.count)
      try await client.send(Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8))
    }
    try await client.send(Array("0\r\n\r\n".utf8))
    let answer = try await client.answer()
    let difference = try #require(Difference(try RGBImage(decoding: answer.body), try Places.toon("man")))
    #expect(difference.share <= 0.001)
  }

  @Test("Thirty clients at once, each its own answer")
  func manyClients() async throws {
    let server = try #require(ServerProcess.shared)
    let photographs = try ["man", "woman"].map { (try Places.photograph($0), try Places.toon($0)) }
    try await withThrowingTaskGroup(of: (Int, Double?).self) { group in
      for index in 0..<30 {
        let (photograph, toon) = photographs[index % 2]
        group.addTask {
          let answer = try await server.client().request("POST", "/translate", body: photograph)
          let difference = Difference(try RGBImage(decoding: answer.body), toon)
          return (answer.status, difference?.share)
        }
      }
      for try await (status, share) in group {
        #expect(status == 200)
        #expect(try #require(share) <= 0.001)
      }
    }
  }

  @Test("Health, models and metrics; HEAD has no body")
  func status() async throws {
    let client = try await client()
    for path in ["/health", "/health/live", "/health/ready"] {
      #expect(try await client.request("GET", path).status == 200)
    }
    let head = try await client.request("HEAD", "/health/ready")
    #expect(head.status == 200 && head.fields["content-length"] == "18")
    #expect(try await client.request("GET", "/models").text.contains("\"selfie2toon\""))
    let metrics = try await client.request("GET", "/metrics")
    #expect(metrics.text.contains("ugatit_model_info{model=\"selfie2toon\",direction=\"A2B\""))
    #expect(
      metrics.text.contains(
        "ugatit_http_requests_total{route=\"/health/live\",method=\"GET\",status=\"200\"}"))
  }

  @Test("ugatit health asks it, and exits with 0")
  func healthCommand() async throws {
    let port = try await #require(ServerProcess.shared).port()
    let url = "http://127.0.0.1:\(port)/"
    let byURL = try await FinishedCommand("health", "--url", url, "--timeout-s", "60")
    #expect(byURL.status == 0 && byURL.output == "ready\n")
    let variable = ["UGATIT_PORT": "\(port)"]
    let byPort = try await FinishedCommand("health", "--timeout-s", "60", environment: variable)
    #expect(byPort.status == 0)
  }
}
