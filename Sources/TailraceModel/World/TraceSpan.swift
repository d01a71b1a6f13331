/// A request by its workload and its number there.
public struct RequestName: Hashable, Comparable, Sendable {
  /// Index among the workloads by name.
  public var workload: Int
  /// Its number at its workload; in a closed loop client and turn, 32 bits each.
  public var number: UInt64

  public init(workload: Int, number: UInt64) {
    self.workload = workload
    self.number = number
  }

  public static func < (a: RequestName, b: RequestName) -> Bool {
    (a.workload, a.number) < (b.workload, b.number)
  }
}

/// One thing that a request did or had done for it: from a call to its answer.
public struct TraceSpan: Sendable, Equatable {
  public enum Kind: UInt8, Sendable {
    /// The request itself.
    case request
    /// A call that is watched: it may time out, be sent again or be copied.
    case call
    /// One attempt of a call, at a replica; of most calls the only one.
    case visit
    /// A branch of a `parallel`, or of a scatter that sends some calls at a time.
    case branch
    /// Steps that nobody waits for: a value is renewed or stored.
    case background
  }

  /// Why it ended, or what came of it.
  public enum Ending: UInt8, Sendable {
    /// It was still under way when the run ended.
    case open
    /// It answered: `outcome` says how.
    case answered
    /// Its caller gave it up since it took too long.
    case timedOut
    /// Another attempt answered first.
    case lostRace
    /// A tied copy was taken back before it had started.
    case withdrawn
    /// Its caller went on without it, or was gone itself.
    case notNeeded
    /// It left the queue unserved, since nobody waited for it any more.
    case expired
    /// A crash took it, or a partition one of its messages, and nobody was told.
    case lost
  }

  public var kind: Kind
  /// Index of the span around it; -1 for the request.
  public var parent: Int32
  /// Index among the services; -1 for what a workload does.
  public var service: Int32 = -1
  /// Index among the service's replicas over all its shards; -1 where it has none.
  public var replica: Int32 = -1
  /// Its place among the calls of its caller's step; -1 where that makes one.
  public var branch: Int32 = -1
  /// Number among the attempts of a watched call, from 0; -1 where calls are not watched.
  public var attempt: Int32 = -1
  public var attemptKind = AttemptKind.first
  /// In nanoseconds.
  public var begin: UInt64
  /// When its answer was heard, or it ended for nobody; nil where the run ended first.
  public var end: UInt64?
  /// When its caller gave it up; nil if it was waited for to the end.
  public var givenUp: UInt64?
  /// How it ended; nil where it gave no answer.
  public var outcome: Outcome?
  public var ending = Ending.open
  /// Whether it lies on the request's critical path.
  public var isCritical = false
  /// Whether its answer was the one with which its caller went on.
  public var isReleasing = false
  /// Its parts among the trace's `segments`, `holds` and `events`.
  public var segments: Range<Int> = 0..<0
  public var holds: Range<Int> = 0..<0
  public var events: Range<Int> = 0..<0

  init(_ kind: Kind, parent: Int32, begin: UInt64) {
    self.kind = kind
    self.parent = parent
    self.begin = begin
  }
}

/// What takes time of a request.
public enum TraceCause: UInt8, CaseIterable, Sendable {
  /// Waiting for a slot.
  case queue
  /// At work; at work for a new connection.
  case work, handshakeWork
  /// On the way there and back, ports and messages sent again included.
  case requestWire, replyWire
  /// Round trips of a new connection; waiting for one that somebody else opens.
  case handshake, connection
  /// A `wait` step; a cache's own time; waiting for a turn among a scatter's calls.
  case wait, cache, turn
  /// What a crash interrupted.
  case crash
  /// Waiting for somebody else's fetch of the same key.
  case coalesced
  /// Waiting for answers that a join's deadline went without.
  case deadline
  /// A pause before a retry; from an attempt to the copy that won; attempts that came to nothing.
  case backOff, hedgeDelay, lost

  /// Its phase in the breakdown of latencies.
  public var phase: Phase {
    switch self {
    case .queue: .queue
    case .work, .handshakeWork: .work
    case .requestWire, .replyWire, .handshake, .connection: .network
    case .wait, .cache, .turn, .crash: .wait
    case .coalesced: .coalesced
    case .deadline: .deadline
    case .backOff: .backOff
    case .hedgeDelay: .hedgeDelay
    case .lost: .lost
    }
  }
}

/// A stretch of a span's own time: between such, it waits for the spans below it.
public struct TraceSegment: Sendable, Equatable {
  /// Index of its span.
  public var span: Int32
  public var cause: TraceCause
  /// The step that takes the time, of work and `wait` steps: a key of `TraceNames.steps` if it has a
  /// name; else -1.
  public var step: Int32 = -1
  /// In nanoseconds; the end lies behind the begin.
  public var begin: UInt64
  public var end: UInt64

  /// Its length in nanoseconds.
  public var length: UInt64 { end - begin }
}

/// A time for which a span had a slot of its replica.
public struct TraceHold: Sendable, Equatable {
  public var span: Int32
  /// Which of the replica's slots, from 0; -1 where they are not told apart.
  public var slot: Int32
  public var begin: UInt64
  /// Nil where the run ended first.
  public var end: UInt64?
}

/// Something that happened to a span at an instant.
public struct TraceEvent: Sendable, Equatable {
  public enum Kind: UInt8, Sendable {
    /// What a lookup found; of `coalesced`, `other` is the request that fetches.
    case hit, staleHit, miss, earlyRefresh, revalidation, coalesced
    /// An instance of a cache did not answer.
    case unanswered
    /// A retry or a copy was refused by its budget.
    case retryRefused, copyRefused, attemptRejected
    /// Its work was interrupted by somebody more urgent.
    case preempted
    /// Its replica crashed.
    case crashed
  }

  public var span: Int32
  public var kind: Kind
  public var instant: UInt64
  /// Index among the caches; -1 if it is not about one.
  public var cache: Int32 = -1
  /// Another request that it is about.
  public var other: RequestName?
}
