import TailraceCatalog
import TailraceModel
import TailraceTables

/// Which file is replayed and what is read of each row; equal queries have equal answers.
struct TraceQuery: Hashable, Sendable {
  var path: String
  var format = CSVFormat()
  var timeColumn: String?
  var timeFormat = TimeFormat.dateTime
  var countColumn: String?
  /// Nanoseconds of a count's row, or between rows without a time.
  var interval: UInt64 = 0
  var columns: [ColumnName] = []
  var classColumn: String?

  /// Words of a row that the model gets: columns, then the class.
  var wordCount: Int { columns.count + (classColumn == nil ? 0 : 1) }

  /// Most mistakes of a file that are listed.
  static let mistakesMax = 10
  /// Most classes of a trace.
  static let classesMax = 1_000
}

/// What one row says.
struct TraceRow {
  /// Nanoseconds from the first row.
  var instant: UInt64
  var count: UInt64 = 1
}

/// Reads rows for a query; the checking pass and every replication use the same code.
struct TraceRowParser {
  private let query: TraceQuery
  private let time: Int?
  private let count: Int?
  private let columns: [Int]
  private let classIndex: Int?
  /// Classes in the order in which they were first met, or as they were given.
  private(set) var classes: [String: UInt64]
  private let knowsClasses: Bool
  /// Whether all keys of each column were numbers so far, or are known to be.
  private(set) var hasNumberKeys: [Bool]
  private var first: Int64?
  private var row: UInt64 = 0
  private(set) var latest: UInt64 = 0
  private var latestLine = 0

  /// A parser for the columns of a file, which has all that the query names.
  ///
  /// - Parameters:
  ///   - query: what is read of each row.
  ///   - names: the columns of the file.
  ///   - classes: the classes and their indices; nil collects them.
  ///   - numberKeys: which key columns hold numbers only; nil finds out.
  init(
    _ query: TraceQuery, columns names: [String], classes: [String: UInt64]? = nil,
    numberKeys: [Bool]? = nil
  ) {
    func place(_ name: String?) -> Int? { name.flatMap { names.firstIndex(of: $0) } }
    self.query = query
    time = place(query.timeColumn)
    count = place(query.countColumn)
    columns = query.columns.map { place($0.name) ?? 0 }
    classIndex = place(query.classColumn)
    self.classes = classes ?? [:]
    knowsClasses = classes != nil
    hasNumberKeys = numberKeys ?? query.columns.map { $0.meaning == .key }
  }

  /// Reads the present row.
  mutating func parse(
    _ reader: CSVReader, words: inout [UInt64]
  ) throws(TableMistake) -> TraceRow {
    var result = TraceRow(instant: try instant(reader))
    if let count {
      let field = reader.fields[count]
      guard let number = DecimalText(reader.bytes, field), number.isIndex,
        let whole = number.whole(), whole <= 1_000_000_000_000
      else { throw mistake(reader, field, "is no count: a whole number from 0 to 10^12") }
      result.count = UInt64(whole)
    }
    for (i, column) in columns.enumerated() {
      words[i] = try word(reader, reader.fields[column], query.columns[i].meaning, i)
    }
    if let classIndex {
      words[columns.count] = try classWord(reader, reader.fields[classIndex])
    }
    row += 1
    return result
  }

  private mutating func instant(_ reader: CSVReader) throws(TableMistake) -> UInt64 {
    guard let time else {
      // Rows that follow each other at equal distance.
      return min(row, UInt64.max / 2 / max(1, query.interval)) * query.interval
    }
    let field = reader.fields[time]
    let absolute: Int64?
    switch query.timeFormat {
    case .dateTime: absolute = CalendarTime.nanoseconds(reader.bytes, field)
    case .number(let unit): absolute = DecimalText(reader.bytes, field)?.whole(times: unit)
    }
    guard let absolute else { throw timeMistake(reader, field) }
    if first == nil { first = absolute }
    let (instant, overflow) = absolute.subtractingReportingOverflow(first ?? 0)
    if overflow { throw mistake(reader, field, "lies more than 292 years behind the first time") }
    let line = field.line
    guard instant >= Int64(latest) else {
      throw mistake(reader, field, "goes back in time: line \(latestLine) is later")
    }
    if count != nil && row > 0 && UInt64(instant) < latest + query.interval {
      throw mistake(
        reader, field, "begins before the interval of line \(latestLine) has ended")
    }
    latest = UInt64(instant)
    latestLine = line
    return latest
  }

  private func timeMistake(_ reader: CSVReader, _ field: CSVReader.Field) -> TableMistake {
    if case .number = query.timeFormat {
      if CalendarTime.nanoseconds(reader.bytes, field) != nil {
        return mistake(reader, field, "is a date-time: leave out 'format'")
      }
      return mistake(reader, field, "is no number")
    }
    if DecimalText(reader.bytes, field) != nil {
      return mistake(reader, field, "is a bare number: say its unit with 'format', such as \"s\"")
    }
    return mistake(reader, field, "is no date-time such as 2023-11-16 18:17:03.97")
  }

  private mutating func word(
    _ reader: CSVReader, _ field: CSVReader.Field, _ meaning: ColumnName.Meaning, _ index: Int
  ) throws(TableMistake) -> UInt64 {
    let number = DecimalText(reader.bytes, field)
    switch meaning {
    case .number:
      guard let number else { throw mistake(reader, field, "is no number") }
      guard let real = number.real, real.magnitude <= 1e15 else {
        throw mistake(reader, field, "is too large: at most 10^15")
      }
      return real.bitPattern
    case .duration(let unit):
      guard let number else { throw mistake(reader, field, "is no number") }
      guard !number.isNegative || number.mantissa == 0 else {
        throw mistake(reader, field, "is a negative duration")
      }
      guard let whole = number.whole(times: unit), whole <= 1 << 51 else {
        throw mistake(reader, field, "is too long: at most 26 days")
      }
      return Double(whole).bitPattern
    case .key:
      if hasNumberKeys[index] {
        if let number, number.isIndex, let key = number.whole() { return UInt64(key) }
        hasNumberKeys[index] = false
      }
      return Self.key(of: reader.bytes[field.lower..<field.upper])
    }
  }

  /// A key that stands for a text: 53 bits of FNV-1a (Fowler, Noll, Vo), mixed once more.
  static func key(of text: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return ((hash ^ (hash >> 32)) &* 0x9e37_79b9_7f4a_7c15) >> 11
  }

  private mutating func classWord(
    _ reader: CSVReader, _ field: CSVReader.Field
  ) throws(TableMistake) -> UInt64 {
    guard let name = reader.text(of: field), !name.isEmpty, name.utf8.count <= 64 else {
      throw mistake(reader, field, "is no class: a text of 1 to 64 bytes")
    }
    if let known = classes[name] { return known }
    guard !knowsClasses, classes.count < TraceQuery.classesMax else {
      throw mistake(reader, field, "is one class too many: at most \(TraceQuery.classesMax)")
    }
    classes[name] = UInt64(classes.count)
    return UInt64(classes.count - 1)
  }

  private func mistake(
    _ reader: CSVReader, _ field: CSVReader.Field, _ what: String
  ) -> TableMistake {
    let shown = String(decoding: reader.bytes[field.lower..<field.upper], as: UTF8.self).clipped
    return TableMistake(line: field.line, column: field.column, "\"\(shown)\" \(what)")
  }
}
