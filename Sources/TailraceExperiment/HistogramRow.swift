import TailraceStatistics

/// A non-empty bucket of a latency histogram, in nanoseconds; both bounds belong to it.
public struct HistogramRow: Sendable, Equatable {
  public var low: UInt64
  public var high: UInt64
  public var count: UInt64

  public init(low: UInt64, high: UInt64, count: UInt64) {
    self.low = low
    self.high = high
    self.count = count
  }
}

extension HistogramRow {
  /// The same counts in wider buckets: 64 an octave, each at most 1.6 % wide.
  ///
  /// The full 512 an octave make rows by the ten thousand, which no picture shows. Every wide bucket
  /// is a whole number of narrow ones, so that sums up to its bounds do not change.
  ///
  /// - Parameter rows: buckets of the fine histogram, ascending.
  /// - Returns: the wide buckets that are not empty, ascending; linear time.
  public static func merged(_ rows: [HistogramRow]) -> [HistogramRow] {
    let wide = LogBuckets.plotted
    var merged: [HistogramRow] = []
    for row in rows {
      if let last = merged.last, row.low <= last.high {
        merged[merged.count - 1].count += row.count
      } else {
        let index = wide.index(of: row.low)
        merged.append(
          HistogramRow(
            low: wide.lowerBound(of: index), high: wide.upperBound(of: index), count: row.count))
      }
    }
    return merged
  }
}
