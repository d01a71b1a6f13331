import TailraceCatalog
import TailraceTables

/// Reads a summary from Prometheus' text format: lines `name{quantile="0.99",…} 0.12`, the quantiles
/// that a client computed itself.
///
/// Quantiles of several series have no common quantile, so that one series has to be chosen.
enum SummaryReader {
  /// The quantiles of one summary with one set of other labels.
  struct Series {
    let name: String
    /// As `--metric` has it.
    let metric: String
    fileprivate var rows: [Row]
  }

  fileprivate struct Row {
    let level: TextLines.Word
    let value: TextLines.Word
  }

  /// All summaries of a text that are asked for; lines of histograms are left out.
  static func series(
    _ text: TextLines, _ wanted: PrometheusWanted?
  ) throws(MeasurementFailure) -> [Series] {
    var mistakes = MistakeList()
    var series: [Series] = []
    for line in text where text.bytes[line.lower] != 0x23 {
      if mistakes.isFull { break }
      do throws(TableMistake) {
        guard let sample = try PrometheusSample(text, line), !sample.name.hasSuffix("_bucket"),
          let level = sample.value(of: "quantile")
        else { continue }
        let labels = sample.labels(without: "quantile")
        guard wanted?.holds(sample.name, labels) ?? true else { continue }
        guard let value = sample.values.first else {
          throw text.mistake(line, "is a quantile without a value")
        }
        let metric =
          labels.isEmpty ? sample.name : sample.name + "{" + labels.joined(separator: ",") + "}"
        if let i = series.firstIndex(where: { $0.metric == metric }) {
          series[i].rows.append(Row(level: level, value: value))
        } else {
          guard series.count < PrometheusReader.seriesMax else {
            throw text.mistake(
              line, "begins one series too many: at most \(PrometheusReader.seriesMax)",
              isFatal: true)
          }
          series.append(
            Series(
              name: sample.name, metric: metric, rows: [Row(level: level, value: value)]))
        }
      } catch {
        mistakes.add(error)
        if error.isFatal { break }
      }
    }
    try mistakes.check()
    return series
  }

  /// The quantiles of the only series.
  static func read(
    _ series: [Series], _ text: TextLines, _ query: MeasurementQuery
  ) throws(MeasurementFailure) -> MeasuredInput {
    guard series.count == 1, let one = series.first else {
      let shown = PrometheusReader.shown(series.map(\.metric))
      throw .question(
        "the file holds summaries \(shown), and quantiles of several cannot be merged: choose one "
          + "with '--metric'")
    }
    guard let quantity = query.quantity ?? MeasuredQuantity(suffixOf: one.name) else {
      throw BucketReader.noUnit(of: "'\(one.name)'")
    }
    var mistakes = MistakeList()
    var points: [(point: QuantilePoint, row: Row)] = []
    for row in one.rows {
      do throws(TableMistake) {
        points.append((try point(row, text, quantity), row))
      } catch { mistakes.add(error) }
    }
    points.sort { ($0.point.level, $0.row.level.lower) < ($1.point.level, $1.row.level.lower) }
    for (one, next) in zip(points, points.dropFirst()) {
      if one.point.level == next.point.level {
        mistakes.add(text.mistake(next.row.level, "is a level given twice"))
      } else if next.point.value < one.point.value {
        mistakes.add(
          text.mistake(
            next.row.value, "is less than the value of the quantile \(text.text(one.row.level))"))
      }
    }
    try mistakes.check()
    guard let first = points.first, let last = points.last, points.count >= 2 else {
      throw .mistakes([
        TableMistake(
          line: one.rows[0].level.line, column: one.rows[0].level.column,
          "a law needs two quantiles; '\(one.metric.clipped)' has \(points.count)")
      ])
    }
    var input = MeasuredInput(format: .prometheus)
    input.name = one.metric
    input.quantity = quantity
    input.measurements = .points(points.map(\.point))
    if first.point.level > 0 || last.point.level < 1 {
      input.notes.append(
        "nothing is known below the quantile \(text.text(first.row.level)) and above "
          + "\(text.text(last.row.level)): an empirical law holds the values there")
    }
    return input
  }

  private static func point(
    _ row: Row, _ text: TextLines, _ quantity: MeasuredQuantity
  ) throws(TableMistake) -> QuantilePoint {
    guard let level = text.number(row.level), (0...1).contains(level) else {
      throw text.mistake(row.level, "is no quantile from 0 to 1")
    }
    if text.text(row.value).lowercased() == "nan" {
      throw text.mistake(row.value, "is no value: the summary had seen nothing in its window")
    }
    guard let number = text.number(row.value) else { throw text.mistake(row.value, "is no number") }
    if number < 0 { throw text.mistake(row.value, "is negative") }
    let value = number * Double(quantity.scale)
    if value > quantity.limit { throw text.mistake(row.value, quantity.tooLarge) }
    return QuantilePoint(level: level, value: value)
  }
}
