/// The ratio `gamma(x + 1/2) / gamma(x)` for `x >= 1/2`, within a few units in the last place.
///
/// The asymptotic series at `x >= 30` (Tricomi and Erdelyi 1951), brought down by recurrence.
func gammaRatio(_ x: Double) -> Double {
  var argument = x
  var factor = 1.0
  while argument < 30 {
    factor = factor * argument / (argument + 0.5)
    argument += 1
  }
  let y = 1 / (8 * argument)
  // 1 - y + y^2/2 + 5y^3/2 - 21y^4/8 - 399y^5/8 + 869y^6/16 + 39325y^7/16, y = 1/(8x).
  let series =
    1 + y
    * (-1 + y * (0.5 + y * (2.5 + y * (-2.625 + y * (-49.875 + y * (54.3125 + y * 2457.8125))))))
  return factor * ElementaryFunctions.squareRoot(argument) * series
}

/// The continued fraction of the incomplete beta function `I_x(a, b)`, by Lentz's method.
///
/// `I_x(a, b) = x^a (1 - x)^b / (a beta(a, b))` times this fraction (DLMF 8.17.22). It needs about
/// `sqrt(max(a, b))` terms for `x < (a + 1) / (a + b + 2)`.
func betaFraction(_ a: Double, _ b: Double, at x: Double) -> Double {
  let tiny = 1e-300
  var ratio = 1.0
  var denominator = 0.0
  var value = 1.0
  func extend(_ numerator: Double) -> Double {
    denominator = 1 + numerator * denominator
    if denominator == 0 { denominator = tiny }
    denominator = 1 / denominator
    ratio = 1 + numerator / ratio
    if ratio == 0 { ratio = tiny }
    value *= ratio * denominator
    return ratio * denominator
  }
  var m = 0.0
  while m < 100_000 {
    let a2m = a + 2 * m
    _ = extend(-(a + m) * (a + b + m) * x / (a2m * (a2m + 1)))
    m += 1
    let factor = extend(m * (b - m) * x / ((a2m + 1) * (a2m + 2)))
    if (factor - 1).magnitude < 1e-16 { break }
  }
  return 1 / value
}
