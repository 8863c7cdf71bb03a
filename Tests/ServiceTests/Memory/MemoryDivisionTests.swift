import Images
import Testing

@testable import Service

@Suite("The division of a server's memory")
struct MemoryDivisionTests {
  private static let models = [ModelDescription.named("negative", directions: ["A2B"])]

  private func divide(
    _ limit: Int?, measured: Int = 100 << 20, models: [ModelDescription] = Self.models,
    _ change: (inout ServiceConfiguration) -> Void = { _ in }
  ) throws -> MemoryDivision {
    var configuration = ServiceConfiguration()
    change(&configuration)
    return try MemoryDivision(configuration, limit: limit, measured: measured, models: models)
  }

  @Test("gives uploads their standard, or what is left if that is less, and never more than there is")
  func uploads() throws {
    #expect(try divide(nil)[.uploads] == 256 << 20)
    #expect(try divide(1 << 30)[.uploads] == 256 << 20)
    let tight = try divide(400 << 20)
    #expect(tight[.uploads] < 256 << 20)
    #expect(tight.bytes.values.reduce(0, +) == 400 << 20)
    #expect(try divide(1 << 30) { $0.uploadMemory = 512 << 20 }[.uploads] == 512 << 20)
  }

  @Test("gives other sizes their standard, or what uploads leave of it, unless it is told")
  func sizes() throws {
    #expect(try divide(nil)[.sizes] == 256 << 20)
    #expect(try divide(4 << 30)[.sizes] == 256 << 20)
    #expect(try divide(400 << 20)[.sizes] == 0)
    let some = try divide(700 << 20)
    #expect(some[.uploads] == 256 << 20 && some[.sizes] > 0 && some[.sizes] < 256 << 20)
    #expect(some.bytes.values.reduce(0, +) == 700 << 20)
    #expect(try divide(nil) { $0.sideMemory = 1 << 20 }[.sizes] == 1 << 20)
    #expect(try divide(nil) { $0.sideMemory = 0 }[.sizes] == 0)
    let error = #expect(throws: MemoryShortage.self) { try divide(1 << 30) { $0.sideMemory = 1 << 30 } }
    #expect(error?.description.contains("--side-memory-mb") == true)
  }

  @Test("is an error that tells every part and what lowers it, where it does not fit")
  func shortage() throws {
    let error = try #require(throws: MemoryShortage.self) { try divide(256 << 20) }
    for part in MemoryDivision.Part.allCases { #expect(error.description.contains(part.rawValue)) }
    for option in ["--memory-mb", "--max-megapixels", "--keep-results", "--max-queue", "256 MiB"] {
      #expect(error.description.contains(option))
    }
    // Lowering what it names helps.
    _ = try divide(256 << 20) {
      $0.decoding.maxPixels = 4_000_000
      $0.server.maximumBodyBytes = 8 << 20
    }
    #expect(throws: MemoryShortage.self) { try divide(1 << 30) { $0.uploadMemory = 1 << 30 } }
  }

  @Test(
    "refuses memory for uploads that never holds what the other options promise, with or without a figure")
  func promises() throws {
    let error = try #require(throws: MemoryShortage.self) { try divide(nil) { $0.uploadMemory = 63 << 20 } }
    #expect(error.description.contains("--upload-memory-mb"))
    _ = try divide(nil) {
      $0.uploadMemory = 64 << 20
      $0.decoding.maxPixels = 1_000_000
      $0.server.maximumBodyBytes = 32 << 20
    }
    #expect(throws: MemoryShortage.self) {
      try divide(nil) {
        $0.uploadMemory = 64 << 20
        $0.decoding.maxPixels = 1_000_000
        $0.server.maximumBodyBytes = 33 << 20
      }
    }
  }

  @Test("counts what the queue and the results hold")
  func counted() throws {
    let pixels = NegativeNetwork.width * NegativeNetwork.height
    let small = try divide(nil) {
      $0.queue.maxQueue = 10
      $0.keptResults = 3
    }
    let large = try divide(nil) {
      $0.queue.maxQueue = 11
      $0.keptResults = 4
    }
    // A tensor and a picture that wait, and two that are drawn.
    #expect(large[.queue] - small[.queue] == pixels * 15 + 2 * (pixels * 6 + pixels / 4))
    #expect(large[.results] - small[.results] == pixels * 3 + pixels / 4 + ResultStore.overhead)
    #expect(try divide(nil) { $0.keptResults = 1_000_000 }[.results] == 256 << 20)
  }

  @Test("counts the maps of discriminators, and what they lie over, where a model has some")
  func judged() throws {
    let pixels = NegativeNetwork.width * NegativeNetwork.height
    let judged = Self.models + [.named("judged", directions: ["A2B"], judges: [.global, .local])]
    let plain = try divide(nil) { $0.keptResults = 3 }
    let more = try divide(nil, models: judged) { $0.keptResults = 3 }
    #expect(more[.results] - plain[.results] == 3 * 2 * (pixels * 3 + pixels / 4))
    #expect(more[.queue] > plain[.queue])
  }

  @Test("Loading ends when there is too little, whichever model it was that took it")
  func loading() throws {
    let figure = MemoryFigure(limit: 100 << 20)
    try figure.check(100 << 20 - MemoryDivision.reserve)
    #expect(throws: MemoryShortage.self) { try figure.check(100 << 20) }
    #expect(throws: MemoryShortage.self) { try figure.check(0) }
    try MemoryFigure(limit: nil).check(.max)
  }

  @Test("The system tells what the process holds")
  func measured() throws {
    let before = try #require(ProcessMemory.anonymousBytes)
    let block = [UInt8](repeating: 1, count: 64 << 20)
    let after = try #require(ProcessMemory.anonymousBytes)
    // Other tests take and give at the same time.
    #expect(before > 1 << 20 && after > 64 << 20)
    withExtendedLifetime(block) {}
  }
}
