/// How many requests may pass in a time: a section `rate_limits` of the scenario.
public struct RateLimitSpec: Sendable {
  /// How passes are counted; times in nanoseconds.
  public enum Algorithm: Sendable {
    /// `most` tokens, at first too; `perFill` come every `interval`, either at its multiples from
    /// time 0 on or continuously, which is GCRA with a burst of `most` - 1.
    case tokenBucket(most: UInt64, perFill: UInt64, interval: UInt64, isContinuous: Bool)
    /// `limit` in each window; windows begin at the multiples of `window` from time 0 on.
    case fixedWindow(limit: UInt64, window: UInt64)
    /// As those, with a share of the window before: what of it the last `window` still covers.
    case slidingWindow(limit: UInt64, window: UInt64)
    /// `limit` in any `window`, exactly.
    case slidingLog(limit: UInt64, window: UInt64)
  }
  public enum Placement: String, CaseIterable, Sendable {
    case shared
    case perReplica = "per_replica"
  }

  public var name: String
  public var algorithm: Algorithm
  /// The key space with a bucket for each key; nil is one for all.
  public var key: String?
  public var placement = Placement.shared
  /// Longest that one who finds no token is delayed instead of refused; nil refuses at once.
  public var maxDelay: UInt64?
  public var enabled = true

  public init(name: String, _ algorithm: Algorithm) {
    self.name = name
    self.algorithm = algorithm
  }

  /// Most tokens times nanoseconds that arithmetic of buckets takes without running over.
  public static let productMax: UInt64 = 1 << 60
}

/// Permits that steps hold: a section `pools` of the scenario.
public struct PoolSpec: Sendable {
  /// Who of those that wait comes first.
  public enum Discipline: String, CaseIterable, Sendable { case fifo = "FIFO", lifo = "LIFO" }

  public var name: String
  /// Permits.
  public var size: Int
  /// The key space of which each key has `size` permits of its own: a lock. Nil is one for all.
  public var key: String?
  public var placement = RateLimitSpec.Placement.perReplica
  public var discipline = Discipline.fifo
  /// Most that may wait for a permit; nil is any number.
  public var maxWaiting: Int?
  public var enabled = true

  public init(name: String, size: Int) {
    self.name = name
    self.size = size
  }
}

/// A step that passes a rate limit, or is `shed`.
public struct LimitUse: Sendable {
  public var limit: String
  /// Tokens that it takes.
  public var tokens: UInt64 = 1

  public init(_ limit: String) { self.limit = limit }
}

/// Steps that are taken with a permit of a pool, or are `rejected`.
public struct HoldUse: Sendable {
  public var pool: String
  public var steps: [StepSpec]
  /// Longest wait for the permit, in nanoseconds; nil is for ever.
  public var timeout: UInt64?

  public init(_ pool: String, steps: [StepSpec]) {
    self.pool = pool
    self.steps = steps
  }
}

/// When a caller's replica stops calling for a while: one such state for each of its steps.
public struct BreakerSpec: Sendable {
  /// What failures are counted over.
  public enum Window: Sendable {
    /// Nanoseconds, in ten parts.
    case time(UInt64)
    /// Attempts.
    case calls(Int)
  }
  /// Failures, in per cent of the attempts in the window, that open it.
  public var failureRateThreshold = 50.0
  /// Nanoseconds from which on an answer counts as a failure; nil is never.
  public var slowCallDuration: UInt64?
  /// Fewest attempts in the window that say anything.
  public var minimumCalls = 20
  public var window = Window.time(10_000_000_000)
  /// Nanoseconds that it rejects all.
  public var waitDurationOpen: UInt64 = 5_000_000_000
  /// Attempts that go as a trial afterwards; their own rate of failures decides.
  public var permittedHalfOpen = 1

  public init() {}

  /// Most attempts that a window of attempts covers.
  public static let callsMax = 1_024
}

/// Rejects more of its own attempts the fewer the callee accepts (Google SRE book, chapter 21).
public struct AdaptiveThrottlingSpec: Sendable {
  /// Attempts that go for each that is accepted.
  public var k = 2.0
  /// Nanoseconds over which both are counted, in ten parts.
  public var window: UInt64 = 120_000_000_000

  public init() {}
}

extension Topology {
  /// The limit of a step; nil where it is switched off.
  func limit(_ use: LimitUse) -> RateLimitSpec? {
    rateLimits.first { $0.name == use.limit && $0.enabled }
  }

  /// The pool of a step; nil where it is switched off.
  func pool(_ use: HoldUse) -> PoolSpec? { pools.first { $0.name == use.pool && $0.enabled } }
}
