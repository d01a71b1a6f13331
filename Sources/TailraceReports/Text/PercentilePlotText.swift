import TailraceExperiment

/// Percentiles of a run's latencies in the text format of HdrHistogram, which its plotter
/// (`plotFiles.html`), wrk2 and vegeta share.
///
/// Rows are those of its `outputPercentileDistribution` at five ticks per half distance: percentiles
/// nought, 0.1, ..., 0.5, 0.55, ..., 0.75 and so on towards one, each with the upper end of its bucket, until
/// the last bucket is reached; then the maximum, whose 1/(1-p) would be infinite and is left out.
/// Latencies are those of answered requests of all workloads together, in milliseconds.
public struct PercentilePlotText {
  private let buckets: [(value: UInt64, count: UInt64, middle: Double)]
  private let most: UInt64

  /// A text about a run; linear in its buckets.
  public init(_ result: RunResult) {
    most = result.workloads.compactMap(\.latencyMax).max() ?? 0
    let most = most
    buckets = result.workloads.flatMap(\.histogram).sorted { $0.low < $1.low }.map { row in
      let high = min(row.high, most)
      return (high, row.count, Double(row.low) + Double(row.high - row.low) / 2)
    }
  }

  /// The whole text, with a line break at its end.
  public var text: String {
    let total = buckets.reduce(UInt64(0)) { $0 + $1.count }
    var lines = [
      Self.padded("Value", 12) + " " + Self.padded("Percentile", 14) + " "
        + Self.padded("TotalCount", 10) + " " + Self.padded("1/(1-Percentile)", 14), "",
    ]
    if total > 0 { lines += rows(total) }
    let mean =
      buckets.reduce(0.0) { $0 + $1.middle * Double($1.count) } / Double(max(1, total))
    let square = buckets.reduce(0.0) {
      $0 + ($1.middle - mean) * ($1.middle - mean) * Double($1.count)
    }
    let deviation = (square / Double(max(1, total))).squareRoot()
    lines.append(
      "#[Mean    = \(Self.number(mean, 12)), StdDeviation   = \(Self.number(deviation, 12))]")
    lines.append(
      "#[Max     = \(Self.number(Double(most), 12)), Total count    = "
        + "\(Self.padded(String(total), 12))]")
    return lines.joined(separator: "\n") + "\n"
  }

  private func rows(_ total: UInt64) -> [String] {
    var lines: [String] = []
    var place = 0
    var below = buckets[0].count
    // What is left is tenths / (10 * 2^halvings): exact, so that no rank depends on rounding.
    for halvings in UInt64(0)..<60 {
      for tenths in stride(from: UInt64(10), to: 5, by: -1) {
        let whole = UInt64(10) << halvings
        while place < buckets.count - 1, Self.isBelow(below, whole - tenths, total, whole) {
          place += 1
          below += buckets[place].count
        }
        let left = Double(tenths) / Double(whole)
        lines.append(
          Self.row(buckets[place].value, 1 - left, below) + " "
            + Self.padded(DecimalText.fixed(1 / left, decimals: 2), 14))
        if below == total {
          return lines + [Self.row(most, 1, total)]
        }
      }
    }
    return lines + [Self.row(most, 1, total)]
  }

  /// Whether a / total < b / whole.
  private static func isBelow(_ a: UInt64, _ b: UInt64, _ total: UInt64, _ whole: UInt64) -> Bool {
    a.multipliedFullWidth(by: whole) < b.multipliedFullWidth(by: total)
  }

  private static func row(_ value: UInt64, _ percentile: Double, _ count: UInt64) -> String {
    number(Double(value), 12) + " " + DecimalText.fixed(percentile, decimals: 12) + " "
      + padded(String(count), 10)
  }

  /// Nanoseconds as milliseconds.
  private static func number(_ nanoseconds: Double, _ width: Int) -> String {
    padded(DecimalText.milliseconds(nanoseconds) ?? "0.000000", width)
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.utf8.count)) + text
  }
}
