import Testing

@testable import Service

@Suite("Spelling")
struct SpellingTests {
  @Test(
    "counts letters put in, left out, mistaken, and two that changed places",
    arguments: [
      ("serve", "serve", 0), ("serv", "serve", 1), ("sserve", "serve", 1), ("sorve", "serve", 1),
      ("sevre", "serve", 1), ("", "serve", 5), ("kitten", "sitting", 3),
    ])
  func slips(word: String, other: String, count: Int) {
    #expect(Spelling.slips(from: word, to: other) == count)
    #expect(Spelling.slips(from: other, to: word) == count)
  }

  @Test("finds the nearest word, and none where each is another")
  func nearest() {
    let words = ["model", "direction", "size"]
    #expect(Spelling.nearest(to: "modl", among: words) == "model")
    #expect(Spelling.nearest(to: "dircetion", among: words) == "direction")
    #expect(Spelling.nearest(to: "quality", among: words) == nil)
    #expect(Spelling.nearest(to: "x", among: [String]()) == nil)
  }
}
