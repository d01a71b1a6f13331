import TailraceModel
import TailraceTables

/// A surveyed file as the model replays it: from its first row on, as often as wanted.
struct TraceReplay: Sendable {
  var query: TraceQuery
  var survey: TraceSurvey
  /// The file as the scenario writes it.
  var shownPath: String
  /// Factor on the rate: counts are multiplied by it, times without counts divided.
  var scale = 1.0
  var isLooped = false
  /// Where replications share its rows; nil streams the file for each.
  var shelf: TraceShelf?

  /// Nanoseconds from the first row of one lap to that of the next, before `scale`.
  ///
  /// Rows that have only times end one mean gap after the last. Longer than any run is 2^60.
  var period: UInt64 {
    let most: UInt64 = 1 << 60
    if query.timeColumn == nil {
      let (length, overflow) = survey.rows.multipliedReportingOverflow(by: query.interval)
      return overflow ? most : min(length, most)
    }
    let span = min(survey.span, most)
    if query.countColumn != nil { return min(span + query.interval, most) }
    return survey.rows < 2 ? 0 : min(span + max(1, span / (survey.rows - 1)), most)
  }

  /// Requests per second of a lap, after `scale`.
  var ratePerSecond: Double {
    Double(survey.requests) * scale * 1e9 / Double(max(1, period))
  }

  /// The trace as the model sees it.
  var spec: TraceSpec {
    var spec = TraceSpec(columns: query.columns, open: { TraceFileReader(self) })
    spec.classes = query.classColumn == nil ? [] : survey.classes
    spec.spread = query.countColumn == nil ? 0 : query.interval
    spec.ratePerSecond = ratePerSecond
    spec.isEndless = isLooped
    if shelf != nil {
      spec.rowsKept = Int(survey.rows)
      spec.bytesPerRow = TraceShelf.bytesPerRow(query)
    }
    return spec
  }
}

/// Reads the rows of a file in portions for one replication.
final class TraceFileReader: TraceReader {
  private let replay: TraceReplay
  private let rows: any TraceRowSource
  private var words: [UInt64]
  /// Start of the present lap, before `scale`.
  private var offset: UInt64 = 0
  /// Requests that `scale` has left over.
  private var carry = 0.0
  private var hasEnded = false

  init(_ replay: TraceReplay) {
    self.replay = replay
    rows = replay.shelf?.rows() ?? TraceFileRows(replay.query, replay.survey)
    words = [UInt64](repeating: 0, count: replay.query.wordCount)
  }

  func read(into chunk: inout TraceChunk) throws(TraceFault) {
    do throws(TableMistake) {
      try fill(&chunk)
    } catch {
      throw TraceFault(
        "\(replay.shownPath):\(error.line):\(error.column): \(error.message); the file has changed "
          + "since it was checked")
    }
  }

  private func fill(_ chunk: inout TraceChunk) throws(TableMistake) {
    while !chunk.isFull && !hasEnded {
      guard let row = try rows.next(&words) else {
        try endLap()
        continue
      }
      append(row, to: &chunk)
    }
  }

  private func append(_ row: TraceRow, to chunk: inout TraceChunk) {
    let instant = offset + row.instant
    if replay.query.countColumn != nil {
      // What is left of a request is kept for the next row, so that the sum is right.
      let exact = Double(row.count) * replay.scale + carry
      let whole = exact.rounded(.down)
      carry = exact - whole
      chunk.append(instant: instant, count: UInt64(whole), words: words)
    } else if replay.scale == 1 {
      chunk.append(instant: instant, words: words)
    } else {
      let scaled = (Double(instant) / replay.scale).rounded()
      hasEnded = scaled >= Double(Self.latest)
      if !hasEnded { chunk.append(instant: UInt64(scaled), words: words) }
    }
    if instant >= Self.latest { hasEnded = true }
  }

  /// No run is longer: 18 years.
  private static let latest: UInt64 = 1 << 59

  private func endLap() throws(TableMistake) {
    guard replay.isLooped else {
      hasEnded = true
      return
    }
    offset += replay.period
    try rows.rewind()
  }
}
