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
    let wanted = query.metric.map(Wanted.init)
    for line in text where text.bytes[line.lower] != 0x23 {
      if mistakes.isFull { break }
      do throws(TableMistake) {
        guard let sample = try Sample(text, line), wanted?.holds(sample) ?? true else { continue }
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
    guard let first = series.first else {
      let what = query.metric.map { "no buckets of '\($0.clipped)'" } ?? "no histogram's buckets"
      throw .question("the file holds \(what): lines such as name_bucket{le=\"0.1\"} 12")
    }
    var names: [String] = []
    for one in series where !names.contains(one.name) { names.append(one.name) }
    if names.count > 1 {
      let shown = names.prefix(12).map { "'\($0.clipped)'" }.joined(separator: ", ")
      throw .question("the file holds histograms \(shown): choose one with '--metric'")
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
    var key: String { name + "{" + labels.joined(separator: ",") + "}" }

    /// Nil for a line of something else.
    init?(_ text: TextLines, _ line: TextLines.Word) throws(TableMistake) {
      guard let open = text.index(of: 0x7B, in: line) else { return nil }
      let full = text.text(text.part(line, from: line.lower, to: open))
      guard full.hasSuffix("_bucket") else { return nil }
      name = String(full.dropLast(7))
      var labels: [String] = []
      var bound: TextLines.Word?
      var i = open + 1
      while i < line.upper, text.bytes[i] != 0x7D {
        let lower = i
        while i < line.upper, text.bytes[i] != 0x22 { i += 1 }
        let valueLower = i + 1
        i += 1
        while i < line.upper, text.bytes[i] != 0x22 { i += text.bytes[i] == 0x5C ? 2 : 1 }
        guard i < line.upper else {
          throw text.mistake(line, "has a label whose value is not closed")
        }
        let label = text.text(text.part(line, from: lower, to: i + 1))
        if label.hasPrefix("le=") {
          bound = text.part(line, from: valueLower, to: i)
        } else {
          labels.append(label)
        }
        i += 1
        while i < line.upper, text.bytes[i] == 0x2C || text.bytes[i] == 0x20 { i += 1 }
      }
      self.labels = labels
      let rest = text.words(of: text.part(line, from: min(i + 1, line.upper), to: line.upper))
      guard let bound else { throw text.mistake(line, "is a bucket without the label le") }
      guard let value = rest.first, let count = text.number(value) else {
        throw text.mistake(rest.first ?? line, "is no count")
      }
      let limit = text.isInfinite(bound) ? .infinity : text.number(bound)
      guard let limit else { throw text.mistake(bound, "is no upper bound") }
      row = BucketRow(bound: limit, count: count, place: bound, countPlace: value)
    }
  }

  /// A name, perhaps with labels that a series must have.
  private struct Wanted {
    let name: String
    let labels: [String]

    init(_ text: String) {
      let parts = text.split(separator: "{", maxSplits: 1)
      let name = parts.first.map(String.init) ?? ""
      self.name = name.hasSuffix("_bucket") ? String(name.dropLast(7)) : name
      let inner = parts.count > 1 ? parts[1].split(separator: "}").first ?? "" : ""
      labels = inner.split(separator: ",").map { part in
        String(part.drop { $0 == " " })
      }
    }

    func holds(_ sample: Sample) -> Bool {
      sample.name == name && labels.allSatisfy(sample.labels.contains)
    }
  }
}
