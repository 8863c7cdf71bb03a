import FoundationEssentials
import Images
import Testing

@Suite("The benchmarks", .timeLimit(.minutes(5)))
final class BenchTests {
  private let folder: String

  init() throws {
    folder = "/tmp/ugatit-\(UInt64.random(in: 0...(.max)))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Of 12 megapixels; a whole picture of these, which a WebP needs, is 36 MB.
  @Test(
    "Reading a photograph takes no more memory than its plan says, and little",
    .disabled(if: Places.isSanitized), arguments: ImageFormat.allCases)
  func photograph(format: ImageFormat) async throws {
    let (width, height) = (4032, 3024)
    let row = (0..<3 * width).map { UInt8(truncatingIfNeeded: $0 / 7 + $0 % 3 * 40) }
    var pixels: [UInt8] = []
    for _ in 0..<height { pixels += row }
    let bytes = try RGBImage(width: width, height: height, pixels: pixels).encoded(as: format, quality: 80)
    #expect(FileManager.default.createFile(atPath: "\(folder)/photograph", contents: Data(bytes)))
    let command = try await FinishedCommand(
      shell: "echo memory | \"$0\" bench photograph '\(folder)/photograph' --side 256")
    let lines = command.output.split(separator: "\n")
    #expect(command.status == 0 && lines.count == 2, "\(command.errors)")
    let peak = try decoder.decode([String: Int].self, from: Data(try #require(lines.last).utf8))
    let memory = try #require(peak["bytes"])
    let plan = try DecodingPlan(of: bytes, .stretch, width: 256, height: 256)
    let most = 8_000_000 + (format == .webp ? pixels.count : 0)
    #expect(memory <= plan.bytes && plan.bytes <= most, "\(memory) of \(plan.bytes) bytes")
  }

  @Test("network: a heatmap is measured in turns with pictures")
  func heatmap() async throws {
    let command = try await FinishedCommand(
      "bench", "network", "--image-size", "32", "--channels", "8", "--blocks", "1", "--runs", "2", "--json",
      "--output", "heatmap")
    #expect(command.status == 0, "\(command.errors)")
    struct Report: Decodable {
      let output: String
      let ofPicture: Double
    }
    let report = try decoder.decode(Report.self, from: Data(command.output.utf8))
    #expect(report.output == "heatmap" && report.ofPicture > 0)
  }

  @Test("network: prints a table, and saves the JSON of the same run")
  func network() async throws {
    let file = "\(folder)/network.json"
    let command = try await FinishedCommand(
      "bench", "network", "--image-size", "32", "--channels", "8", "--blocks", "1", "--runs", "2", "--save",
      file)
    #expect(command.status == 0 && command.errors.isEmpty)
    #expect(command.output.hasPrefix("light 8×1 32² f32, batch 1"))

    struct Report: Decodable {
      struct Seconds: Decodable {
        let min: Double
        let median: Double
        let max: Double
      }
      let samples: Int
      let secondsPerImage: Seconds
      let gflops: Double
      let peakGflops: Double
      let fractionOfPeak: Double
      let peakRssBytes: Int
    }
    let report = try decoder.decode(Report.self, from: Data(try File.read(file)))
    #expect(report.samples == 2 && report.peakRssBytes > 0)
    #expect(report.secondsPerImage.min > 0)
    #expect(report.secondsPerImage.min <= report.secondsPerImage.median)
    #expect(report.secondsPerImage.median <= report.secondsPerImage.max)
    #expect(abs(report.fractionOfPeak - report.gflops / report.peakGflops) < 1e-9)
  }

  @Test("network: the ResNet generators, and no option of one family for the other")
  func resnet() async throws {
    let small = ["bench", "network", "--image-size", "32", "--channels", "8", "--runs", "1"]
    let plain = try await FinishedCommand(arguments: small + ["--architecture", "resnet"])
    #expect(plain.status == 0 && plain.output.hasPrefix("resnet 8×9 32² f32"), "\(plain.errors)")
    let antialiased = try await FinishedCommand(
      arguments: small + ["--architecture", "resnet", "--antialias", "--blocks", "2", "--precision", "bf16"])
    #expect(antialiased.output.hasPrefix("resnet-antialiased 8×2 32² bf16"), "\(antialiased.errors)")
    for mixed in [["--antialias"], ["--architecture", "resnet", "--variant", "light"]] {
      #expect(try await FinishedCommand(arguments: small + mixed).status == 64)
    }
  }

  @Test("sizes: every size with every width, and the worst by the best, drift taken out")
  func sizes() async throws {
    let command = try await FinishedCommand(
      "bench", "sizes", "--image-size", "32", "64", "--channels", "8", "16", "--seconds", "0", "--json")
    #expect(command.status == 0 && command.errors.isEmpty)

    struct Report: Decodable {
      struct Shape: Decodable {
        let channels: Int
        let imageSize: Int
        let samples: Int
        let picosecondsDone: Double
        let peakGflops: Double
      }
      let shapes: [Shape]
      let worstDone: Double
    }
    let report = try decoder.decode(Report.self, from: Data(command.output.utf8))
    #expect(report.shapes.map { [$0.channels, $0.imageSize] } == [[8, 32], [8, 64], [16, 32], [16, 64]])
    #expect(report.shapes.allSatisfy { $0.samples == 3 })
    let times = report.shapes.map { $0.picosecondsDone * $0.peakGflops }
    #expect(abs(report.worstDone - times.max()! / times.min()!) < 1e-9)
  }

  @Test("a shape that there is no plan for is told, not run")
  func refusal() async throws {
    let command = try await FinishedCommand("bench", "network", "--image-size", "30")
    #expect(command.status == 65)
    #expect(command.errors.contains("multiple of 4"))
  }
}
