/// Time per multiply-add of many shapes of one network.
struct SizesReport: BenchReport {
  struct Shape: Encodable {
    let channels: Int
    let imageSize: Int
    /// Median, per image.
    let seconds: Double
    let samples: Int
    /// What the machine reached meanwhile in fused multiply-adds of f32.
    let peakGflops: Double
    /// Per multiply-add that is really done, in the Winograd and sub-pixel forms.
    let picosecondsDone: Double
    /// Per multiply-add of the network as it is written down.
    let picosecondsWritten: Double

    /// The same in the time that a multiply-add takes at the peak, which a change of the machine's speed between two
    /// shapes leaves as it is.
    var relativeDone: Double { picosecondsDone * peakGflops }
    var relativeWritten: Double { picosecondsWritten * peakGflops }
  }

  let isa: String
  let threads: Int
  let precision: String
  let shapes: [Shape]
  /// The slowest shape's time per multiply-add by the fastest's, each by the peak of its time.
  let worstDone: Double
  let worstWritten: Double

  /// - Parameter shapes: at least one.
  init(isa: String, threads: Int, precision: String, shapes: [Shape]) {
    self.isa = isa
    self.threads = threads
    self.precision = precision
    self.shapes = shapes
    worstDone = Self.spread(shapes.map(\.relativeDone))
    worstWritten = Self.spread(shapes.map(\.relativeWritten))
  }

  private static func spread(_ times: [Double]) -> Double { times.max()! / times.min()! }

  var text: String {
    let done = table("done", worstDone, \.relativeDone)
    let written = table("of the network as written", worstWritten, \.relativeWritten)
    return "light generator, batch 1, \(precision), \(threads) threads, \(isa)\n\n\(done)\n\n\(written)"
  }

  private func table(_ what: String, _ worst: Double, _ time: KeyPath<Shape, Double>) -> String {
    let best = shapes.map { $0[keyPath: time] }.min()!
    let sizes = Set(shapes.map(\.imageSize)).sorted()
    let widths = Set(shapes.map(\.channels)).sorted()
    let head = column("ngf", 6) + sizes.map { column("\($0)²", 8) }.joined()
    let rows = widths.map { width in
      column("\(width)", 6)
        + sizes.map { size in
          let shape = shapes.first { $0.channels == width && $0.imageSize == size }
          return column(shape.map { fixed($0[keyPath: time] / best, 2) } ?? "", 8)
        }.joined()
    }
    return """
      time per multiply-add \(what), each by the peak measured in turns, by the best; worst \(fixed(worst, 2))
      \(([head] + rows).joined(separator: "\n"))
      """
  }
}
