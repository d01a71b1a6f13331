import TailraceEngine
import TailraceStatistics

/// What requests experienced: counts, latencies and where the time went, by workload.
struct Tally: ~Copyable {
  let components: Int
  /// Requests by workload and outcome.
  let outcomes: Table<UInt64>
  /// Latencies of answered requests, 512 buckets per octave.
  let latencies: LatencyCounts
  let sums: Table<LatencySum>
  /// By workload, of requests of one foreseen call that lie within the window.
  let foreseen: Table<ForeseenRange>
  /// Critical paths of answered requests, by workload, latency and component.
  var blame: BlameTable
  /// Requests whose parts did not sum to their latency: always 0.
  var mismatches: UInt64 = 0

  static let outcomeCount = Outcome.allCases.count
  static let latencyCells = LogBuckets.fine.index(of: Clock.latest) + 1

  init(sources: Int, components: Int, hasApart: Bool) {
    self.components = components
    outcomes = Table(repeating: 0, count: sources * Self.outcomeCount)
    latencies = LatencyCounts(sources * Self.latencyCells)
    sums = Table(repeating: LatencySum(), count: sources)
    foreseen = Table(repeating: ForeseenRange(), count: sources)
    blame = BlameTable(sources: sources, components: components, hasApart: hasApart)
  }
}

/// Counts of latencies: in half words, since the hot ones of them then fit the fastest cache.
struct LatencyCounts: ~Copyable {
  private let low: Table<UInt32>
  /// How often the lower half has run over.
  private let high: Table<UInt32>

  init(_ count: Int) {
    low = Table(repeating: 0, count: count)
    high = Table(repeating: 0, count: count)
  }

  @inline(__always) func add(_ i: Int) {
    let count = low[i] &+ 1
    low[i] = count
    if _slowPath(count == 0) { high[i] &+= 1 }
  }

  subscript(_ i: Int) -> UInt64 { UInt64(high[i]) &<< 32 | UInt64(low[i]) }
}

/// Number of requests of which all is known when they come, and the range of their latencies.
struct ForeseenRange: BitwiseCopyable, Sendable {
  var count: UInt64 = 0
  var largest: UInt64 = 0
  var smallest = UInt64.max

  @inline(__always) mutating func note(_ latency: UInt64) {
    count &+= 1
    if latency > largest { largest = latency }
    if latency < smallest { smallest = latency }
  }
}

/// Totals of a workload's requests.
struct LatencySum: BitwiseCopyable, Sendable {
  /// Counted requests that began.
  var begun: UInt64 = 0
  var answered: UInt64 = 0
  /// Sum of the latencies of answered requests, in nanoseconds, in two words.
  var low: UInt64 = 0
  var high: UInt64 = 0
  var largest: UInt64 = 0
  var smallest = UInt64.max
  /// Time in the system of all requests, cut to the window, in nanoseconds.
  var present: UInt64 = 0
  /// Instants at which requests went less those at which they came, cut to the window; it wraps.
  var leftLessEntered: UInt64 = 0

  @inline(__always) mutating func record(_ latency: UInt64) {
    answered &+= 1
    let sum = low.addingReportingOverflow(latency)
    low = sum.partialValue
    if sum.overflow { high &+= 1 }
    largest = max(largest, latency)
    smallest = min(smallest, latency)
  }

  /// A request began at an instant that is cut to the window; `counted` is 1 within it, else 0.
  @inline(__always) mutating func came(at t: UInt64, counted: UInt64) {
    begun &+= counted
    leftLessEntered &-= t
  }

  /// A request ended, having been present for `stay` of the window.
  @inline(__always) mutating func went(at t: UInt64, stay: UInt64) {
    present &+= stay
    leftLessEntered &+= t
  }

  /// Adds requests that were foreseen, with the sum of their latencies.
  mutating func add(_ range: ForeseenRange, total part: UInt128) {
    begun &+= range.count
    answered &+= range.count
    let sum = total + part
    low = UInt64(truncatingIfNeeded: sum)
    high = UInt64(truncatingIfNeeded: sum >> 64)
    largest = max(largest, range.largest)
    smallest = min(smallest, range.smallest)
    present &+= UInt64(truncatingIfNeeded: part)
    leftLessEntered &+= UInt64(truncatingIfNeeded: part)
  }

  /// A request that comes and goes; both instants are cut to the window.
  @inline(__always) mutating func stay(from start: UInt64, until end: UInt64) {
    present &+= end &- start
    leftLessEntered &+= end &- start
  }

  var total: UInt128 { UInt128(high) << 64 | UInt128(low) }
}

extension Machine {
  /// Adds what was kept apart for speed to the totals.
  mutating func foldForeseen() {
    foldHits()
    for s in 0..<sources.count where sources[s].edge >= 0 {
      let edge = edges.row(sources[s].edge)
      let total = tally.blame.foldVisits(
        of: s, component: edge.component, arePauses: edge.cached >= 0)
      let range = tally.foreseen[s]
      if range.count == 0 { continue }
      tally.sums[s].add(range, total: total)
      tally.foreseen[s] = ForeseenRange()
      tally.outcomes[s * Tally.outcomeCount + Int(Outcome.success.rawValue)] &+= range.count
    }
  }

  /// A request is done at `end`, which may lie ahead of the clock.
  @inline(__always) mutating func complete(_ f: Int32, at end: UInt64) {
    let request = frames.row(f)
    let s = Int(request.source)
    let born = request.born
    let sum = tally.sums.row(s)
    let cutEnd = clipped(end)
    sum.row.went(at: cutEnd, stay: cutEnd &- clipped(born))
    if keepsIntervals && end <= horizon {
      intervals.ended(s, born: born, at: end, outcome: request.outcome)
    }
    if request.flags.contains(.counted) {
      let outcome = end > horizon ? Outcome.unfinished : request.outcome
      countedLive &-= 1
      tally.outcomes[s &* Tally.outcomeCount &+ Int(outcome.rawValue)] &+= 1
      if outcome.isAnswered {
        let latency = end &- born
        let cell = LogBuckets.fine.index(of: latency)
        tally.latencies.add(s &* Tally.latencyCells &+ cell)
        sum.row.record(latency)
        let row = tally.blame.row(
          _slowPath(tracksRequests) ? blameSource(s, request.number) : s, cell)
        if charge(f, request, s, row) != latency { tally.mismatches &+= 1 }
        if keepsSeries { series.record(latency, at: born) }
      }
      if _slowPath(tracksRequests) { track(f, outcome: outcome, at: end) }
    }
    if _slowPath(hasClosedLoops) && sources[s].kind == .closed { think(after: f) }
    freeTree(f)
  }

  /// Adds a finished frame's parts, and those of its path, to the rows of their components.
  ///
  /// - Returns: their sum.
  @inline(__always)
  mutating func charge(
    _ f: Int32, _ frame: RowReference<Frame>, _ s: Int, _ row: Int32
  ) -> UInt64 {
    let kind = frame.kind
    let component =
      kind == .visit || kind == .call
      ? edges[frame.edge].component : innerComponent(frame, s)
    let cells = tally.blame.rows.row(row &+ component)
    let queued = frame.queued
    let worked = frame.worked
    let wire = frame.wire
    let delayed = frame.delayed
    if kind == .call {
      cells.hedgeDelay &+= queued
      cells.lost &+= worked
      cells.backOff &+= delayed
    } else {
      cells.queue &+= queued
      cells.work &+= worked
      cells.wait &+= delayed
      if _slowPath(keepsPauses) { tellPauses(f, frame, cells) }
    }
    cells.network &+= wire
    if frame.lastOf >= 0 { noteLast(f, s) }
    var sum = queued &+ worked &+ wire &+ delayed
    var child = frame.path
    while child >= 0 {
      let below = frames.row(child)
      sum &+= chargeBelow(child, below, s, row)
      child = below.next
    }
    return sum
  }

  /// Whose time it is that a workload's program or a branch takes.
  @inline(never)
  private mutating func innerComponent(_ frame: RowReference<Frame>, _ s: Int) -> Int32 {
    frame.kind == .branch && frame.station >= 0
      ? services[stations[frame.station].service].component : sources[s].component
  }

  @inline(never)
  private mutating func chargeBelow(
    _ f: Int32, _ frame: RowReference<Frame>, _ s: Int, _ row: Int32
  ) -> UInt64 {
    charge(f, frame, s, row)
  }
}
