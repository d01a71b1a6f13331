import TailraceCatalog
import TailraceTables

/// Reads counts in buckets: a row `upper bound,count` each, with or without a heading.
enum BucketReader {
  static func read(
    _ bytes: [UInt8], _ query: MeasurementQuery
  ) throws(MeasurementFailure) -> MeasuredInput {
    let text = TextLines(bytes)
    var mistakes = MistakeList()
    var quantity = query.quantity
    var isCumulative = false
    var name = ""
    var rows: [BucketRow] = []
    var isFirst = true
    for line in text where !text.begins(line, with: "#") {
      if mistakes.isFull { break }
      let cells = Self.cells(text, line)
      defer { isFirst = false }
      guard cells.count == 2 else {
        mistakes.add(text.mistake(line, "is no row of a bucket: an upper bound, a count"))
        continue
      }
      if isFirst, text.number(cells[0]) == nil, !text.isInfinite(cells[0]) {
        name = text.text(cells[0])
        isCumulative = text.text(cells[1]).lowercased().contains("cumulative")
        quantity = quantity ?? MeasuredQuantity(suffixOf: name)
        continue
      }
      guard let bound = text.isInfinite(cells[0]) ? .infinity : text.number(cells[0]) else {
        mistakes.add(text.mistake(cells[0], "is no upper bound: a number, or +Inf for the last"))
        continue
      }
      guard let count = text.number(cells[1]) else {
        mistakes.add(text.mistake(cells[1], "is no count"))
        continue
      }
      rows.append(BucketRow(bound: bound, count: count, place: cells[0], countPlace: cells[1]))
    }
    guard let quantity else { throw noUnit(of: name.isEmpty ? "the bounds" : "'\(name)'") }
    let buckets = made(of: rows, quantity, isCumulative: isCumulative, text, &mistakes)
    try mistakes.check()
    guard let buckets else {
      throw .mistakes([TableMistake(line: 1, column: 1, "the file counts nothing")])
    }
    var input = MeasuredInput(format: .buckets)
    input.name = name
    input.quantity = quantity
    input.measurements = .buckets(buckets)
    input.notes += overflowNotes(buckets)
    return input
  }

  static func noUnit(of what: String) -> MeasurementFailure {
    .question("\(what.clipped) does not tell its unit: give --unit ms (or ns, us, s, bytes, count)")
  }

  /// The cells of a line between commas, without quotes.
  static func cells(_ text: TextLines, _ line: TextLines.Word) -> [TextLines.Word] {
    var cells: [TextLines.Word] = []
    var lower = line.lower
    for i in line.lower...line.upper where i == line.upper || text.bytes[i] == 0x2C {
      cells.append(text.trimmed(text.part(line, from: lower, to: i), of: [0x22]))
      lower = i + 1
    }
    return cells
  }

  /// Whether two names mean a bound and a count.
  static func isHeading(_ names: [String]) -> Bool {
    let (bound, count) = (names[0].lowercased(), names[1].lowercased())
    let isBound =
      bound == "le" || bound.hasPrefix("le_") || bound.hasPrefix("le ")
      || bound.contains("bound") || bound.contains("bucket")
    return isBound && ["count", "cumulative", "frequency"].contains { count.contains($0) }
  }

  /// What is said of values above the last bound.
  static func overflowNotes(_ buckets: CountedBuckets) -> [String] {
    if buckets.overflow == 0 { return [] }
    return ["the last bucket has no upper bound: an empirical law ends at the bound before it"]
  }

  /// Buckets from rows in any unit; what is wrong with them is noted.
  static func made(
    of rows: [BucketRow], _ quantity: MeasuredQuantity, isCumulative: Bool, _ text: TextLines,
    _ mistakes: inout MistakeList
  ) -> CountedBuckets? {
    var (bounds, counts): ([Double], [Double]) = ([], [])
    var (before, overflow) = (0.0, 0.0)
    var lastBound = -1.0
    for row in rows {
      var count = row.count
      if isCumulative {
        if count < before {
          mistakes.add(
            text.mistake(row.countPlace, "is less than the count before it, which it includes"))
          continue
        }
        (count, before) = (count - before, count)
      }
      let bound = row.bound * Double(quantity.scale)
      if count < 0 || count > 1e15 {
        mistakes.add(text.mistake(row.countPlace, "is no count: a number from 0 to 10^15"))
      } else if bound <= lastBound {
        mistakes.add(text.mistake(row.place, "must lie above the bound before it, and from 0 on"))
      } else if bound == .infinity {
        overflow = count
      } else if bound > quantity.limit {
        mistakes.add(text.mistake(row.place, quantity.tooLarge))
      } else {
        bounds.append(bound)
        counts.append(count)
      }
      lastBound = max(lastBound, bound)
    }
    var sum = 0.0
    for count in counts { sum += count }
    return sum > 0 ? CountedBuckets(bounds: bounds, counts: counts, overflow: overflow) : nil
  }
}

/// A bucket as it stands in a text.
struct BucketRow {
  var bound: Double
  var count: Double
  var place: TextLines.Word
  var countPlace: TextLines.Word
}
