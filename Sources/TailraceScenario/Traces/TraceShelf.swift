import Synchronization
import TailraceModel
import TailraceTables

/// The rows of a file as numbers, shared by the replications that replay it.
///
/// Who asks first streams the file, so that a single replication keeps nothing. All others share
/// rows, which are read when the first of them gets there. The rows are the same either way.
final class TraceShelf: Sendable {
  /// Bytes that the rows of all files of a scenario may take; other files are streamed.
  static let bytesMax = 64_000_000

  private struct Kept {
    var isAsked = false
    /// Where the next row comes from; nil when the file is to be opened.
    var file: TraceFileRows?
    /// Row by row: instant, count, words.
    var cells: [UInt64] = []
    var words: [UInt64] = []
    var mistake: TableMistake?
    var isComplete = false
  }

  private let query: TraceQuery
  private let survey: TraceSurvey
  fileprivate let width: Int
  private let kept = Mutex(Kept())

  init(_ query: TraceQuery, _ survey: TraceSurvey) {
    self.query = query
    self.survey = survey
    width = 2 + query.wordCount
  }

  /// Bytes of a row of a query.
  static func bytesPerRow(_ query: TraceQuery) -> Int { 8 * (2 + query.wordCount) }

  /// Rows for one more replication, from the first on.
  func rows() -> any TraceRowSource {
    let isFirst = kept.withLock { kept in
      defer { kept.isAsked = true }
      return !kept.isAsked
    }
    return isFirst ? TraceFileRows(query, survey) : ShelvedRows(self)
  }

  /// Copies the cells of rows from `row` on, at most a chunk of them; none after the last.
  ///
  /// - Throws: what is wrong with row `row` itself, since the file was checked.
  fileprivate func read(from row: Int, into portion: inout [UInt64]) throws(TableMistake) {
    let first = row * width
    let most = first + TraceChunk.rowsMax * width
    portion = try kept.withLock { kept throws(TableMistake) in
      if kept.cells.count < most { fill(&kept, to: most) }
      if let mistake = kept.mistake, kept.cells.count == first { throw mistake }
      return Array(kept.cells[first..<min(most, kept.cells.count)])
    }
  }

  private func fill(_ kept: inout Kept, to most: Int) {
    if kept.isComplete || kept.mistake != nil { return }
    if kept.file == nil {
      kept.file = TraceFileRows(query, survey)
      kept.words = [UInt64](repeating: 0, count: query.wordCount)
      kept.cells.reserveCapacity(Int(survey.rows) * width)
    }
    do throws(TableMistake) {
      while kept.cells.count < most {
        guard let row = try kept.file?.next(&kept.words) else {
          kept.isComplete = true
          kept.file = nil
          return
        }
        kept.cells.append(row.instant)
        kept.cells.append(row.count)
        kept.cells += kept.words
      }
    } catch {
      kept.mistake = error
      kept.file = nil
    }
  }
}

/// Rows from a shelf, in portions.
private final class ShelvedRows: TraceRowSource {
  private let shelf: TraceShelf
  private var portion: [UInt64] = []
  /// The next cell of the portion, and the row after it.
  private var cell = 0
  private var row = 0

  init(_ shelf: TraceShelf) { self.shelf = shelf }

  func next(_ words: inout [UInt64]) throws(TableMistake) -> TraceRow? {
    if cell == portion.count {
      try shelf.read(from: row, into: &portion)
      row += portion.count / shelf.width
      cell = 0
      if portion.isEmpty { return nil }
    }
    let found = TraceRow(instant: portion[cell], count: portion[cell + 1])
    for i in 0..<words.count { words[i] = portion[cell + 2 + i] }
    cell += shelf.width
    return found
  }

  func rewind() {
    portion = []
    (cell, row) = (0, 0)
  }
}
