import TailraceModel
import TailraceTables

/// The rows of one lap of a trace, in order; used by one thread.
protocol TraceRowSource: AnyObject {
  /// The next row with its words; nil after the last.
  func next(_ words: inout [UInt64]) throws(TableMistake) -> TraceRow?
  /// Goes back to the first row.
  func rewind() throws(TableMistake)
}

/// Rows from a surveyed file; memory does not grow with the file.
final class TraceFileRows: TraceRowSource {
  private let query: TraceQuery
  private let survey: TraceSurvey
  private let classes: [String: UInt64]
  private var reader: CSVReader?
  private var parser: TraceRowParser
  private var row: UInt64 = 0

  init(_ query: TraceQuery, _ survey: TraceSurvey) {
    self.query = query
    self.survey = survey
    var classes: [String: UInt64] = [:]
    for (index, name) in survey.classes.enumerated() { classes[name] = UInt64(index) }
    self.classes = classes
    parser = Self.parser(query, survey, classes)
  }

  private static func parser(
    _ query: TraceQuery, _ survey: TraceSurvey, _ classes: [String: UInt64]
  ) -> TraceRowParser {
    TraceRowParser(
      query, columns: survey.columns, classes: classes, numberKeys: survey.hasNumberKeys)
  }

  func next(_ words: inout [UInt64]) throws(TableMistake) -> TraceRow? {
    let reader = try opened()
    guard try reader.next() else { return nil }
    guard row < survey.rows else {
      let line = reader.fields.first?.line ?? 1
      throw TableMistake(line: line, column: 1, "a row more than there were", isFatal: true)
    }
    row += 1
    return try parser.parse(reader, words: &words)
  }

  func rewind() throws(TableMistake) {
    try reader?.rewind()
    parser = Self.parser(query, survey, classes)
    row = 0
  }

  private func opened() throws(TableMistake) -> CSVReader {
    if let reader { return reader }
    let opened: CSVReader
    do throws(InputFile.Failure) {
      opened = CSVReader(try InputFile(query.path), query.format)
    } catch {
      throw TableMistake(line: 1, column: 1, error.reason, isFatal: true)
    }
    try opened.open()
    if opened.columns != survey.columns {
      throw TableMistake(line: 1, column: 1, "other columns", isFatal: true)
    }
    reader = opened
    return opened
  }
}
