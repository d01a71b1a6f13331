/// The luck of a request: one word from which all its draws, in every component, are made.
///
/// Draws do not depend on the order of events. A request's luck names (seed, source, number); a
/// side path's lane is folded into it; a component's salt is added last, when a draw is made.
/// Every stage passes through a two-round scramble: with one additive round pairs fail.
public enum Luck {
  /// The word shared by all requests of one source; compute it once, when the world is built.
  ///
  /// - Parameters:
  ///   - seed: the run's seed, with the replication folded in (`StreamKey.run`).
  ///   - source: `StreamName.hash` of the workload.
  /// - Returns: the base of `root(base:request:)`.
  @inlinable
  public static func base(seed: UInt64, source: UInt64) -> UInt64 {
    Mixing.scramble(Mixing.scramble(seed &+ Mixing.golden) ^ source)
  }

  /// The luck of request number `request` of the source that `base` stands for.
  @inlinable @inline(__always)
  public static func root(base: UInt64, request: UInt64) -> UInt64 {
    Mixing.scramble(base &+ request &* Mixing.golden)
  }

  /// The luck of a request, in one step; equal to `root(base:request:)` on the source's base.
  @inlinable @inline(__always)
  public static func root(seed: UInt64, source: UInt64, request: UInt64) -> UInt64 {
    root(base: base(seed: seed, source: source), request: request)
  }

  /// The luck of a side path: another call site, branch, key or attempt. Lane 0 keeps `luck`.
  ///
  /// For a given luck, different lanes other than 0 never coincide.
  @inlinable @inline(__always)
  public static func child(_ luck: UInt64, _ lane: UInt64) -> UInt64 {
    lane == 0 ? luck : Mixing.scramble(luck ^ (lane &* 0xd134_2543_de82_ef95))
  }

  /// The draws of one component and purpose for a frame: `salt` is their `StreamName.hash`.
  @inlinable @inline(__always)
  public static func draw(_ luck: UInt64, salt: UInt64) -> KeyedRandom {
    KeyedRandom(state: luck &+ salt)
  }
}
