import TailraceCatalog
import TailraceTables

/// Reads rows of values, of requests with their times, or of both, from a CSV file.
enum ValueReader {
  static func read(
    _ source: MeasurementSource, _ query: MeasurementQuery
  ) throws(MeasurementFailure) -> MeasuredInput {
    let (reader, hasHeader) = try open(source)
    var input = MeasuredInput(format: .values)
    input.hasHeader = hasHeader
    var query = query
    if query.column == nil, query.timeColumn == nil {
      guard reader.columns.count == 1 else {
        throw .question(
          "the file has columns \(shown(reader.columns)): say which with '--column', "
            + "or '--time' for the times of requests")
      }
      query.column = reader.columns[0]
    }
    if query.column == nil, query.quantity != nil {
      throw .question("'--unit' is for values: name their column with '--column'")
    }
    for name in [query.column, query.timeColumn, query.groupColumn] {
      if let name, !reader.columns.contains(name) { throw noColumn(name, reader.columns) }
    }
    if let name = query.column {
      guard let quantity = query.quantity ?? MeasuredQuantity(suffixOf: name) else {
        throw .question(
          "column '\(name.clipped)' does not tell its unit: give --unit ms "
            + "(or ns, us, s, bytes, count)")
      }
      input.name = name
      input.quantity = quantity
    }
    input.timeColumn = query.timeColumn ?? ""
    input.groupColumn = query.groupColumn ?? ""
    var rows = RowReader(query, input.quantity, reader.columns)
    var mistakes = MistakeList()
    do throws(TableMistake) {
      while !mistakes.isFull {
        do throws(TableMistake) {
          guard try reader.next() else { break }
          try rows.take(reader)
        } catch {
          if error.isFatal { throw error }
          mistakes.add(error)
        }
      }
    } catch {
      mistakes.add(error)
    }
    if mistakes.found.isEmpty, rows.count == 0 {
      mistakes.add(TableMistake(line: 1, column: 1, "the file holds no row", isFatal: true))
    }
    try mistakes.check()
    rows.finish(&input)
    return input
  }

  /// A reader whose columns are known; a first row that holds a number or a time is no header.
  static func open(
    _ source: MeasurementSource
  ) throws(MeasurementFailure) -> (CSVReader, hasHeader: Bool) {
    var format = CSVFormat()
    do throws(TableMistake) {
      let reader = CSVReader(try source.openTable(), format)
      try reader.open()
      if !reader.columns.contains(where: isValue) { return (reader, true) }
      format.hasHeader = false
      let bare = CSVReader(try source.openTable(), format)
      try bare.open()
      return (bare, false)
    } catch {
      if error.line == 0 { throw .file(error.message) }
      throw .mistakes([error])
    }
  }

  private static func isValue(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    return DecimalText(bytes, 0, bytes.count) != nil
      || CalendarTime.nanoseconds(bytes, 0, bytes.count) != nil
  }

  static func noColumn(_ name: String, _ columns: [String]) -> MeasurementFailure {
    let near = NearestWord.suggest(name, among: columns).map { "; did you mean '\($0)'?" }
    return .question(
      "the file has no column '\(name.clipped)'\(near ?? "; it has \(shown(columns))")")
  }

  private static func shown(_ columns: [String]) -> String {
    let names = columns.prefix(12).map { "'\($0.clipped)'" }.joined(separator: ", ")
    return names + (columns.count > 12 ? ", …" : "")
  }
}

extension MeasurementSource {
  /// A file whose failure to open has line 0.
  fileprivate func openTable() throws(TableMistake) -> InputFile {
    do throws(MeasurementFailure) {
      return try open()
    } catch {
      guard case .file(let reason) = error else { preconditionFailure("only files fail to open") }
      throw TableMistake(line: 0, column: 0, reason, isFatal: true)
    }
  }
}

/// What is kept of the rows of a file.
private struct RowReader {
  private let quantity: MeasuredQuantity
  private let column: Int?
  private let time: Int?
  private var clock: InstantReader
  private let by: Int?
  private var groups = RowGroups()
  private var values: [Double] = []
  private var times: [Int64] = []
  /// Rows so far.
  private(set) var count = 0

  init(_ query: MeasurementQuery, _ quantity: MeasuredQuantity, _ columns: [String]) {
    self.quantity = quantity
    column = query.column.flatMap { columns.firstIndex(of: $0) }
    time = query.timeColumn.flatMap { columns.firstIndex(of: $0) }
    clock = InstantReader(query.timeFormat, column: query.timeColumn ?? "")
    by = query.groupColumn.flatMap { columns.firstIndex(of: $0) }
  }

  mutating func take(_ reader: CSVReader) throws(TableMistake) {
    if count == MeasurementReader.rowsMax {
      throw TableMistake(
        line: reader.fields[0].line, column: 1,
        "more than \(MeasurementReader.rowsMax) rows, the limit: take a part of them",
        isFatal: true)
    }
    let value = try column.map { index throws(TableMistake) in
      try self.value(reader, reader.fields[index])
    }
    let instant = try time.map { index throws(TableMistake) in
      try clock.read(reader, reader.fields[index])
    }
    if let by { try group(reader, reader.fields[by]) }
    if let value { values.append(value) }
    if let instant { times.append(instant) }
    count += 1
  }

  private mutating func group(
    _ reader: CSVReader, _ field: CSVReader.Field
  ) throws(TableMistake) {
    guard let name = reader.text(of: field), !name.isEmpty else {
      throw mistake(reader, field, field.lower == field.upper ? "is no group" : "is no text")
    }
    guard groups.add(name) else {
      let fault = mistake(
        reader, field,
        "is value \(RowGroups.namesMax + 1) of the column: at most \(RowGroups.namesMax) can be told "
          + "apart, so it names no groups")
      throw TableMistake(
        line: fault.line, column: fault.column, fault.message, isFatal: true)
    }
  }

  private func value(
    _ reader: CSVReader, _ field: CSVReader.Field
  ) throws(TableMistake) -> Double {
    guard let number = DecimalText(reader.bytes, field), let real = number.real else {
      throw mistake(reader, field, field.lower == field.upper ? "is no value" : "is no number")
    }
    let value = real * Double(quantity.scale)
    if value < 0 { throw mistake(reader, field, "is negative") }
    if value > quantity.limit { throw mistake(reader, field, quantity.tooLarge) }
    return value
  }

  private func mistake(
    _ reader: CSVReader, _ field: CSVReader.Field, _ what: String
  ) -> TableMistake { reader.mistake(field, what) }

  /// Rows go in order of their times, if they have any.
  mutating func finish(_ input: inout MeasuredInput) {
    var moves: [Int]?
    if time != nil {
      input.timeFormat = clock.spelling ?? .dateTime
      var moved = 0
      for i in 1..<max(1, times.count) where times[i] < times[i - 1] { moved += 1 }
      if moved > 0 {
        let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        moves = order
        times = order.map { times[$0] }
        if column != nil { values = order.map { values[$0] } }
        input.notes.append(
          "\(moved) of \(count) rows go back in time: they were put in order")
      }
      input.times = times
    }
    if column != nil { input.measurements = .values(values) }
    guard by != nil else { return }
    let (made, notes) = groups.made(values: values, times: times, order: moves)
    input.groups = made
    input.notes += notes
  }
}

extension MeasuredQuantity {
  /// What to say of a value beyond `limit`.
  var tooLarge: String {
    switch self {
    case .duration: "is too long: at most 26 days"
    case .bytes: "is too large: at most 2^50 bytes"
    case .count: "is too large: at most 2^51"
    }
  }
}
