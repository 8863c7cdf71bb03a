/// What somebody may have meant.
public enum Spelling {
  /// The word that is fewest slips away: letters put in, left out, mistaken, or two that changed places.  Nil where
  /// each is more than a third of its letters away, since that is another word.
  public static func nearest(to word: String, among words: some Sequence<String>) -> String? {
    words.map { (word: $0, slips: slips(from: word, to: $0)) }
      .filter { 3 * $0.slips <= max($0.word.count, word.count) }
      .min { $0.slips < $1.slips }?.word
  }

  /// The distance of optimal string alignment.
  static func slips(from word: String, to other: String) -> Int {
    let (word, other) = (Array(word), Array(other))
    var beforeLast: [Int] = []
    var last = Array(0...other.count)
    for row in 0..<word.count {
      var next = [row + 1]
      for column in 0..<other.count {
        var slips = min(
          last[column] + (word[row] == other[column] ? 0 : 1), last[column + 1] + 1, next[column] + 1)
        if row > 0, column > 0, word[row] == other[column - 1], word[row - 1] == other[column] {
          slips = min(slips, beforeLast[column - 1] + 1)
        }
        next.append(slips)
      }
      (beforeLast, last) = (last, next)
    }
    return last[other.count]
  }
}
