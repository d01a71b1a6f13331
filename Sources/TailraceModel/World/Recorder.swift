/// What chosen requests do, as it happens: flat rows that refer to each other by index.
///
/// It only listens. The machine tells it through `Machine+Recording`, and only where departures are
/// events and every visit is walked through at length, so that nothing happens ahead of the clock.
struct Recorder {
  /// Most spans.
  let most: Int
  /// The chosen requests, and the span of each once it has begun.
  private let chosen: [RequestName: Int32]
  private(set) var roots: [Int32]
  private var isCounted: [Bool]
  /// By frame, its span; -1 where its request is not followed.
  private var spanOf: [Int32] = []
  private(set) var spans: [TraceSpan] = []
  /// By span, the chosen request that it belongs to.
  private var requestOf: [Int32] = []
  /// By span, its latest segment, and by segment the one before; -1 if none.
  private var latest: [Int32] = []
  private var before: [Int32] = []
  private var segments: [TraceSegment] = []
  private var holds: [TraceHold] = []
  /// By span, the hold that goes on; -1 if none.
  private var openHold: [Int32] = []
  private var events: [TraceEvent] = []
  var slots: SlotNames
  /// Whether there was more than there is room for.
  private(set) var isFull = false
  /// Spans whose parts were not those of their frame: always 0.
  private(set) var mismatches = 0

  init(_ names: [RequestName], most: Int, stations: Int) {
    self.most = most
    var chosen: [RequestName: Int32] = [:]
    for name in names where chosen[name] == nil { chosen[name] = Int32(chosen.count) }
    self.chosen = chosen
    roots = Array(repeating: -1, count: chosen.count)
    isCounted = Array(repeating: false, count: chosen.count)
    slots = SlotNames(stations: stations)
  }

  init() { self.init([], most: 0, stations: 0) }

  /// Requests that have begun.
  var begun: Int { roots.count { $0 >= 0 } }

  /// The place of a request among the chosen ones.
  func place(of name: RequestName) -> Int32? { chosen[name] }

  // MARK: Spans

  /// The span of a frame; nil where it is not followed.
  func span(of f: Int32) -> Int? {
    guard Int(f) < spanOf.count, spanOf[Int(f)] >= 0 else { return nil }
    return Int(spanOf[Int(f)])
  }

  subscript(_ span: Int) -> TraceSpan {
    get { spans[span] }
    set { spans[span] = newValue }
  }

  /// A frame is used anew: it has the span, or none.
  mutating func assign(_ span: Int32, to f: Int32) {
    while spanOf.count <= Int(f) { spanOf.append(-1) }
    spanOf[Int(f)] = span
  }

  /// A span of a chosen request begins; -1 where there is no more room.
  mutating func add(_ span: TraceSpan, of request: Int32) -> Int32 {
    if spans.count >= most {
      isFull = true
      return -1
    }
    spans.append(span)
    requestOf.append(request)
    latest.append(-1)
    openHold.append(-1)
    return Int32(spans.count - 1)
  }

  /// A chosen request begins.
  mutating func addRequest(_ request: Int32, at instant: UInt64, isCounted: Bool) -> Int32 {
    let root = add(TraceSpan(.request, parent: -1, begin: instant), of: request)
    roots[Int(request)] = root
    self.isCounted[Int(request)] = isCounted
    return root
  }

  /// A span below another one begins.
  mutating func add(_ span: TraceSpan, below parent: Int) -> Int32 {
    add(span, of: requestOf[parent])
  }

  // MARK: Parts

  /// A stretch of a span's own time, which may lie ahead of the clock.
  mutating func add(
    _ cause: TraceCause, to span: Int, from begin: UInt64, until end: UInt64, step: Int32 = -1
  ) {
    if end <= begin { return }
    segments.append(
      TraceSegment(span: Int32(span), cause: cause, step: step, begin: begin, end: end))
    before.append(latest[span])
    latest[span] = Int32(segments.count - 1)
  }

  /// A span's own time ends here, whatever had been foreseen.
  mutating func cut(_ span: Int, at instant: UInt64) {
    change(span) { segment in
      segment.end = min(segment.end, instant)
      return segment.begin >= instant
    }
  }

  /// Changes a span's segments from the last on, as long as there is anything to change.
  mutating func change(_ span: Int, _ body: (inout TraceSegment) -> Bool) {
    var i = latest[span]
    while i >= 0 {
      if !body(&segments[Int(i)]) { return }
      i = before[Int(i)]
    }
  }

  /// Nanoseconds of a span's own time, by phase.
  func times(of span: Int) -> [UInt64] {
    var times = Array(repeating: UInt64(0), count: Phase.allCases.count)
    var i = latest[span]
    while i >= 0 {
      let segment = segments[Int(i)]
      if segment.end > segment.begin {
        times[segment.cause.phase.rawValue] += segment.length
      }
      i = before[Int(i)]
    }
    return times
  }

  /// A span's parts have been held against its frame's.
  mutating func noteMismatch() { mismatches += 1 }

  mutating func add(
    _ kind: TraceEvent.Kind, to span: Int, at instant: UInt64, cache: Int32 = -1,
    other: RequestName? = nil
  ) {
    events.append(
      TraceEvent(span: Int32(span), kind: kind, instant: instant, cache: cache, other: other))
  }

  /// A span has a slot; -1 where slots are not told apart.
  mutating func hold(_ span: Int, slot: Int32, from instant: UInt64) {
    openHold[span] = Int32(holds.count)
    holds.append(TraceHold(span: Int32(span), slot: slot, begin: instant, end: nil))
  }

  /// It gives back the slot that it has had last.
  mutating func endHold(_ span: Int, at instant: UInt64) {
    if openHold[span] < 0 { return }
    holds[Int(openHold[span])].end = instant
    openHold[span] = -1
  }

  // MARK: The end

  /// The requests that have begun, in the order in which they were chosen.
  func traces() -> [RequestTrace] {
    let names = chosen.sorted { $0.value < $1.value }.map(\.key)
    var local = Array(repeating: Int32(-1), count: spans.count)
    var counts = Array(repeating: 0, count: names.count)
    for s in spans.indices {
      local[s] = Int32(counts[Int(requestOf[s])])
      counts[Int(requestOf[s])] += 1
    }
    var ownSpans = counts.map { count in
      var own: [TraceSpan] = []
      own.reserveCapacity(count)
      return own
    }
    for (s, var span) in spans.enumerated() {
      if span.parent >= 0 { span.parent = local[Int(span.parent)] }
      ownSpans[Int(requestOf[s])].append(span)
    }
    var ownSegments = Array(repeating: [TraceSegment](), count: names.count)
    for var segment in segments where segment.end > segment.begin {
      let r = Int(requestOf[Int(segment.span)])
      segment.span = local[Int(segment.span)]
      ownSegments[r].append(segment)
    }
    var ownHolds = Array(repeating: [TraceHold](), count: names.count)
    for var hold in holds {
      let r = Int(requestOf[Int(hold.span)])
      hold.span = local[Int(hold.span)]
      ownHolds[r].append(hold)
    }
    var ownEvents = Array(repeating: [TraceEvent](), count: names.count)
    for var event in events {
      let r = Int(requestOf[Int(event.span)])
      event.span = local[Int(event.span)]
      ownEvents[r].append(event)
    }
    return names.indices.compactMap { r in
      if roots[r] < 0 { return nil }
      return RequestTrace(
        names[r], isCounted: isCounted[r], spans: ownSpans[r], segments: ownSegments[r],
        holds: ownHolds[r], events: ownEvents[r])
    }
  }
}
