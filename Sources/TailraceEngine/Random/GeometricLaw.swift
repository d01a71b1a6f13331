/// The number of trials up to and including the first success: 1, 2, 3, …
@frozen
public struct GeometricLaw: Law {
  /// The expected number of trials.
  public let mean: Double
  /// One over -log(1 - p); zero where every trial succeeds.
  @usableFromInline let factor: Double

  /// P(k) = p (1 - p)^(k - 1) for k >= 1, where p = 1 / mean; 1 <= mean < infinity.
  public init(mean: Double) {
    precondition(mean >= 1 && mean.isFinite, "the mean must be at least one trial")
    self.mean = mean
    factor = mean == 1 ? 0 : -1 / PortableMath.log1p(-1 / mean)
  }

  /// Draws a count of trials, at most 2^62.
  ///
  /// The whole part of an exponential number is geometric, exactly.
  @inlinable @inline(__always)
  public func drawCount<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> UInt64 {
    let failures = factor * source.exponential(tables)
    return failures < 0x1p62 ? UInt64(failures) &+ 1 : 1 &<< 62
  }

  /// Draws a count of trials as a real number.
  @inlinable @inline(__always)
  public func draw<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> Double {
    Double(drawCount(from: &source, using: tables))
  }

  /// 1/p and (1 - p)/p².
  public var moments: LawMoments { LawMoments(mean: mean, variance: mean * (mean - 1)) }
}
