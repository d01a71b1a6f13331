/// Finds the point beyond which a symmetric density leaves a given two-sided tail.
///
/// The density falls for `t > 0`, so the tail is convex there: Newton's method from 0 climbs to the
/// root without passing it. It ends where rounding stops the climb.
func invertTail(
  _ target: Double, tail: (Double) -> Double, density: (Double) -> Double
) -> Double {
  var point = 0.0
  // A Cauchy tail of 1e-16 takes 55 steps, a normal one of 1e-300 about 700.
  for _ in 0..<2_000 {
    let step = (tail(point) - target) / (2 * density(point))
    guard step > point * 1e-15 else { return point + step }
    point += step
  }
  return point
}
