import TailraceExperiment
import TailraceModel

extension TraceCause {
  /// What takes the time, in a few words.
  var words: String {
    switch self {
    case .queue: "queue"
    case .work: "work"
    case .handshakeWork: "handshake work"
    case .requestWire: "network there"
    case .replyWire: "network back"
    case .handshake: "handshake"
    case .connection: "connection wait"
    case .wait: "wait"
    case .cache: "cache"
    case .turn: "turn"
    case .crash: "crash"
    case .coalesced: "other's fetch"
    case .deadline: "deadline"
    case .backOff: "back-off"
    case .hedgeDelay: "hedge delay"
    case .lost: "lost"
    }
  }
}

extension TraceSpan.Ending {
  /// The word of files.
  var word: String {
    switch self {
    case .open: "open"
    case .answered: "answered"
    case .timedOut: "timed_out"
    case .lostRace: "lost_race"
    case .withdrawn: "withdrawn"
    case .notNeeded: "not_needed"
    case .expired: "expired"
    case .lost: "lost"
    }
  }

  /// What came of it, for people; nil where it answered.
  var words: String? {
    switch self {
    case .open, .answered: nil
    case .timedOut: "timed out"
    case .lostRace: "another attempt was first"
    case .withdrawn: "withdrawn before it started"
    case .notNeeded: "no longer waited for"
    case .expired: "left the queue unserved"
    case .lost: "lost in a crash or on its way"
    }
  }
}

extension TraceEvent.Kind {
  /// The word of files.
  var word: String {
    switch self {
    case .hit: "cache.hit"
    case .staleHit: "cache.stale_hit"
    case .miss: "cache.miss"
    case .earlyRefresh: "cache.early_refresh"
    case .revalidation: "cache.revalidation"
    case .coalesced: "cache.coalesced"
    case .unanswered: "cache.unanswered"
    case .retryRefused: "retry.refused"
    case .attemptRejected: "attempt.rejected"
    case .copyRefused: "hedge.refused"
    case .preempted: "preempted"
    case .crashed: "crashed"
    }
  }

  var words: String {
    switch self {
    case .hit: "hit"
    case .staleHit: "stale hit"
    case .miss: "miss"
    case .earlyRefresh: "early refresh"
    case .revalidation: "expired, asked about"
    case .coalesced: "being fetched by"
    case .unanswered: "no answer"
    case .retryRefused: "retry refused by its budget"
    case .attemptRejected: "attempt rejected by the caller's breaker or throttle"
    case .copyRefused: "copy refused by its budget"
    case .preempted: "interrupted by others"
    case .crashed: "its replica crashed"
    }
  }
}

extension AttemptKind {
  var word: String {
    switch self {
    case .first: "first"
    case .retry: "retry"
    case .copy: "copy"
    }
  }
}

extension TraceNames {
  /// The shard and the replica of a span, each named only where there are several.
  func place(of span: TraceSpan) -> (shard: Int?, replica: Int?) {
    guard span.service >= 0, span.replica >= 0 else { return (nil, nil) }
    let service = services[Int(span.service)]
    let (shard, replica) = Int(span.replica).quotientAndRemainder(dividingBy: service.replicas)
    return (service.shards > 1 ? shard : nil, service.replicas > 1 ? replica : nil)
  }

  /// The same in words behind a blank: " shard 37 replica 1".
  func placeWords(of span: TraceSpan) -> String {
    let (shard, replica) = place(of: span)
    return (shard.map { " shard \($0)" } ?? "") + (replica.map { " replica \($0)" } ?? "")
  }

  /// The service that a span is about; the workload for what that does.
  func owner(of span: TraceSpan, _ request: TracedRequest) -> String {
    span.service < 0 ? request.workload : services[Int(span.service)].name
  }

  /// A request that another one's event names.
  func words(of name: RequestName) -> String {
    let id = RequestID.text(name.number, isClosed: isClosed[name.workload])
    return "request \(id) of \(workloads[name.workload])"
  }

  /// A cause with the name of its step, if it has one.
  func words(of segment: TraceSegment) -> String {
    guard let step = steps[segment.step] else { return segment.cause.words }
    return "\(segment.cause.words) \(step)"
  }
}

extension TracedRequest {
  /// When a span ended; where the run did first, when that did.
  func end(of span: TraceSpan) -> UInt64 { span.end ?? max(runEnd, span.begin) }

  /// When the request ended, or the run.
  var end: UInt64 { trace.ended ?? max(runEnd, trace.began) }

  /// When a visit or a branch does nothing itself: it waits for those that it has called.
  func waits(of span: TraceSpan) -> [Range<UInt64>] {
    guard span.kind == .visit || span.kind == .branch || span.kind == .background else { return [] }
    var waits: [Range<UInt64>] = []
    var at = span.begin
    for segment in trace.segments[span.segments] {
      if segment.begin > at { waits.append(at..<segment.begin) }
      at = max(at, segment.end)
    }
    if end(of: span) > at { waits.append(at..<end(of: span)) }
    return waits
  }

  /// By span, the spans below it.
  var children: [[Int]] {
    var children = Array(repeating: [Int](), count: trace.spans.count)
    for (i, span) in trace.spans.enumerated() where span.parent >= 0 {
      children[Int(span.parent)].append(i)
    }
    return children
  }
}
