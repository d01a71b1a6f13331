import TailraceEngine

/// When a queue that stands is too long.
public struct CoDelSpec: Sendable, Equatable {
  /// A wait that is no sign of overload, in nanoseconds (RFC 8289: 5 ms).
  public var target: UInt64 = 5_000_000
  /// For how long waits must exceed it to be one, in nanoseconds (RFC 8289: 100 ms).
  public var interval: UInt64 = 100_000_000

  public init() {}
}

/// Drops the one whose turn it is, more and more often, while waits stay above a target (RFC 8289,
/// section 5).
struct CoDel: BitwiseCopyable, Sendable {
  let target: UInt64
  let interval: UInt64
  /// When waits will have been above the target for an interval; 0 while they are not.
  private var firstAbove: UInt64 = 0
  /// When the next one is dropped, while dropping.
  private var dropNext: UInt64 = 0
  /// Drops since dropping began, and how many that were when it last began.
  private var count: UInt64 = 0
  private var lastCount: UInt64 = 0
  private(set) var isDropping = false
  /// Whether dropping began in this turn: the next one is then served.
  private var hasBegun = false

  init(target: UInt64, interval: UInt64) {
    (self.target, self.interval) = (target, interval)
  }

  /// Whether the one whose turn it is is dropped.
  ///
  /// - Parameters:
  ///   - wait: how long it has waited.
  ///   - behind: how many wait behind it. With one or none the queue does not stand: the RFC spares
  ///     the last packet.
  ///   - isFirst: whether it is the first that is asked about in this turn.
  ///   - now: the present instant.
  /// - Returns: whether it is dropped.
  mutating func drops(wait: UInt64, behind: Int, isFirst: Bool, now: UInt64) -> Bool {
    let isAbove = judge(wait: wait, behind: behind, now: now)
    if isFirst { hasBegun = false }
    if isDropping {
      if hasBegun { return false }
      if !isAbove {
        isDropping = false
        return false
      }
      if !isFirst { dropNext = control(dropNext) }
      if now < dropNext { return false }
      count &+= 1
      return true
    }
    if !isAbove || !isFirst { return false }
    isDropping = true
    hasBegun = true
    // Who dropped of late goes on at the rate it had come to.
    let drops = count &- lastCount
    let isRecent = now < dropNext || now &- dropNext < 16 &* interval
    count = drops > 1 && isRecent ? drops : 1
    lastCount = count
    dropNext = control(now)
    return true
  }

  /// Nobody waits.
  mutating func rest() { firstAbove = 0 }

  private mutating func judge(wait: UInt64, behind: Int, now: UInt64) -> Bool {
    if wait < target || behind <= 1 {
      firstAbove = 0
      return false
    }
    if firstAbove == 0 {
      firstAbove = now &+ interval
      return false
    }
    return now >= firstAbove
  }

  /// The next drop after one: the drop rate grows with the root of their number.
  private func control(_ instant: UInt64) -> UInt64 {
    instant &+ TimeRounding.nanoseconds(Double(interval) / Double(count).squareRoot())
  }
}

/// Whether a queue stands, as folly's CoDel tells: if the shortest wait of an interval was above the
/// target, the next interval is one of overload.
struct OverloadWatch: BitwiseCopyable, Sendable {
  let target: UInt64
  let interval: UInt64
  private var shortest: UInt64 = 0
  private var end: UInt64 = 0
  private(set) var isOverloaded = false

  init(target: UInt64, interval: UInt64) {
    (self.target, self.interval) = (target, interval)
  }

  /// A slot is free, and the oldest has waited for so long; 0 if nobody waits.
  mutating func note(wait: UInt64, now: UInt64) {
    if now >= end {
      isOverloaded = shortest > target
      shortest = wait
      end = now &+ interval
    } else {
      shortest = min(shortest, wait)
    }
  }

  /// Whether who has waited for so long is dropped: twice the target, while overloaded.
  func drops(wait: UInt64) -> Bool { isOverloaded && wait > 2 &* target }
}
