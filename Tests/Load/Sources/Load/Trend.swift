/// A quantity over time, and the line that fits it best (least squares).
struct Trend {
  private var points: [(time: Double, value: Double)] = []

  mutating func add(_ value: Double, at time: Double) { points.append((time, value)) }

  /// Change in a second; 0 of less than two points.
  var slope: Double {
    let count = Double(max(points.count, 1))
    let time = points.reduce(0) { $0 + $1.time } / count
    let value = points.reduce(0) { $0 + $1.value } / count
    let spread = points.reduce(0) { $0 + ($1.time - time) * ($1.time - time) }
    let together = points.reduce(0) { $0 + ($1.time - time) * ($1.value - value) }
    return spread > 0 ? together / spread : 0
  }

  /// By how much it has changed from the first point to the last, by that line.
  var growth: Double { slope * ((points.last?.time ?? 0) - (points.first?.time ?? 0)) }
}
