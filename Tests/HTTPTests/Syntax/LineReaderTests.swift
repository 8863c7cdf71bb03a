import Testing

@testable import HTTP

@Suite("Lines of a header")
struct LineReaderTests {
  @Test("take hardly more memory than they have bytes, in pieces of any size")
  func memory() throws {
    for piece in [1, 100, 4096, 20_000] {
      var reader = LineReader(budget: 40_000)
      for _ in 0..<(31_000 / piece) {
        var index = 0
        _ = try reader.read([UInt8](repeating: 0x61, count: piece).span, from: &index)
        #expect(reader.line.capacity <= max(2 * 4096, reader.line.count + 4096 + 64))
      }
      #expect(reader.line.count == 31_000 / piece * piece)
    }
  }
}
