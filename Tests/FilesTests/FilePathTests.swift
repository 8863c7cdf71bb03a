import Files
import Testing

@Suite("A path")
struct FilePathTests {
  @Test(
    "has a name, and a folder that it lies in",
    arguments: [
      ("a", ".", "a"), ("a/b", "a", "b"), ("a//b//", "a", "b"), ("/a", "/", "a"), ("//a", "/", "a"),
      ("/", "/", ""),
      ("a/", ".", "a"), ("./-", ".", "-"), ("a/..", "a", ".."),
    ])
  func components(path: String, folder: String, name: String) {
    #expect(FilePath(path).folder == FilePath(folder))
    #expect(FilePath(path).name == Array(name.utf8))
  }

  @Test("is its bytes: two spellings that Unicode takes for one are two")
  func spellings() {
    let (composed, decomposed) = ("\u{E9}.jpg", "e\u{301}.jpg")
    #expect(composed == decomposed)
    #expect(FilePath(composed) != FilePath(decomposed))
  }

  @Test("shows what is no text, and nothing that moves a cursor")
  func description() {
    #expect(
      "\(FilePath(bytes: Array("gr\u{FC}n-".utf8) + [0xFC, 0x0A, 0x1B]))" == "gr\u{FC}n-\\xFC\\n\\u{1B}")
    #expect(FilePath(bytes: [0xFF]).text == nil)
  }

  @Test("comes through text whole, whatever its bytes are")
  func carrying() throws {
    var generator = SystemRandomNumberGenerator()
    let carriers: [UInt8] = Array("\u{10FF80}\u{10FFFF}\u{10FF7F}".utf8)
    for _ in 0..<200 {
      // Runs of text, of what looks like the carrying scalars, and of anything, cut anywhere.
      let pieces: [[UInt8]] = [
        Array("a\u{E9}\u{1F600}".utf8), carriers,
        (0..<8).map { _ in UInt8.random(in: 1...255, using: &generator) },
      ]
      let all = (0..<4).flatMap { _ in pieces.randomElement()! }
      let bytes = Array(all.dropFirst(Int.random(in: 0...3)).dropLast(Int.random(in: 0...3)))
      #expect(FilePath(carriedBy: FilePath.text(carrying: bytes))?.bytes == bytes, "\(bytes)")
    }
    #expect(FilePath.text(carrying: Array("a\u{E9}".utf8)) == "a\u{E9}")
    #expect(FilePath(carriedBy: "") == nil)
  }
}
