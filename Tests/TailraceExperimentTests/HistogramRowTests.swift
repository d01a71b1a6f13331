import TailraceModel
import TailraceStatistics
import Testing

@testable import TailraceExperiment

@Suite("Histograms for pictures") struct HistogramRowTests {
  /// The narrow buckets of values spread over twelve octaves, each value once.
  private var narrow: [HistogramRow] {
    var histogram = Histogram(.fine)
    var value: UInt64 = 5
    for _ in 0..<4_000 {
      histogram.record(value)
      value = (value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407) % 5_000_000
    }
    var rows: [HistogramRow] = []
    histogram.forEachBucket {
      rows.append(HistogramRow(low: $0.low, high: $0.high, count: $0.count))
    }
    return rows
  }

  @Test("Every wide bucket is a whole number of narrow ones, and holds their counts")
  func exact() {
    let narrow = narrow
    let wide = HistogramRow.merged(narrow)
    #expect(wide.count < narrow.count / 2)
    for row in wide {
      let inside = narrow.filter { row.low <= $0.low && $0.high <= row.high }
      #expect(row.count == inside.reduce(0) { $0 + $1.count })
      #expect(row.count > 0)
      #expect(Double(row.high - row.low) <= Double(row.low) / 64)
    }
    #expect(wide.reduce(0) { $0 + $1.count } == 4_000)
    for (one, next) in zip(wide, wide.dropFirst()) { #expect(one.high < next.low) }
  }

  @Test("Small values keep a bucket each; nothing makes no rows")
  func small() {
    let rows = [3, 4, 100].map { HistogramRow(low: $0, high: $0, count: $0) }
    #expect(HistogramRow.merged(rows) == rows)
    #expect(HistogramRow.merged([]) == [])
  }
}
