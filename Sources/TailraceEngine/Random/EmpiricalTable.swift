/// Owns the memory of an empirical distribution given by quantiles.
///
/// Keep it alive as long as any copy of `law` is in use: the model's world owns both.
public struct EmpiricalTable: ~Copyable, @unchecked Sendable {
  /// The law to draw from: three words that point into this table.
  public let law: EmpiricalLaw

  /// The inverse distribution function that is linear between the given points.
  ///
  /// Levels are probabilities in 0...1 and do not fall; neither do the finite values. Two points
  /// with one level make a gap, two with one value an atom. Below the first level and above the
  /// last, the nearest value is held. At least one point, at most 2^31.
  public init(quantiles: [(level: Double, value: Double)]) {
    precondition(!quantiles.isEmpty, "an empirical law needs a point")
    precondition(quantiles.count <= 1 << 31, "too many points")
    var points = quantiles
    if points[0].level > 0 { points.insert((0, points[0].value), at: 0) }
    let last = points[points.count - 1]
    if last.level < 1 || points.count == 1 { points.append((1, last.value)) }
    precondition(points[0].level == 0 && points[points.count - 1].level == 1, "levels in 0...1")

    let cells = points.count - 1
    let knots = UnsafeMutablePointer<EmpiricalKnot>.allocate(capacity: points.count)
    let guide = UnsafeMutablePointer<UInt32>.allocate(capacity: cells)
    for (index, point) in points.enumerated() {
      precondition(point.value.isFinite, "values must be finite")
      let next = points[min(index + 1, cells)]
      precondition(point.level <= next.level, "levels must not fall")
      precondition(point.value <= next.value, "values must not fall")
      let width = next.level - point.level
      let slope = width > 0 ? (next.value - point.value) / width : 0
      unsafe (knots + index).initialize(
        to: EmpiricalKnot(level: point.level, value: point.value, slope: slope))
    }
    // Each cell of the guide knows the last knot at or below its lower end.
    var index = 0
    for cell in 0..<cells {
      let end = Double(cell) / Double(cells)
      while unsafe index < cells - 1 && knots[index + 1].level <= end { index += 1 }
      unsafe (guide + cell).initialize(to: UInt32(index))
    }
    // Rounding of level * cells may name the next cell: step back where that would overshoot.
    for cell in 1..<max(cells, 1) {
      unsafe guide[cell] =
        guide[cell] > 0
          && knots[Int(guide[cell])].level * Double(cells)
            >= Double(cell)
        ? guide[cell] - 1 : guide[cell]
    }
    law = unsafe EmpiricalLaw(knots: knots, guide: guide, cells: cells)
  }

  deinit {
    unsafe law.knots.deallocate()
    unsafe law.guide.deallocate()
  }
}
