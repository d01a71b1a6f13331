import TailraceEngine

/// What expires in a delay line: one line serves all that have delay and purpose in common.
enum LinePurpose: UInt8, Hashable {
  case giveUp, perTry, hedge
}

/// What a caller does beyond waiting for one answer.
struct AttemptPolicy: BitwiseCopyable, Sendable {
  /// Outcomes to retry on, by bit.
  var outcomes: UInt16 = 0
  /// Attempts beyond the first, and copies beyond it.
  var retries: Int32 = 0
  var copies: Int32 = 0
  /// The lines of the overall and the per-try timeout and of the fixed delay of a copy.
  var timeoutLine: Int32 = -1
  var perTryLine: Int32 = -1
  var hedgeLine: Int32 = -1
  /// Whether copies go at the same instant.
  var hedgesAtOnce = false
  /// The share of attempts that a copy waits for; 0 for a fixed delay.
  var quantile = 0.0
  /// Millionths of a copy that a call earns; 0 is no limit.
  var hedgeGain: Int64 = 0
  var isTied = false
  /// Outcomes of a copy after which the next goes at once, by bit; any other failure is the call's.
  var nonFatal: UInt16 = 0
  var cancelsLosers = true
  var repeatsLuck = false
  var prefersOthers = false
  /// Whether a retry waits as long as the limiter says that shed the attempt before.
  var respectsRetryAfter = false
  /// What may reject its attempts; -1 if nothing does.
  var guardRow: Int32 = -1
  /// Whether the callee is told when the caller gives up, and whether the caller has been told.
  var propagates = false
  var isTold = false
  /// Whether a call needs no row of its own until something happens to its first attempt.
  var startsLean = false
  /// The line that goes off first for such an attempt.
  var firstLine: Int32 = -1
  /// Whether, besides, one attempt at a time is out.
  var isSequential = false
  /// Whether the end of a first attempt may be known when it is sent: see `Machine.foreseeFirst`.
  var isForeseen = false
  /// Whether all that follows a lost first attempt is known then but the places of the next ones.
  var foreseesRetries: Bool { isForeseen && !prefersOthers && jitter != .decorrelated }
  /// Whether attempts are plain visits: see `Machine.sendPlain`.
  var visitsArePlain = false
  /// The pause before a retry: a law, or a doubling one.
  var pauseLaw: Int32 = -1
  var base = 0.0
  var most = 0.0
  var jitter = Jitter.full
  var salt: UInt64 = 0
  /// What its caller remembers; a caller replica's own is that many further.
  var firstState: Int32 = 0

  /// When a call that began at `born` is given up.
  func deadline(from born: UInt64, _ delays: borrowing Table<DelayLine>) -> UInt64 {
    timeoutLine < 0 ? never : born &+ delays[timeoutLine].delay
  }

  func retries(on outcome: Outcome) -> Bool {
    outcomes & (1 &<< UInt16(outcome.rawValue)) != 0
  }

  /// Whether a call that may have copies goes on after a copy has ended so.
  func isFatal(_ outcome: Outcome) -> Bool {
    copies > 0 && nonFatal & (1 &<< UInt16(outcome.rawValue)) == 0
  }
}

/// A call that may be sent more than once, while it lasts.
struct CallRow: BitwiseCopyable, Sendable {
  /// Its attempts, the latest first.
  var first: Int32 = -1
  var sent: Int32 = 0
  var retries: Int32 = 0
  var copies: Int32 = 0
  /// Copies that have been decided and wait for one that is on its way out.
  var owed: Int32 = 0
  /// When the next copy is due, if one is: a timer of another instant is out of date.
  var hedgeDue: UInt64 = 0
  /// Per-try timers that have gone off: they do so in the order of the attempts.
  var expired: Int32 = 0
  /// The branch of its caller's join that it is; 0 for a workload.
  var place: Int32
  /// The caller's memory.
  var state: Int32
  /// What the latest retry cost.
  var cost: Int64 = 0
  /// The latest pause.
  var pause = 0.0
  /// Not before this instant goes the next retry, as a limiter has said; 0 if none has.
  var retryAt: UInt64 = 0
  /// Attempts that its caller's breaker or throttle has rejected.
  var turnedBack: Int32 = 0
  /// When its caller gives it up.
  var deadline = never
  var kind = AttemptKind.first
  var hasHedgeDue = false
  /// Whether a retry has been decided and not been sent.
  var hasRetryDue = false
  /// Whether a tied copy has started.
  var hasStarted = false
}

/// What an attempt of a call is.
public enum AttemptKind: UInt8, BitwiseCopyable, Sendable {
  case first, retry, copy
}

/// One attempt of a call.
struct AttemptRow: BitwiseCopyable, Sendable {
  /// The attempt before; -1 for the first.
  var next: Int32
  /// Its visit.
  var child: Int32 = -1
  var station: Int32
  var number: Int32
  var kind: AttemptKind
  /// Whether it has come back or been given up.
  var isOver = false
  /// The phase of its caller's breaker when it was sent.
  var epoch: UInt32 = 0
  var sent: UInt64
  /// Time lost on tries when it was sent.
  var lost: UInt64
  /// Whether nothing else was out when it was sent.
  var isAlone = true
}

/// Attempts of calls in the window.
public struct AttemptSum: BitwiseCopyable, Sendable, Equatable {
  /// All of them, first ones included.
  public var attempts: UInt64 = 0
  public var retries: UInt64 = 0
  /// Further copies of calls that had not come back.
  public var hedges: UInt64 = 0
  /// Calls that such a copy answered first.
  public var hedgeWins: UInt64 = 0
  /// Retries and copies that a budget refused.
  public var refusals: UInt64 = 0

  public init() {}

  /// Calls of one attempt each.
  static func single(_ calls: UInt64) -> AttemptSum {
    var sum = AttemptSum()
    sum.attempts = calls
    return sum
  }

  /// The sum of what is known; nil if nothing is.
  public static func total(_ parts: [AttemptSum?]) -> AttemptSum? {
    parts.reduce(nil) { sum, part in part.map { (sum ?? AttemptSum()) + $0 } ?? sum }
  }

  public static func + (sum: AttemptSum, part: AttemptSum) -> AttemptSum {
    var total = sum
    total += part
    return total
  }

  public static func += (sum: inout AttemptSum, part: AttemptSum) {
    sum.attempts += part.attempts
    sum.retries += part.retries
    sum.hedges += part.hedges
    sum.hedgeWins += part.hedgeWins
    sum.refusals += part.refusals
  }
}

/// Rows that come and go, with a free list.
struct RowStore<Row: BitwiseCopyable & Sendable>: ~Copyable {
  private var rows = Slab<Row>()
  private var free: [Int32] = []
  private var used: Int32 = 0

  subscript(_ i: Int32) -> Row {
    get { rows[i] }
    nonmutating _modify { yield &rows.row(i).row }
  }

  mutating func row(_ i: Int32) -> RowReference<Row> { rows.row(i) }

  mutating func add(_ row: Row) -> Int32 {
    let i: Int32
    if let last = free.popLast() {
      i = last
    } else {
      i = used
      used &+= 1
      if Int(i) == rows.count { rows.grow(with: row) }
    }
    rows[i] = row
    return i
  }

  mutating func remove(_ i: Int32) { free.append(i) }
}

extension AttemptSum {
  mutating func note(_ kind: AttemptKind) {
    attempts &+= 1
    switch kind {
    case .first: break
    case .retry: retries &+= 1
    case .copy: hedges &+= 1
    }
  }
}
