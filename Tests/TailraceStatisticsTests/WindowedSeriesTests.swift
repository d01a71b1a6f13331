import Testing

@testable import TailraceStatistics

@Suite("Windowed series")
struct WindowedSeriesTests {
  @Test("A value belongs to the interval that holds its time; the first instant is inside")
  func byHand() {
    var series = WindowedSeries(start: 100, intervalLength: 10, intervalCount: 3)
    let records: [(UInt64, UInt64)] = [
      (1, 99), (2, 100), (3, 109), (4, 110), (5, 129), (6, 130), (7, 0), (8, .max),
    ]
    for (value, time) in records { series.record(value, at: time) }
    let intervals = series.intervals
    #expect(intervals.map(\.count) == [2, 1, 1])
    #expect(intervals.map(\.sum) == [5, 4, 5])
    #expect(intervals.map(\.maximum) == [3, 4, 5])
    #expect(intervals.map(\.mean) == [2.5, 4, 5])
  }

  @Test("An interval without values has no mean")
  func empty() {
    let series = WindowedSeries(start: 0, intervalLength: 1, intervalCount: 1)
    #expect(series.intervals == [IntervalTotals()])
    #expect(series.intervals[0].mean == nil)
    var none = WindowedSeries(start: 0, intervalLength: 1, intervalCount: 0)
    none.record(1, at: 0)
    #expect(none.intervals.isEmpty)
  }

  @Test("Sums beyond 64 bits are exact")
  func large() {
    var series = WindowedSeries(start: 0, intervalLength: 1, intervalCount: 1)
    for _ in 0..<3 { series.record(.max, at: 0) }
    #expect(series.intervals[0].sum == 3 * UInt128(UInt64.max))
  }

  @Test("Merging equals recording both")
  func merging() {
    for seed in 0..<200 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      var parts = WindowedSeries(start: 50, intervalLength: 7, intervalCount: 9)
      var other = WindowedSeries(start: 50, intervalLength: 7, intervalCount: 9)
      var both = WindowedSeries(start: 50, intervalLength: 7, intervalCount: 9)
      for _ in 0..<40 {
        let value = random.anyMagnitude()
        let time = random.below(150)
        if random.below(2) == 0 {
          parts.record(value, at: time)
        } else {
          other.record(value, at: time)
        }
        both.record(value, at: time)
      }
      parts.merge(other)
      #expect(parts.intervals == both.intervals, "seed \(seed)")
    }
  }
}
