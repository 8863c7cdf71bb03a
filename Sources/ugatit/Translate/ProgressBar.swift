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

  mutating func advance() {
    done += 1
    show()
  }

  private func show() {
    guard isShown else { return }
    let width = 30
    let filled = width * done / max(total, 1)
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
    let seconds = start.duration(to: .now) / .seconds(1)
    let rate = seconds > 0 ? (10 * Double(done) / seconds).rounded() / 10 : 0
    writeError("\r[\(bar)] \(done)/\(total)  \(rate) a second\(done == total ? "\n" : "")")
  }
}
