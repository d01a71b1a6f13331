import TailraceCatalog
import TailraceTables

/// Reads a histogram from Prometheus' text format: lines `name_bucket{le="0.005",…} count`, where a
/// count includes those of lower bounds. Series that differ only in other labels are added up.
enum PrometheusReader {
  static func read(
    _ bytes: [UInt8], _ query: MeasurementQuery
  ) throws(MeasurementFailure) -> MeasuredInput {
    let text = TextLines(bytes)
    var mistakes = MistakeList()
    var series: [Series] = []
    let wanted = query.metric.map(PrometheusWanted.init)
    for line in text where text.bytes[line.lower] != 0x23 {
      if mistakes.isFull { break }
      do throws(TableMistake) {
        guard let found = try PrometheusSample(text, line),
          let sample = try Sample(text, line, found),
          wanted?.holds(sample.name, sample.labels) ?? true
        else { continue }
        if let i = series.firstIndex(where: { $0.key == sample.key }) {
          series[i].rows.append(sample.row)
        } else {
          guard series.count < seriesMax else {
            throw text.mistake(
              line, "begins one series too many: at most \(seriesMax)", isFatal: true)
          }
          series.append(Series(name: sample.name, key: sample.key, rows: [sample.row]))
        }
      } catch {
        mistakes.add(error)
        if error.isFatal { break }
      }
    }
    try mistakes.check()
    let summaries = try SummaryReader.series(text, wanted)
    guard let first = series.first else {
      if !summaries.isEmpty { return try SummaryReader.read(summaries, text, query) }
      let what =
        query.metric.map { "no buckets or quantiles of '\($0.clipped)'" }
        ?? "no histogram's buckets and no summary's quantiles"
      throw .question(
        "the file holds \(what): lines such as name_bucket{le=\"0.1\"} 12 or "
          + "name{quantile=\"0.99\"} 0.12")
    }
    var names: [String] = []
    for one in series where !names.contains(one.name) { names.append(one.name) }
    if names.count > 1 || !summaries.isEmpty {
      for one in summaries where !names.contains(one.name) { names.append(one.name) }
      let kind = summaries.isEmpty ? "histograms" : "histograms and summaries"
      throw .question("the file holds \(kind) \(shown(names)): choose one with '--metric'")
    }
    guard let quantity = query.quantity ?? MeasuredQuantity(suffixOf: first.name) else {
      throw BucketReader.noUnit(of: "'\(first.name)'")
    }
    var all: CountedBuckets?
    for one in series {
      let made = BucketReader.made(
        of: one.rows.sorted { $0.bound < $1.bound }, quantity, isCumulative: true, text, &mistakes)
      guard let made else { continue }
      if var sum = all {
        guard sum.bounds == made.bounds else {
          mistakes.add(
            text.mistake(one.rows[0].place, "belongs to a series with other bounds than the first"))
          continue
        }
        for i in sum.counts.indices { sum.counts[i] += made.counts[i] }
        sum.overflow += made.overflow
        all = sum
      } else {
        all = made
      }
    }
    try mistakes.check()
    guard let all else {
      throw .mistakes([TableMistake(line: 1, column: 1, "the histogram counts nothing")])
    }
    var input = MeasuredInput(format: .prometheus)
    input.name = first.name
    input.quantity = quantity
    input.measurements = .buckets(all)
    input.notes += BucketReader.overflowNotes(all)
    if series.count > 1 {
      input.notes.append("\(series.count) series of '\(first.name)' were added up")
    }
    return input
  }

  static func shown(_ names: [String]) -> String {
    let all = names.prefix(12).map { "'\($0.clipped)'" }.joined(separator: ", ")
    return names.count > 12 ? all + ", …" : all
  }

  /// Most series of a file.
  static let seriesMax = 10_000

  private struct Series {
    let name: String
    /// Name and labels without the bound.
    let key: String
    var rows: [BucketRow]
  }
  /// A line of a bucket.
  private struct Sample {
    let name: String
    let labels: [String]
    let row: BucketRow
    let key: String

    /// Nil for a line of something else.
    init?(
      _ text: TextLines, _ line: TextLines.Word, _ sample: PrometheusSample
    ) throws(TableMistake) {
      guard sample.name.hasSuffix("_bucket") else { return nil }
      name = String(sample.name.dropLast(7))
      labels = sample.labels(without: "le")
      key = name + "{" + labels.joined(separator: ",") + "}"
      guard let bound = sample.value(of: "le") else {
        throw text.mistake(line, "is a bucket without the label le")
      }
      guard let value = sample.values.first, let count = text.number(value) else {
        throw text.mistake(sample.values.first ?? line, "is no count")
      }
      let limit = text.isInfinite(bound) ? .infinity : text.number(bound)
      guard let limit else { throw text.mistake(bound, "is no upper bound") }
      row = BucketRow(bound: limit, count: count, place: bound, countPlace: value)
    }
  }
}
