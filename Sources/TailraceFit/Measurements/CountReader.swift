import TailraceTables

/// Requests in each of many intervals of one length.
public struct IntervalCounts: Equatable, Sendable {
  /// The length of an interval, in nanoseconds.
  public var interval: UInt64
  /// Whole numbers; intervals that have no row count 0.
  public var counts: [Double]

  public init(interval: UInt64, counts: [Double]) {
    self.interval = interval
    self.counts = counts
  }
}

/// Reads a CSV file of times and counts: how many requests came in the interval that begins there.
enum CountReader {
  /// Most intervals between the first row and the last.
  static let intervalsMax = 10_000_000

  static func read(
    _ source: MeasurementSource, _ query: MeasurementQuery
  ) throws(MeasurementFailure) -> MeasuredInput {
    guard let timeName = query.timeColumn, let countName = query.countColumn else {
      throw .question("'--count' needs '--time', the column of when each interval begins")
    }
    if query.column != nil || query.groupColumn != nil || query.quantity != nil {
      throw .question("'--column', '--by' and '--unit' are for rows of requests, not of counts")
    }
    let (reader, hasHeader) = try ValueReader.open(source)
    for name in [timeName, countName] where !reader.columns.contains(name) {
      throw ValueReader.noColumn(name, reader.columns)
    }
    guard let time = reader.columns.firstIndex(of: timeName),
      let count = reader.columns.firstIndex(of: countName)
    else { preconditionFailure("both were found") }
    var clock = InstantReader(query.timeFormat, column: timeName)
    var rows: [Row] = []
    var mistakes = MistakeList()
    do throws(TableMistake) {
      while !mistakes.isFull {
        do throws(TableMistake) {
          guard try reader.next() else { break }
          rows.append(
            try row(reader, &clock, time: reader.fields[time], count: reader.fields[count], rows))
        } catch {
          if error.isFatal { throw error }
          mistakes.add(error)
        }
      }
    } catch {
      mistakes.add(error)
    }
    try mistakes.check()
    guard rows.count >= 3 else {
      throw .mistakes([
        TableMistake(
          line: 1, column: 1, "the file has \(rows.count) intervals; a rate needs three")
      ])
    }
    var input = MeasuredInput(format: .values)
    (input.hasHeader, input.timeColumn) = (hasHeader, timeName)
    input.timeFormat = clock.spelling ?? .dateTime
    input.name = countName
    input.counts = try counts(of: rows, &input.notes)
    return input
  }

  private struct Row {
    var instant: Int64
    var count: Double
    var line: Int
    var column: Int
  }

  private static func row(
    _ reader: CSVReader, _ clock: inout InstantReader, time: CSVReader.Field,
    count: CSVReader.Field, _ before: [Row]
  ) throws(TableMistake) -> Row {
    if before.count == MeasurementReader.rowsMax {
      throw TableMistake(
        line: time.line, column: 1,
        "more than \(MeasurementReader.rowsMax) rows, the limit: take a part of them",
        isFatal: true)
    }
    let instant = try clock.read(reader, time)
    guard let number = DecimalText(reader.bytes, count), let whole = number.whole(), whole >= 0,
      number.real == Double(whole), whole <= 1_000_000_000_000
    else {
      throw reader.mistake(count, "is no count: a whole number from 0 to 10^12")
    }
    if let last = before.last, instant <= last.instant {
      throw reader.mistake(time, "is not later than the interval before it")
    }
    return Row(instant: instant, count: Double(whole), line: time.line, column: time.column)
  }

  /// The shortest distance of two rows is the interval; the others are multiples of it.
  private static func counts(
    of rows: [Row], _ notes: inout [String]
  ) throws(MeasurementFailure) -> IntervalCounts {
    var interval = UInt64.max
    for (one, next) in zip(rows, rows.dropFirst()) {
      interval = min(interval, UInt64(next.instant - one.instant))
    }
    var mistakes = MistakeList()
    for (one, next) in zip(rows, rows.dropFirst()) {
      let distance = UInt64(next.instant - one.instant)
      if distance % interval != 0, !mistakes.isFull {
        mistakes.add(
          TableMistake(
            line: next.line, column: next.column,
            "this row begins \(MeasuredQuantity.duration(distance)) after the one before it, no "
              + "multiple of the interval, \(MeasuredQuantity.duration(interval))"))
      }
    }
    try mistakes.check()
    let first = rows[0].instant
    let length = UInt64(rows[rows.count - 1].instant - first) / interval + 1
    guard length <= UInt64(intervalsMax) else {
      throw .mistakes([
        TableMistake(
          line: rows[rows.count - 1].line, column: rows[rows.count - 1].column,
          "from the first row to this one there are \(length) intervals of "
            + "\(MeasuredQuantity.duration(interval)); at most \(intervalsMax)")
      ])
    }
    var counts = [Double](repeating: 0, count: Int(length))
    for row in rows { counts[Int(UInt64(row.instant - first) / interval)] = row.count }
    if counts.count > rows.count {
      notes.append(
        "\(counts.count - rows.count) of \(counts.count) intervals have no row: they count 0")
    }
    return IntervalCounts(interval: interval, counts: counts)
  }
}
