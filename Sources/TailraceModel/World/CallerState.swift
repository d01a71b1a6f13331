import TailraceEngine
import TailraceStatistics

/// What lets a retry through.
struct BudgetRow: BitwiseCopyable, Sendable {
  enum Kind: UInt8, BitwiseCopyable { case none, concurrency, rate, throttle, quota }
  var kind = Kind.none
  /// A share; of the attempts that are out, or in millionths of a retry that a call earns.
  var share = 0.0
  var gain: Int64 = 0
  /// Retries that may go in any case.
  var least: Int64 = 0
  /// A tenth of the window.
  var slice: UInt64 = 1
  /// Thousandths of tokens: all, and what a retry and one after a timeout cost.
  var tokens: Int64 = 0
  var cost: Int64 = 0
  var timeoutCost: Int64 = 0

  init() {}

  init(_ budget: RetryBudget) {
    switch budget {
    case .concurrency(let percent, let least):
      kind = .concurrency
      share = percent / 100
      self.least = Int64(least)
    case .rate(let percent, let window, let least):
      kind = .rate
      gain = Int64(percent * 10_000)
      slice = max(1, window / 10)
      self.least = Int64(least * Double(window) / 1e9 * Double(TokenWindow.one))
    case .throttle(let tokens, let ratio):
      kind = .throttle
      self.tokens = Int64(tokens * 1_000)
      gain = Int64(ratio * 1_000)
    case .quota(let tokens, let cost, let timeoutCost):
      kind = .quota
      self.tokens = Int64(tokens) * 1_000
      self.cost = Int64(cost) * 1_000
      self.timeoutCost = Int64(timeoutCost) * 1_000
    }
  }
}

/// Tokens earned less tokens spent in a sliding window of ten slices, in millionths.
///
/// What was earned leaves the window no later than what was spent of it: nothing is spent twice.
struct TokenWindow: BitwiseCopyable, Sendable {
  static let one: Int64 = 1_000_000
  private var slices = InlineArray<10, Int64>(repeating: 0)
  private var current: UInt64 = 0
  private(set) var balance: Int64 = 0

  /// Adds tokens, or takes them away, at an instant that never lies before the last.
  mutating func add(_ tokens: Int64, at time: UInt64, slice: UInt64) {
    advance(to: time / slice)
    slices[Int(current % 10)] &+= tokens
    balance &+= tokens
  }

  mutating func balance(at time: UInt64, slice: UInt64) -> Int64 {
    advance(to: time / slice)
    return balance
  }

  private mutating func advance(to now: UInt64) {
    if now &- current >= 10 {
      slices = InlineArray(repeating: 0)
      balance = 0
      current = now
      return
    }
    while current < now {
      current &+= 1
      balance &-= slices[Int(current % 10)]
      slices[Int(current % 10)] = 0
    }
  }
}

/// What one caller replica remembers of its calls to one service.
struct CallerState: BitwiseCopyable, Sendable {
  /// The callee: its budget.
  var service: Int32
  /// Attempts out, and retries from their decision to their end.
  var out: Int64 = 0
  var retrying: Int64 = 0
  /// Thousandths of tokens left.
  var tokens: Int64
  var retries = TokenWindow()
  var copies = TokenWindow()
  var latencies = RecentLatencies()
}

/// A sliding window of ten seconds in five parts over the latencies of attempts.
///
/// 32 buckets per octave from 0.5 ms to 68 s; what is shorter or longer counts as the ends.
struct RecentLatencies: BitwiseCopyable, Sendable {
  private static var buckets: LogBuckets { .medium }
  private static var lowest: Int { buckets.index(of: 1 &<< 19) }
  private static var width: Int { buckets.index(of: 1 &<< 36) &- lowest &+ 1 }
  private static let partLength: UInt64 = 2_000_000_000
  private static let parts = 5
  /// Fewest latencies that say anything.
  static let fewest = 100
  /// Shortest delay of a copy, in nanoseconds.
  static let shortestDelay: UInt64 = 1_000_000

  /// Its first cell: five parts, then their sum; -1 if nobody asks.
  var first: Int32 = -1
  private var part: UInt64 = 0
  private var count = 0
  /// What `delay` last found, and what has come since.
  private var known: UInt64 = 0
  private var unseen = Int.max

  init() {}

  /// Gives a window its cells, after those of the others.
  mutating func layOut(after used: inout Int) {
    if first >= 0 { return }
    first = Int32(used)
    used += Self.width * (Self.parts + 1)
  }

  /// Cells that all windows need together.
  static func cells(of states: [CallerState]) -> Int {
    states.count { $0.latencies.first >= 0 } * width * (parts + 1)
  }

  mutating func record(_ latency: UInt64, at time: UInt64, _ cells: borrowing Table<UInt32>) {
    advance(to: time / Self.partLength, cells)
    let cell = min(max(Self.buckets.index(of: latency) &- Self.lowest, 0), Self.width &- 1)
    cells[Int(first) &+ Int(part % UInt64(Self.parts)) &* Self.width &+ cell] &+= 1
    cells[sum(cell)] &+= 1
    count &+= 1
    unseen = unseen &+ (unseen < Int.max ? 1 : 0)
  }

  /// The delay that a share of the latencies does not exceed; nil with too few of them.
  mutating func delay(
    _ quantile: Double, at time: UInt64, _ cells: borrowing Table<UInt32>
  ) -> UInt64? {
    advance(to: time / Self.partLength, cells)
    if count < Self.fewest { return nil }
    // One in a hundred new ones moves the percentile by little.
    if unseen < max(16, count / 100) { return known }
    unseen = 0
    // Nearest rank, from above: the tail is short.
    var above = count &- min(count, Int((quantile * Double(count)).rounded(.up)))
    var cell = Self.width &- 1
    while cell > 0 {
      above &-= Int(cells[sum(cell)])
      if above < 0 { break }
      cell &-= 1
    }
    known = max(Self.shortestDelay, Self.buckets.upperBound(of: cell &+ Self.lowest))
    return known
  }

  private func sum(_ cell: Int) -> Int {
    Int(first) &+ Self.parts &* Self.width &+ cell
  }

  /// Forgets what has left the window.
  private mutating func advance(to now: UInt64, _ cells: borrowing Table<UInt32>) {
    var left = min(now &- part, UInt64(Self.parts))
    part = now &- left
    while left > 0 {
      part &+= 1
      left &-= 1
      let old = Int(first) &+ Int(part % UInt64(Self.parts)) &* Self.width
      for cell in 0..<Self.width where cells[old &+ cell] > 0 {
        count &-= Int(cells[old &+ cell])
        cells[sum(cell)] &-= cells[old &+ cell]
        cells[old &+ cell] = 0
      }
      unseen = Int.max
    }
  }
}
