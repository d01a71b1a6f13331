import Testing

@testable import TailraceReports

@Suite("Latency curves") struct LatencyCurveTests {
  /// A hundred requests of 1 ms, ninety of 2 ms, eleven of 50 ms and two of 90 ms.
  private let curve = LatencyCurve(
    label: "users", series: 0,
    buckets: [(1, 1, 100), (2, 2, 90), (50, 50, 11), (90, 90, 2)],
    quantiles: [], mean: (nil, nil), max: 90)

  @Test("A curve ends where fewer than ten requests lie beyond")
  func percentiles() {
    let points = curve.byShare
    #expect(points.map(\.y) == [1, 1, 2])
    #expect(points.map { Int(($0.x * 203).rounded()) } == [0, 100, 190])
  }

  @Test("The last few of a tail are drawn apart, and every share is exact")
  func tail() {
    let (known, few) = curve.tail
    #expect(known.map(\.x) == [1, 1, 2])
    #expect(known.map { Int(($0.y * 203).rounded()) } == [203, 103, 13])
    #expect(few.map(\.x) == [2, 50])
    #expect(few.map { Int(($0.y * 203).rounded()) } == [13, 2])
  }

  @Test("Too few requests make no curve")
  func few() {
    var small = curve
    small.buckets = [(1, 1, 3)]
    #expect(small.byShare.isEmpty)
    #expect(LatencyCharts.percentiles([small], id: "a", heading: "") == nil)
    #expect(LatencyCharts.tails([small], id: "a", heading: "") == nil)
  }

  @Test(
    "Values that are written in any unit of the language are numbers of one unit",
    arguments: [
      ("250ms", 250.0), ("1.5s", 1_500), ("40us", 0.04), ("12", 12), ("700/s", 700), ("60/min", 1),
      ("1GiB", 1_073_741_824), ("20%", 20), ("LEAST_REQUEST", nil), ("", nil),
    ] as [(String, Double?)])
  func numbers(text: String, expected: Double?) {
    #expect(SweepChart.number(text) == expected)
  }
}
