import TailraceEngine
import TailraceStatistics

// What is kept only where asked for: time series, calls by edge, and records of requests.
extension Machine {
  // MARK: Time series

  @inline(__always) mutating func seriesEntered(_ s: Int32) {
    if keepsIntervals { seriesWait(s, by: 1) }
  }

  @inline(__always) mutating func seriesGaveUp(_ s: Int32) {
    if keepsIntervals { seriesWait(s, by: -1) }
  }

  @inline(__always) mutating func seriesStarted(_ s: Int32) {
    if keepsIntervals {
      seriesWait(s, by: -1)
      seriesUse(s, by: 1)
    }
  }

  /// A visit entered and started at once.
  @inline(never) mutating func seriesPassed(_ s: Int32) {
    seriesEntered(s)
    seriesStarted(s)
  }

  @inline(__always) mutating func seriesLeft(_ s: Int32) {
    if keepsIntervals { seriesUse(s, by: -1) }
  }

  @inline(never) private mutating func seriesWait(_ s: Int32, by step: Int64) {
    intervals.wait(s, by: step, at: time)
  }

  @inline(never) private mutating func seriesUse(_ s: Int32, by step: Int64) {
    intervals.use(s, by: step, at: time)
  }

  /// A key was looked up in an instance of a cache.
  @inline(__always) mutating func seriesLookedUp(_ i: Int32, isHit: Bool) {
    if keepsIntervals { intervals.lookUp(Int(cacheSums[i].cache), isHit: isHit, at: time) }
  }

  // MARK: Calls

  @inline(__always) mutating func noteCall(_ e: Int32) {
    if keepsCalls && inWindow == 1 { calls[e].calls &+= 1 }
  }

  /// A frame answers whoever called it: where it stands for a whole call, the call has ended.
  @inline(__always) mutating func noteAnswer(_ f: Int32, at end: UInt64) {
    if notesAnswers { countAnswer(f, at: end) }
  }

  @inline(never) private mutating func countAnswer(_ f: Int32, at end: UInt64) {
    if notesVisits && frames[f].kind == .visit { noteVisit(f, at: end) }
    if !keepsCalls { return }
    let e = frames[f].edge
    let parent = frames[f].parent
    let isWhole =
      frames[f].kind == .call
      || (frames[f].kind == .visit && (parent < 0 || frames[parent].kind != .call))
    guard isWhole, parent != -2 else { return }
    noteAnswer(e, from: frames[f].born, until: end, frames[f].outcome)
  }

  /// A call that began at one instant ended at another.
  mutating func noteAnswer(
    _ e: Int32, from start: UInt64, until end: UInt64, _ outcome: Outcome
  ) {
    guard window.contains(start), end <= horizon else { return }
    if outcome.isAnswered {
      callLatencies.record(end &- start, in: Int(e))
    } else {
      calls[e].errors &+= 1
      if outcome == .timeout { calls[e].timeouts &+= 1 }
    }
  }

  /// The calls by caller and callee; several call sites of one pair are one edge.
  mutating func callOutcomes(_ plan: Plan) -> [CallOutcome] {
    guard keepsCalls else { return [] }
    let order = (0..<edges.count).sorted { a, b in
      (plan.edgeCallers[a], edges[a].service, a) < (plan.edgeCallers[b], edges[b].service, b)
    }
    var outcomes: [CallOutcome] = []
    for e in order {
      let from = Int(plan.edgeCallers[e])
      let to = Int(edges[e].service)
      let part = CallOutcome(
        from: from, to: to, calls: calls[e].calls, timeouts: calls[e].timeouts,
        errors: calls[e].errors, latencies: [callLatencies.snapshot(e)],
        attempts: edges[e].policy >= 0 ? attemptSums[e] : nil)
      if let last = outcomes.last, last.from == from, last.to == to {
        outcomes[outcomes.count - 1].add(part)
      } else {
        outcomes.append(part)
      }
    }
    return outcomes
  }
}

/// Calls of one call site in the window.
struct CallSum: BitwiseCopyable {
  var calls: UInt64 = 0
  var timeouts: UInt64 = 0
  var errors: UInt64 = 0
}

/// Calls of one component to a service that began in the window.
public struct CallOutcome: Sendable {
  /// The caller among `Replication.components`.
  public var from: Int
  /// The callee among the services.
  public var to: Int
  public var calls: UInt64
  public var timeouts: UInt64
  /// Calls that ended without an answer, timeouts among them; not those given up by the caller.
  public var errors: UInt64
  /// Latencies of answered calls as the caller saw them, within 1.6 %; one part per call site.
  public var latencies: [HistogramSnapshot]
  /// Their attempts; nil where each call is one.
  public var attempts: AttemptSum?

  fileprivate mutating func add(_ other: CallOutcome) {
    if let more = other.attempts ?? (attempts == nil ? nil : .single(other.calls)) {
      attempts = (attempts ?? .single(calls)) + more
    }
    calls += other.calls
    timeouts += other.timeouts
    errors += other.errors
    latencies += other.latencies
  }
}
