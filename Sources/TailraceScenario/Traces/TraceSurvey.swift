import TailraceCatalog
import TailraceModel
import TailraceTables

/// What one pass over a whole trace tells: its mistakes, or all that its readers need to know.
struct TraceSurvey: Sendable {
  /// Names of the columns; empty where the file could not be opened.
  var columns: [String] = []
  var mistakes: [TableMistake] = []
  /// Why the file could not be opened.
  var failure: String?
  var rows: UInt64 = 0
  var requests: UInt64 = 0
  /// Instant of the last row, in nanoseconds from the first.
  var span: UInt64 = 0
  /// Classes in order of their names.
  var classes: [String] = []
  var hasNumberKeys: [Bool] = []
  var byteCount = 0
  var sha256: [UInt8] = []

  /// The header of a file alone.
  static func columns(of query: TraceQuery) -> TraceSurvey {
    var survey = TraceSurvey()
    survey.opening(query) { _ in }
    return survey
  }

  /// Reads a file whose columns are those that the query names.
  ///
  /// - Parameters:
  ///   - query: what is read of each row.
  ///   - each: gets the words of every row.
  init(_ query: TraceQuery, each: ([UInt64]) -> Void = { _ in }) {
    opening(query) { pass throws(TableMistake) in
      try pass.readRows(query, each)
    }
  }

  private init() {}

  private mutating func opening(
    _ query: TraceQuery, then body: (inout Pass) throws(TableMistake) -> Void
  ) {
    let reader: CSVReader
    do throws(InputFile.Failure) {
      let file = try InputFile(query.path)
      byteCount = file.size
      reader = CSVReader(file, query.format, digest: true)
    } catch {
      failure = error.reason
      return
    }
    var pass = Pass(survey: self, reader: reader)
    do throws(TableMistake) {
      try reader.open()
      pass.survey.columns = reader.columns
      try body(&pass)
    } catch {
      pass.survey.mistakes.append(error)
    }
    self = pass.survey
  }

  /// A reader with what has been found so far.
  private struct Pass {
    var survey: TraceSurvey
    let reader: CSVReader

    mutating func readRows(
      _ query: TraceQuery, _ each: ([UInt64]) -> Void
    ) throws(TableMistake) {
      var parser = TraceRowParser(query, columns: reader.columns)
      var words = [UInt64](repeating: 0, count: query.wordCount)
      while survey.mistakes.count < TraceQuery.mistakesMax {
        do throws(TableMistake) {
          guard try reader.next() else { break }
          let row = try parser.parse(reader, words: &words)
          survey.rows += 1
          survey.requests = min(survey.requests + row.count, 1 << 60)
          survey.span = row.instant
          each(words)
        } catch {
          if error.isFatal { throw error }
          survey.mistakes.append(error)
        }
      }
      if survey.mistakes.count == TraceQuery.mistakesMax {
        throw TableMistake(
          line: survey.mistakes[TraceQuery.mistakesMax - 1].line + 1, column: 1,
          "what follows was not looked at, after \(TraceQuery.mistakesMax) mistakes")
      }
      survey.classes = parser.classes.keys.sorted()
      survey.hasNumberKeys = parser.hasNumberKeys
      survey.sha256 = reader.digest()
      if survey.rows == 0 && survey.mistakes.isEmpty {
        throw TableMistake(line: 1, column: 1, "the file holds no row")
      }
    }
  }
}
