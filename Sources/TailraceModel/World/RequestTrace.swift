/// Everything that one request did, from its intended start to its end.
public struct RequestTrace: Sendable, Equatable {
  public var name: RequestName
  /// In nanoseconds.
  public var began: UInt64
  /// When it ended; nil where the run did first.
  public var ended: UInt64?
  public var outcome: Outcome
  /// Whether it began in the measured window.
  public var isCounted: Bool
  /// The request first, then callers before those that they called.
  public var spans: [TraceSpan]
  /// By span, then by begin.
  public var segments: [TraceSegment]
  public var holds: [TraceHold]
  public var events: [TraceEvent]
  /// What the request waited for, one after the other, from its start to its end; empty where it
  /// had no end.
  public var path: [TraceSegment] = []

  /// From the intended start to the end, in nanoseconds.
  public var latency: UInt64? { ended.map { $0 - began } }

  /// Nanoseconds of the critical path in a phase, as `requests.csv` counts them.
  public func time(in phase: Phase) -> UInt64 {
    path.reduce(0) { $1.cause.phase == phase ? $0 + $1.length : $0 }
  }

  /// Whether the critical path leaves no gap and overlaps nowhere, from start to end.
  public var isExact: Bool {
    guard let ended else { return path.isEmpty }
    var at = began
    for part in path {
      if part.begin != at { return false }
      at = part.end
    }
    return at == ended
  }
}

extension RequestTrace {
  /// Puts rows, which refer to spans by their order of making, together.
  ///
  /// Linear in the number of rows, but for the path, which is sorted.
  init(
    _ name: RequestName, isCounted: Bool, spans: [TraceSpan], segments: [TraceSegment],
    holds: [TraceHold], events: [TraceEvent]
  ) {
    self.name = name
    self.isCounted = isCounted
    began = spans[0].begin
    ended = spans[0].end
    outcome = spans[0].outcome ?? .unfinished
    self.spans = spans
    self.segments = Self.grouped(segments, spans.count) { Int($0.span) }
    self.holds = Self.grouped(holds, spans.count) { Int($0.span) }
    self.events = Self.grouped(events, spans.count) { Int($0.span) }
    for (i, range) in Self.ranges(self.segments, spans.count, { Int($0.span) }).enumerated() {
      self.spans[i].segments = range
    }
    for (i, range) in Self.ranges(self.holds, spans.count, { Int($0.span) }).enumerated() {
      self.spans[i].holds = range
    }
    for (i, range) in Self.ranges(self.events, spans.count, { Int($0.span) }).enumerated() {
      self.spans[i].events = range
    }
    guard ended != nil else { return }
    path = self.segments.filter { self.spans[Int($0.span)].isCritical }
    path.sort { ($0.begin, $0.span) < ($1.begin, $1.span) }
  }

  /// Rows by span, those of one span in their order: counting sort.
  private static func grouped<Row>(_ rows: [Row], _ count: Int, _ span: (Row) -> Int) -> [Row] {
    var places = Array(repeating: 0, count: count + 1)
    for row in rows { places[span(row) + 1] += 1 }
    for i in 0..<count { places[i + 1] += places[i] }
    guard let first = rows.first else { return [] }
    var sorted = Array(repeating: first, count: rows.count)
    for row in rows {
      sorted[places[span(row)]] = row
      places[span(row)] += 1
    }
    return sorted
  }

  /// Where each span's rows stand among rows in the order of spans.
  private static func ranges<Row>(
    _ rows: [Row], _ count: Int, _ span: (Row) -> Int
  ) -> [Range<Int>] {
    var ranges = Array(repeating: 0..<0, count: count)
    var i = 0
    while i < rows.count {
      let own = span(rows[i])
      let first = i
      while i < rows.count && span(rows[i]) == own { i += 1 }
      ranges[own] = first..<i
    }
    return ranges
  }
}
