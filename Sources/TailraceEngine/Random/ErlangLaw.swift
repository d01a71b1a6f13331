/// A whole number of exponential stages, one after the other.
@frozen
public struct ErlangLaw: Law {
  /// The number of stages.
  public let stages: Int
  @usableFromInline let gamma: GammaLaw

  /// A law with a given mean in `stages` equal stages; mean >= 0, stages >= 1.
  public init(mean: Double, stages: Int) {
    precondition(stages >= 1, "there must be a stage")
    self.stages = stages
    gamma = GammaLaw(shape: Double(stages), scale: mean / Double(stages))
  }

  /// Draws one value: up to three stages are summed, more are a gamma number.
  @inlinable
  public func draw<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> Double {
    if stages > 3 { return gamma.draw(from: &source, using: tables) }
    var sum = source.exponential(tables)
    var remaining = stages &- 1
    while remaining > 0 {
      sum += source.exponential(tables)
      remaining &-= 1
    }
    return gamma.scale * sum
  }

  /// The mean, and its square over the number of stages.
  public var moments: LawMoments { gamma.moments }
}
