/// A generator named by a single word: equal words give equal draws, whatever else has happened.
///
/// A counter in golden-ratio steps behind a two-round finaliser (Steele, Lea and Flood, "Fast
/// Splittable Pseudorandom Number Generators", 2014). Eight bytes; made anew for each purpose.
@frozen
public struct KeyedRandom: RandomSource, BitwiseCopyable, Sendable {
  /// The counter's present value.
  public var state: UInt64

  /// Starts at `state`, usually a frame's luck plus a component's salt (`Luck.draw`).
  @inlinable @inline(__always)
  public init(state: UInt64) { self.state = state }

  /// The next word; all 2^64 values occur once before the sequence repeats.
  @inlinable @inline(__always)
  public mutating func next() -> UInt64 {
    state &+= Mixing.golden
    return Mixing.scramble(state)
  }
}
