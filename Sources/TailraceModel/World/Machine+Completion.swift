import TailraceEngine
import TailraceStatistics

/// What requests experienced: counts, latencies and where the time went, by workload.
struct Tally: ~Copyable {
  let components: Int
  /// Requests by workload and outcome.
  let outcomes: Table<UInt64>
  /// Latencies of answered requests, 512 buckets per octave.
  let latencies: Table<UInt64>
  let sums: Table<LatencySum>
  /// By workload, requests of one foreseen call that lie within the window.
  let foreseen: Table<ForeseenSum>
  /// Nanoseconds on the critical paths of answered requests, by workload, component and phase.
  let blame: Table<UInt64>
  /// Requests whose parts did not sum to their latency: always 0.
  var mismatches: UInt64 = 0

  static let outcomeCount = Outcome.allCases.count
  static let latencyCells = LogBuckets.fine.index(of: Clock.latest) + 1

  init(sources: Int, components: Int) {
    self.components = components
    outcomes = Table(repeating: 0, count: sources * Self.outcomeCount)
    latencies = Table(repeating: 0, count: sources * Self.latencyCells)
    sums = Table(repeating: LatencySum(), count: sources)
    foreseen = Table(repeating: ForeseenSum(), count: sources)
    blame = Table(repeating: 0, count: sources * components * Phase.allCases.count)
  }

  @inline(__always) mutating func began(_ s: Int, at time: UInt64) {
    sums[s].begun &+= 1
  }
}

/// Totals of requests of which all is known when they come; folded into the others at the end.
struct ForeseenSum: BitwiseCopyable, Sendable {
  var count: UInt64 = 0
  /// Sum of the latencies, in nanoseconds, in two words.
  var low: UInt64 = 0
  var high: UInt64 = 0
  var queued: UInt64 = 0
  var largest: UInt64 = 0
  var smallest = UInt64.max

  @inline(__always) mutating func add(_ latency: UInt64, queued wait: UInt64) {
    count &+= 1
    let sum = low.addingReportingOverflow(latency)
    low = sum.partialValue
    if sum.overflow { high &+= 1 }
    queued &+= wait
    largest = max(largest, latency)
    smallest = min(smallest, latency)
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

  /// A request ended, having been present for `stay` of the window.
  @inline(__always) mutating func went(at t: UInt64, stay: UInt64) {
    present &+= stay
    leftLessEntered &+= t
  }

  mutating func add(_ part: ForeseenSum) {
    begun &+= part.count
    answered &+= part.count
    let sum = low.addingReportingOverflow(part.low)
    low = sum.partialValue
    high &+= part.high &+ (sum.overflow ? 1 : 0)
    largest = max(largest, part.largest)
    smallest = min(smallest, part.smallest)
    present &+= part.low
    leftLessEntered &+= part.low
  }

  /// A request that comes and goes; both instants are cut to the window.
  @inline(__always) mutating func stay(from start: UInt64, until end: UInt64) {
    present &+= end &- start
    leftLessEntered &+= end &- start
  }

  var total: UInt128 { UInt128(high) << 64 | UInt128(low) }
}

extension Machine {
  /// Adds what was foreseen to the totals.
  mutating func foldForeseen() {
    for s in 0..<sources.count where tally.foreseen[s].count > 0 {
      let part = tally.foreseen[s]
      tally.foreseen[s] = ForeseenSum()
      tally.sums[s].add(part)
      tally.outcomes[s * Tally.outcomeCount + Int(Outcome.success.rawValue)] &+= part.count
      let component = Int(foresights[sources[s].edge].component)
      let cell = (s * tally.components + component) * Phase.allCases.count
      tally.blame[cell] &+= part.queued
      tally.blame[cell + Phase.work.rawValue] &+= part.low &- part.queued
    }
  }

  /// A request is done at `end`, which may lie ahead of the clock.
  @inline(__always) mutating func complete(_ f: Int32, at end: UInt64) {
    let s = Int(frames[f].source)
    let born = frames[f].born
    tally.sums[s].went(at: clipped(end), stay: clipped(end) &- clipped(born))
    if keepsIntervals && end <= horizon {
      intervals.ended(s, born: born, at: end, outcome: frames[f].outcome)
    }
    if frames[f].counted {
      let outcome = end > horizon ? Outcome.unfinished : frames[f].outcome
      countedLive &-= 1
      tally.outcomes[s &* Tally.outcomeCount &+ Int(outcome.rawValue)] &+= 1
      if outcome.isAnswered {
        let latency = end &- born
        record(latency, s)
        let row = s &* tally.components &* Phase.allCases.count
        if charge(f, s, row) != latency { tally.mismatches &+= 1 }
        if keepsSeries { series.record(latency, at: born) }
      }
      if keepsRequests { keep(f, outcome: outcome, at: min(end, horizon)) }
    }
    if sources[s].kind == .closed { think(after: f) }
    freeTree(f)
  }

  @inline(__always) mutating func record(_ latency: UInt64, _ s: Int) {
    tally.latencies[s &* Tally.latencyCells &+ LogBuckets.fine.index(of: latency)] &+= 1
    tally.sums[s].record(latency)
  }

  /// Adds a finished frame's parts, and those of its path, to the rows of their components.
  ///
  /// - Returns: their sum.
  @inline(__always) mutating func charge(_ f: Int32, _ s: Int, _ row: Int) -> UInt64 {
    let component: Int32
    switch frames[f].kind {
    case .visit, .call: component = services[edges[frames[f].edge].service].component
    case .client: component = sources[s].component
    case .branch:
      component =
        frames[f].station >= 0
        ? services[stations[frames[f].station].service].component
        : sources[s].component
    }
    let cell = row &+ Int(component) &* Phase.allCases.count
    let isCall = frames[f].kind == .call
    tally.blame[cell] &+= frames[f].queued
    tally.blame[cell &+ (isCall ? Phase.lost : .work).rawValue] &+= frames[f].worked
    tally.blame[cell &+ Phase.network.rawValue] &+= frames[f].wire
    tally.blame[cell &+ Phase.wait.rawValue] &+= frames[f].delayed
    var sum =
      frames[f].queued &+ frames[f].worked &+ frames[f].wire &+ frames[f].delayed
    var child = frames[f].path
    while child >= 0 {
      sum &+= chargeBelow(child, s, row)
      child = frames[child].next
    }
    return sum
  }

  @inline(never) private mutating func chargeBelow(_ f: Int32, _ s: Int, _ row: Int) -> UInt64 {
    charge(f, s, row)
  }
}
