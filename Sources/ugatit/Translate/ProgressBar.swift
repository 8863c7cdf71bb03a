/// A line on a terminal that is written over as work proceeds.
struct ProgressBar {
  private let total: Int
  private let isShown: Bool
  private let start = ContinuousClock.now
  private var done = 0

  init(total: Int, isShown: Bool) {
    self.total = total
    self.isShown = isShown
    show()
  }

  mutating func advance(by count: Int = 1) {
    done += count
    show()
  }

  private func show() {
    guard isShown else { return }
    let width = 30
    let filled = width * done / max(total, 1)
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
    let seconds = start.duration(to: .now) / .seconds(1)
    let rate = seconds > 0 ? (10 * Double(done) / seconds).rounded() / 10 : 0
    // Spaces over what a longer line has left.
    writeError(
      "\r[\(bar)] \(done)/\(total)  \(rate) a second\(done == total ? "        \n" : estimate(seconds))  ")
  }

  /// What is left, if it goes on as until now.
  private func estimate(_ seconds: Double) -> String {
    guard done > 0 else { return "" }
    let left = Int((seconds / Double(done) * Double(total - done)).rounded(.up))
    return left < 60 ? ", \(left) s left" : ", \(left / 60) min \(left % 60) s left"
  }
}
