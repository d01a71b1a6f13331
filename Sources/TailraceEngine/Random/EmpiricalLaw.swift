/// A distribution measured elsewhere: its inverse distribution function, linear between points.
///
/// Points into an `EmpiricalTable`, which must outlive it.
@frozen
@safe
public struct EmpiricalLaw: Law, @unchecked Sendable {
  @usableFromInline let knots: UnsafePointer<EmpiricalKnot>
  @usableFromInline let guide: UnsafePointer<UInt32>
  @usableFromInline let cells: Int

  init(
    knots: UnsafePointer<EmpiricalKnot>, guide: UnsafePointer<UInt32>, cells: Int
  ) {
    unsafe self.knots = unsafe knots
    unsafe self.guide = unsafe guide
    self.cells = cells
  }

  /// Draws one value by inversion, with one word and on average under two steps of search.
  @inlinable
  public func draw<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> Double {
    quantile(source.unit())
  }

  /// The value at a level in [0, 1).
  ///
  /// Chen and Asau's guide table (1974): equal cells of the level say where the search begins.
  @inlinable
  public func quantile(_ level: Double) -> Double {
    // Rounding up to the number of cells itself is possible for levels next to 1.
    let cell = min(Int(level * Double(cells)), cells &- 1)
    var index = unsafe Int(truncatingIfNeeded: guide[cell])
    while unsafe level >= knots[index &+ 1].level { index &+= 1 }
    let knot = unsafe knots[index]
    return knot.value + (level - knot.level) * knot.slope
  }

  /// The moments of the piecewise linear law, exact but for rounding. Linear in the points.
  public var moments: LawMoments {
    var mean = 0.0
    for index in 0..<cells {
      let (low, high, width) = segment(index)
      mean += width * (low + high) / 2
    }
    var variance = 0.0
    for index in 0..<cells {
      let (low, high, width) = segment(index)
      let (below, above) = (low - mean, high - mean)
      variance += width * (below * below + below * above + above * above) / 3
    }
    return LawMoments(mean: mean, variance: variance)
  }

  private func segment(_ index: Int) -> (low: Double, high: Double, width: Double) {
    let knot = unsafe knots[index]
    let width = unsafe knots[index + 1].level - knot.level
    return (knot.value, knot.value + width * knot.slope, width)
  }
}

/// A point of the inverse distribution function and the slope that follows it.
@frozen
@usableFromInline
struct EmpiricalKnot: BitwiseCopyable, Sendable {
  @usableFromInline let level: Double
  @usableFromInline let value: Double
  @usableFromInline let slope: Double
}
