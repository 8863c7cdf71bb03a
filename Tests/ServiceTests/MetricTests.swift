import Testing

@testable import Service

@Suite("Prometheus' text format")
struct MetricTests {
  @Test("Counters and gauges: help, type, labels escaped, whole numbers without a fraction")
  func countersAndGauges() {
    let counter = Counter("hits_total", "Hits,\nby \\ path.", labels: ["path"])
    counter.increment("/b")
    counter.increment(by: 1.5, "a\"\\\n")
    counter.increment("/b")
    let gauge = Gauge("depth", "Depth.") { 3 }
    let unknown = Gauge("unknown", "Cannot be known.") { nil }
    #expect(
      Exposition.text(of: [counter, gauge, unknown]) == #"""
        # HELP hits_total Hits,\nby \\ path.
        # TYPE hits_total counter
        hits_total{path="/b"} 2
        hits_total{path="a\"\\\n"} 1.5
        # HELP depth Depth.
        # TYPE depth gauge
        depth 3
        # HELP unknown Cannot be known.
        # TYPE unknown gauge

        """#)
  }

  @Test("A counter without labels is 0 before its first event")
  func zeroes() {
    #expect(Counter("a_total", "A.").samples() == "a_total 0\n")
    #expect(Counter("a_total", "A.", labels: ["x"]).samples() == "")
  }

  @Test("What is expected is there as nothing, and what is expected again keeps what it has")
  func expectations() {
    let counter = Counter("a_total", "A.", labels: ["x"], expected: [["1"]])
    let histogram = Histogram("h", "H.", labels: ["x"], bounds: [1], expected: [["1"]])
    counter.increment("1")
    histogram.observe(3, "1")
    counter.expect([["1"], ["2"]])
    histogram.expect([["1"], ["2"]])
    #expect(counter.samples() == "a_total{x=\"1\"} 1\na_total{x=\"2\"} 0\n")
    #expect(
      histogram.samples() == """
        h_bucket{x="1",le="1"} 0
        h_bucket{x="1",le="+Inf"} 1
        h_sum{x="1"} 3
        h_count{x="1"} 1
        h_bucket{x="2",le="1"} 0
        h_bucket{x="2",le="+Inf"} 0
        h_sum{x="2"} 0
        h_count{x="2"} 0

        """)
  }

  @Test("Histograms: cumulative buckets with inclusive bounds, sum and count")
  func histograms() {
    let histogram = Histogram("t_seconds", "T.", labels: ["route"], bounds: [0.5, 1])
    for value in [0.25, 0.5, 0.75, 8] { histogram.observe(value, "/") }
    #expect(
      histogram.samples() == """
        t_seconds_bucket{route="/",le="0.5"} 2
        t_seconds_bucket{route="/",le="1"} 3
        t_seconds_bucket{route="/",le="+Inf"} 4
        t_seconds_sum{route="/"} 9.5
        t_seconds_count{route="/"} 4

        """)
  }

  @Test("Numbers that are none are written as Prometheus wants them")
  func specialNumbers() {
    #expect(
      [Double.infinity, -.infinity, .nan, 1e300].map(Exposition.number) == ["+Inf", "-Inf", "NaN", "1e+300"])
  }

  @Test("Many threads' events are all counted")
  func concurrency() async {
    let counter = Counter("c_total", "C.", labels: ["k"])
    let histogram = Histogram("h", "H.", bounds: [1])
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for _ in 0..<1000 {
            counter.increment("\(task % 2)")
            histogram.observe(2)
          }
        }
      }
    }
    #expect(counter.samples() == "c_total{k=\"0\"} 4000\nc_total{k=\"1\"} 4000\n")
    #expect(histogram.samples().hasSuffix("h_sum 16000\nh_count 8000\n"))
  }
}
