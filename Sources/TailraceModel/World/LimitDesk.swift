import TailraceEngine

/// A rate limit as it is compiled.
struct LimitRow: BitwiseCopyable, Sendable {
  var law: RateLaw
  var isKeyed: Bool
}

/// A step that asks a rate limit.
struct LimitUseRow: BitwiseCopyable, Sendable {
  var limit: Int32
  var tokens: UInt64
  /// Its instance; a replica's own is that many further as the replica is from `firstStation`.
  var firstInstance: Int32
  var firstStation: Int32 = -1
  /// How its key is found; -1 without one.
  var route: Int32 = -1
}

/// What a limit did to requests of one class, in the window.
public struct LimitSum: BitwiseCopyable, Sendable, Equatable {
  /// Requests that passed, those delayed among them.
  public var admitted: UInt64 = 0
  public var refused: UInt64 = 0
  public var delayed: UInt64 = 0
  /// Nanoseconds that those were delayed.
  public var delay: UInt64 = 0
  /// Whole tokens that each who asked left behind, or found too few: their sum, least and most.
  public var remaining: UInt64 = 0
  public var leastRemaining = UInt64.max
  public var mostRemaining: UInt64 = 0

  public init() {}

  public static func += (sum: inout LimitSum, part: LimitSum) {
    sum.admitted += part.admitted
    sum.refused += part.refused
    sum.delayed += part.delayed
    sum.delay += part.delay
    sum.remaining += part.remaining
    sum.leastRemaining = min(sum.leastRemaining, part.leastRemaining)
    sum.mostRemaining = max(sum.mostRemaining, part.mostRemaining)
  }
}

/// What a limiter tells one whom it refuses, until his caller asks.
struct RetryHint: BitwiseCopyable, Sendable {
  var born: UInt64 = 0
  var luck: UInt64 = 0
  var wait: UInt64 = 0
}

/// The buckets of all rate limits.
///
/// Of a keyed limit only those are kept that are not full: a full bucket is as good as a new one.
struct LimitDesk: ~Copyable {
  private struct KeyedBucket: BitwiseCopyable {
    var key: UInt64 = 0
    /// -1 where the row is free; the next free one stands in `bucket.first`.
    var instance: Int32 = -1
    var limit: Int32 = -1
    var bucket = RateBucket()
  }

  /// Most buckets of keyed limits, and most passes in logs: 64 and 24 bytes each.
  static let bucketsMax = 1 << 22
  static let passesMax = 1 << 24

  let rows: Table<LimitRow>
  let uses: Table<LimitUseRow>
  /// By limit and class.
  let sums: Table<LimitSum>
  /// By frame, where any caller asks.
  var hints = Table<RetryHint>(repeating: RetryHint(), count: 0)
  let keepsHints: Bool
  private let single: Table<RateBucket>
  private var keyed = Table<KeyedBucket>(repeating: KeyedBucket(), count: 0)
  private var index = KeyIndex()
  private var used: Int32 = 0
  private var free: Int32 = -1
  /// Buckets at which full ones are looked for.
  private var sweepAt = 1_024
  private var log = RateLog()

  init(_ plan: Plan) {
    rows = Table(plan.limits)
    uses = Table(plan.limitUses)
    sums = Table(repeating: LimitSum(), count: plan.limits.count * plan.classNames.count)
    single = Table(repeating: RateBucket(), count: plan.limitInstances)
    keepsHints = !plan.limits.isEmpty && plan.attemptPolicies.contains(where: \.respectsRetryAfter)
  }

  deinit {
    var index = index
    index.deallocate()
  }

  /// Whether buckets or logs have outgrown their memory.
  var isOverfull: Bool { index.count > Self.bucketsMax || log.count > Self.passesMax }

  mutating func ask(
    _ use: LimitUseRow, instance: Int32, key: UInt64, at time: UInt64
  ) -> RateVerdict {
    let limit = rows[use.limit]
    if !limit.isKeyed {
      var bucket = single[instance]
      defer { single[instance] = bucket }
      return limit.law.ask(&bucket, use.tokens, at: time, &log)
    }
    if index.count >= sweepAt { sweep(at: time) }
    let b = row(of: key, instance, use.limit)
    var bucket = keyed[b].bucket
    defer { keyed[b].bucket = bucket }
    return limit.law.ask(&bucket, use.tokens, at: time, &log)
  }

  private static func word(_ instance: Int32, _ key: UInt64) -> UInt64 {
    Luck.child(key, UInt64(UInt32(bitPattern: instance)))
  }

  private mutating func row(of key: UInt64, _ instance: Int32, _ limit: Int32) -> Int32 {
    let word = Self.word(instance, key)
    let known = index.row(of: word) { keyed[$0].key == key && keyed[$0].instance == instance }
    if known >= 0 { return known }
    var row = free
    if row >= 0 {
      free = keyed[row].bucket.first
    } else {
      row = used
      if Int(row) == keyed.count {
        keyed.grow(to: max(64, keyed.count * 2), with: KeyedBucket())
      }
      used &+= 1
    }
    keyed[row] = KeyedBucket(key: key, instance: instance, limit: limit)
    index.insert(word, row: row)
    return row
  }

  /// Forgets full buckets; as many asks go by before the next time as remain.
  private mutating func sweep(at time: UInt64) {
    for row in 0..<used where keyed[row].instance >= 0 {
      let law = rows[keyed[row].limit].law
      var bucket = keyed[row].bucket
      guard law.isFull(bucket, at: time, log) else { continue }
      while law.kind == .slidingLog, bucket.first >= 0 { log.removeFirst(of: &bucket) }
      index.remove(Self.word(keyed[row].instance, keyed[row].key), row: row)
      keyed[row] = KeyedBucket()
      keyed[row].bucket.first = free
      free = row
    }
    sweepAt = max(1_024, index.count * 2)
  }
}
