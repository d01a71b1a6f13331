/// Functions that reports need and draws do not.
extension PortableMath {
  /// The logarithm of the gamma function for x > 0. Error below 1e-14 (1 + |result|).
  ///
  /// Stirling's series from 16 on; below, the recurrence leads there.
  public static func logGamma(_ argument: Double) -> Double {
    guard argument > 0 else { return argument == 0 ? .infinity : .nan }
    guard argument < .infinity else { return argument }
    var shifted = argument
    var product = 1.0
    while shifted < 16 {
      product *= shifted
      shifted += 1
    }
    let inverse = 1 / shifted
    let square = inverse * inverse
    var series = -691.0 / 360360
    series = series * square + 1.0 / 1188
    series = series * square - 1.0 / 1680
    series = series * square + 1.0 / 1260
    series = series * square - 1.0 / 360
    series = (series * square + 1.0 / 12) * inverse
    let halfLogTwoPi = 0.9189385332046728
    let main = (shifted - 0.5) * (log(shifted) - 1) - 0.5
    return main + (halfLogTwoPi + series) - (product == 1 ? 0 : log(product))
  }

  /// The probability that a standard normal number lies below x. Absolute error below 1e-15.
  ///
  /// Marsaglia, "Evaluating the Normal Distribution", 2004: the Taylor series x + x³/3 + x⁵/15 + …
  public static func normalProbability(below place: Double) -> Double {
    if place.isNaN { return place }
    if place < -8.5 { return 0 }
    if place > 8.5 { return 1 }
    let square = place * place
    var term = place
    var sum = place
    var odd = 3.0
    while term.magnitude > 1e-18 * sum.magnitude {
      term *= square / odd
      sum += term
      odd += 2
    }
    return 0.5 + sum * 0.3989422804014327 * exp(-0.5 * square)
  }

  /// The sum of k^-exponent for k in 1...count. Relative error below 1e-13.
  ///
  /// Direct up to 32, then the Euler-Maclaurin formula; any exponent above -8, count up to 2^53.
  public static func harmonic(_ count: UInt64, exponent: Double) -> Double {
    var sum = 0.0
    var index = 1.0
    let last = Double(count)
    while index < 33 && index <= last {
      sum += exp(-exponent * log(index))
      index += 1
    }
    if last < 33 { return sum }
    let first = 33.0
    let power = 1 - exponent
    let length = log(last / first)
    let firstTerm = exp(-exponent * log(first))
    let lastTerm = exp(-exponent * log(last))
    // The integral of x^-exponent; a logarithm where the exponent is 1.
    let stretch = power == 0 ? length : expm1(power * length) / power
    let integral = firstTerm * first * stretch
    let slope = exponent * (firstTerm / first - lastTerm / last) / 12
    let steep = exponent * (exponent + 1) * (exponent + 2)
    let third =
      steep * (firstTerm / (first * first * first) - lastTerm / (last * last * last)) / 720
    let fifthFactor = steep * (exponent + 3) * (exponent + 4)
    let fifth = fifthFactor * firstTerm / (first * first * first * first * first) / 30240
    return sum + integral + (firstTerm + lastTerm) / 2 + slope - third + fifth
  }
}
