/// Order of what happens at one instant: completions first, then expiries, control, arrivals.
///
/// The rank is the low three bits of an event's key, so it costs nothing to compare.
@frozen public enum TieRank: UInt64, Sendable {
  /// A piece of work ends or an answer comes back.
  case completion = 0
  /// A timeout, hedge delay or deadline expires.
  case timer = 1
  /// Faults, probes and other control.
  case control = 2
  /// Arrivals and new attempts.
  case arrival = 3
  /// Steps of one instant that touch shared state, taken together in request order.
  case flush = 4
}

/// An instant and a tie rank in one integer: `nanoseconds << 3 | rank`.
@frozen public struct EventKey: Comparable, Hashable, Sendable, BitwiseCopyable {
  public var bits: UInt64

  @inlinable @inline(__always) public init(bits: UInt64) { self.bits = bits }

  /// A key for an instant below 2^59 ns (18 years).
  @inlinable @inline(__always) public init(_ nanoseconds: UInt64, _ rank: TieRank) {
    bits = nanoseconds &<< 3 | rank.rawValue
  }

  /// The instant, in nanoseconds from the start of the run.
  @inlinable @inline(__always) public var nanoseconds: UInt64 { bits &>> 3 }

  @inlinable @inline(__always) public static func < (a: EventKey, b: EventKey) -> Bool {
    a.bits < b.bits
  }

  /// Later than every instant that can be simulated.
  @inlinable public static var never: EventKey { EventKey(bits: .max) }
}

/// A pending event: when, and one word that says what for whom.
@frozen public struct Event: Sendable, BitwiseCopyable {
  public var key: EventKey
  public var word: UInt64

  @inlinable @inline(__always) public init(key: EventKey, word: UInt64) {
    self.key = key
    self.word = word
  }
}

/// The instants that can be simulated.
public enum Clock {
  /// The latest instant, in nanoseconds: 2^59 - 1, about 18 years.
  public static let latest: UInt64 = 1 << 59 - 1
  /// The longest single delay, in nanoseconds: 2^51, about 26 days.
  public static let longestDelay: UInt64 = 1 << 51
}
