import TailraceEngine

/// Where a source stands in its trace.
struct TraceCursor: BitwiseCopyable, Sendable {
  /// Row of the present portion, and how many there are.
  var row = 0
  var rows = 0
  /// Requests of the present row still to come.
  var left: UInt64 = 0
  /// Share of the row's interval that is left for them.
  var rest = 1.0
  /// The kept row of the next request; -1 if none.
  var slot: Int32 = -1
  var hasEnded = false
  var words: Int
  var spread: UInt64
}

/// The traces of a run, each read ahead by one portion of rows.
struct TraceDesk: ~Copyable {
  let cursors: Table<TraceCursor>
  let instants: Table<UInt64>
  let counts: Table<UInt64>
  let words: Table<UInt64>
  /// Words from one row to the next.
  let stride: Int
  private let readers: [any TraceReader]
  private var chunk = TraceChunk()
  /// Why a trace ended early.
  private(set) var fault: String?

  init(_ traces: [TraceSpec]) {
    cursors = Table(traces.map { TraceCursor(words: $0.wordCount, spread: $0.spread) })
    stride = max(1, traces.map(\.wordCount).max() ?? 0)
    let rows = traces.count * TraceChunk.rowsMax
    instants = Table(repeating: 0, count: rows)
    counts = Table(repeating: 0, count: rows)
    words = Table(repeating: 0, count: rows * stride)
    readers = traces.map { $0.open() }
  }

  /// Goes to the next row that has requests.
  ///
  /// - Returns: whether there is one.
  mutating func advance(_ t: Int32) -> Bool {
    while !cursors[t].hasEnded {
      cursors[t].row += 1
      if cursors[t].row >= cursors[t].rows { refill(t) }
      if cursors[t].hasEnded { break }
      cursors[t].left = counts[place(t)]
      cursors[t].rest = 1
      if cursors[t].left > 0 { return true }
    }
    return false
  }

  /// The present row's place among those read ahead.
  @inline(__always) func place(_ t: Int32) -> Int {
    Int(t) &* TraceChunk.rowsMax &+ cursors[t].row
  }

  @inline(never) private mutating func refill(_ t: Int32) {
    chunk.removeAll()
    do throws(TraceFault) {
      try readers[Int(t)].read(into: &chunk)
    } catch {
      fault = error.message
      chunk.removeAll()
    }
    cursors[t].row = 0
    cursors[t].rows = chunk.instants.count
    cursors[t].hasEnded = chunk.instants.isEmpty
    let width = cursors[t].words
    precondition(chunk.words.count == width * chunk.instants.count, "rows have all their words")
    let first = Int(t) * TraceChunk.rowsMax
    for i in 0..<chunk.instants.count {
      instants[first + i] = chunk.instants[i]
      counts[first + i] = chunk.counts[i]
      for k in 0..<width { words[(first + i) * stride + k] = chunk.words[i * width + k] }
    }
  }
}
