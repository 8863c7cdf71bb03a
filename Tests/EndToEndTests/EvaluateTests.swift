import FoundationEssentials
import Testing

/// `ugatit evaluate` on the model that comes along, its photographs and their toons.
@Suite("ugatit evaluate", .timeLimit(.minutes(5)))
struct EvaluateTests {
  private let folder: PhotographFolder

  init() throws {
    folder = try PhotographFolder()
    for (domain, names) in [("a", ["man.jpg", "woman.jpg"]), ("b", ["man.toon.png", "woman.toon.png"])] {
      for name in names {
        try folder.add("\(domain)/\(name)", content: File.read("\(Places.fixtures)/\(name)"))
      }
    }
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  private func evaluate(_ more: String...) async throws -> FinishedCommand {
    try await FinishedCommand(
      arguments: [
        "evaluate", "selfie2toon", "--models", Places.models, "--a", "\(folder.path)/a", "--b",
        "\(folder.path)/b",
      ] + more)
  }

  /// As models/training/evaluate.py printed it for the same files.
  private struct Expected: Decodable {
    struct Distance: Decodable {
      let translated: Double
      let floor: Double
      let ceiling: Double
      let ratio: Double
    }
    let swd: [String: Distance]
    let identityL1: Double
    let cycleL1: Double
    let camAccuracy: Double
    let camLoss: Double
  }

  private struct Report: Decodable {
    struct Distance: Decodable {
      let pixels: Int
      let translated: Double
      let floor: Double
      let ceiling: Double
      let ratio: Double
    }
    struct Classifier: Decodable {
      let accuracy: Double
      let loss: Double
    }
    struct Figures: Decodable {
      let direction: String
      let swd: [Distance]
      let identityL1: Double
      let cycleL1: Double?
      let cam: Classifier?
      let objective: Double
    }
    let model: String
    let directions: [Figures]
  }

  @Test("The figures of models/training/evaluate.py within rounding")
  func figures() async throws {
    let expected = try Self.decoder.decode(
      [String: Expected].self, from: Data(File.read("\(Places.fixtures)/evaluation.json")))
    let command = try await evaluate("--json")
    #expect(command.status == 0, "\(command.errors)")
    let report = try Self.decoder.decode(Report.self, from: Data(command.output.utf8))
    #expect(report.model == "selfie2toon" && report.directions.map(\.direction) == ["A2B", "B2A"])
    // A JPEG is decoded to within 1 of 255 of Pillow.
    func isNear(_ value: Double, _ other: Double) -> Bool { abs(value - other) <= 0.01 * other + 0.0005 }
    for figures in report.directions {
      let expected = try #require(expected[figures.direction])
      #expect(figures.swd.map(\.pixels) == [128, 64, 32, 16])
      for distance in figures.swd {
        let expected = try #require(expected.swd["\(distance.pixels)"])
        #expect(isNear(distance.translated, expected.translated), "\(distance)")
        #expect(isNear(distance.floor, expected.floor), "\(distance)")
        #expect(isNear(distance.ceiling, expected.ceiling), "\(distance)")
        #expect(isNear(distance.ratio, expected.ratio), "\(distance)")
      }
      let (cycle, classifier) = (try #require(figures.cycleL1), try #require(figures.cam))
      #expect(isNear(figures.identityL1, expected.identityL1) && isNear(cycle, expected.cycleL1))
      #expect(classifier.accuracy == expected.camAccuracy && isNear(classifier.loss, expected.camLoss))
      let objective = 10 * cycle + 10 * figures.identityL1 + 1000 * classifier.loss
      #expect(abs(figures.objective - objective) < 1e-9 * objective)
    }
  }

  @Test(
    "A table has a line for each picture in each direction, the report all pictures and nothing from elsewhere"
  )
  func files() async throws {
    let command = try await evaluate(
      "--csv", "\(folder.path)/table.csv", "--report", "\(folder.path)/report.html")
    #expect(command.status == 0, "\(command.errors)")
    #expect(
      command.output.contains("A2B\n  SWD x1000 at 128 px: ")
        && command.output.contains("CAM accuracy 100.0 %"))
    let table = String(decoding: try File.read("\(folder.path)/table.csv"), as: UTF8.self).split(
      separator: "\n")
    #expect(table.first == "direction,role,file,gap_logit,gmp_logit,l1" && table.count == 9)
    #expect(table.dropFirst().allSatisfy { $0.split(separator: ",").count == 6 })
    #expect(table.count { $0.hasPrefix("A2B,source,") && $0.contains(".jpg,") } == 2)
    let page = String(decoding: try File.read("\(folder.path)/report.html"), as: UTF8.self)
    // Photograph, toon, heatmap and the way back of two pictures, both ways.
    #expect(page.split(separator: "<img ").count - 1 == 16 && !page.contains("src=\"http"))
    #expect(page.hasSuffix("</html>\n"))
  }

  @Test("What is missing is named, and nothing is written")
  func missing() async throws {
    try folder.add("c/man.jpg")
    let command = try await FinishedCommand(
      arguments: [
        "evaluate", "selfie2toon", "--models", Places.models, "--a", "\(folder.path)/a", "--b",
        "\(folder.path)/c",
        "--csv", "\(folder.path)/table.csv",
      ])
    #expect(command.status == 66 && command.errors.contains("/c: needs two"), "\(command.errors)")
    #expect(try !folder.texts().contains("table.csv"))
    for taken in ["a/man.jpg", "b/woman.toon.png"] {
      let before = try File.read("\(folder.path)/\(taken)")
      let refused = try await evaluate("--csv", "\(folder.path)/\(taken)")
      #expect(refused.status == 1 && refused.errors.contains("must not replace"), "\(refused.errors)")
      #expect(try File.read("\(folder.path)/\(taken)") == before)
    }
    let twice = try await evaluate("--csv", "\(folder.path)/x", "--report", "\(folder.path)/x")
    #expect(twice.status == 1 && twice.errors.contains("two results"), "\(twice.errors)")
    let unknown = try await FinishedCommand(
      arguments: [
        "evaluate", "nobody", "--models", Places.models, "--a", "\(folder.path)/a", "--b", "\(folder.path)/b",
      ])
    #expect(unknown.status == 66 && unknown.errors.contains("nobody"), "\(unknown.errors)")
  }
}
