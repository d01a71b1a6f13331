import TailraceTables

/// Reads the times of a column; how they are written, the first one says unless the user does.
struct InstantReader {
  private(set) var spelling: TimeSpelling?
  private let column: String

  init(_ spelling: TimeSpelling?, column: String) {
    self.spelling = spelling
    self.column = column
  }

  /// The instant of a field, in nanoseconds.
  mutating func read(
    _ reader: CSVReader, _ field: CSVReader.Field
  ) throws(TableMistake) -> Int64 {
    let format: TimeSpelling
    if let spelling {
      format = spelling
    } else {
      format = try guessed(reader, field)
      spelling = format
    }
    switch format {
    case .dateTime:
      if let found = CalendarTime.nanoseconds(reader.bytes, field) { return found }
      throw reader.mistake(field, "is no date-time such as 2023-11-16 18:17:03.97")
    case .number(let unit):
      guard let number = DecimalText(reader.bytes, field) else {
        throw reader.mistake(field, "is no number")
      }
      guard let found = number.whole(times: unit), found.magnitude < 1 << 62 else {
        throw reader.mistake(field, "is a time beyond 146 years")
      }
      return found
    }
  }

  /// From the first time and the name of its column.
  private func guessed(
    _ reader: CSVReader, _ field: CSVReader.Field
  ) throws(TableMistake) -> TimeSpelling {
    guard DecimalText(reader.bytes, field) != nil else { return .dateTime }
    if case .duration(let unit) = MeasuredQuantity(suffixOf: column) {
      return .number(unit: unit)
    }
    var fault = reader.mistake(
      field, "is a bare number: say its unit with '--time-format', such as s")
    fault = TableMistake(line: fault.line, column: fault.column, fault.message, isFatal: true)
    throw fault
  }
}

extension CSVReader {
  /// What is wrong with a field.
  func mistake(_ field: Field, _ what: String) -> TableMistake {
    let shown = String(decoding: bytes[field.lower..<field.upper], as: UTF8.self).clipped
    return TableMistake(line: field.line, column: field.column, "\"\(shown)\" \(what)")
  }
}
