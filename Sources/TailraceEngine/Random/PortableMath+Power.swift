extension PortableMath {
  /// `base` raised to `exponent`. Error below 1 ulp; special cases as in C99.
  ///
  /// The logarithm is carried with 64 significant bits, so the error does not grow with the
  /// exponent.
  public static func pow(_ base: Double, _ exponent: Double) -> Double {
    if exponent == 0 || base == 1 { return 1 }
    if base.isNaN || exponent.isNaN { return .nan }
    let magnitude = base.magnitude
    if exponent.isInfinite {
      return magnitude == 1 ? 1 : (magnitude > 1) == (exponent > 0) ? .infinity : 0
    }
    let isNegative = base.sign == .minus
    let flips = isNegative && isOdd(exponent)
    let result: Double
    if magnitude == 0 || magnitude == .infinity {
      result = (magnitude == 0) == (exponent > 0) ? 0 : .infinity
    } else if isNegative && !isWhole(exponent) {
      return .nan
    } else {
      result = powOfPositive(magnitude, exponent)
    }
    return flips ? -result : result
  }

  private static func powOfPositive(_ base: Double, _ exponent: Double) -> Double {
    if base == 1 { return 1 }
    // The least |log base| is 2^-53: such exponents leave the range whatever the base is.
    if exponent.magnitude > 0x1p64 { return (base > 1) == (exponent > 0) ? .infinity : 0 }
    let logarithm = logDouble(base)
    let product = twoProduct(exponent, logarithm.high)
    if product.high > 710 { return .infinity }
    if product.high < -746 { return 0 }
    return expScaled(product.high, product.low + exponent * logarithm.low)
  }

  /// The logarithm of a positive finite number as a sum, to about 2^-64 of its size.
  private static func logDouble(_ argument: Double) -> (high: Double, low: Double) {
    let isSubnormal = argument < 0x1p-1022
    let split = splitForLogarithm((isSubnormal ? argument * 0x1p54 : argument).bitPattern)
    let power = isSubnormal ? split.power - 54 : split.power
    let fraction = split.fraction
    // ratio = f / (2 + f) in two parts.
    let divisor = twoSum(2, fraction)
    let ratio = fraction / divisor.high
    let back = twoProduct(ratio, divisor.high)
    let ratioLow = (((fraction - back.high) - back.low) - ratio * divisor.low) / divisor.high
    // 2 s + 2/3 s³ + 2 s⁵ T(s²), the cubic term in two parts as well.
    let square = twoProduct(ratio, ratio)
    let squareLow = square.low + 2 * ratio * ratioLow
    let cube = twoProduct(ratio, square.high)
    let cubeLow = cube.low + ratio * squareLow + ratioLow * square.high
    let third = twoProduct(cube.high, 0x1.5555555555555p-1)
    let thirdLow = third.low + cube.high * 0x1.5555555555555p-55 + cubeLow * (2.0 / 3)
    let fifth = 2 * cube.high * square.high * logTail(square.high)
    // Largest first: k log 2, then 2 s, then the cubic term.
    let first = twoSum(power * ln2High, 2 * ratio)
    let second = twoSum(first.high, third.high)
    let low = first.low + second.low + (2 * ratioLow + (thirdLow + (power * ln2Low + fifth)))
    return twoSum(second.high, low)
  }

  /// 1/5 + z/7 + z²/9 + … as far as it matters for z up to 0.0295.
  private static func logTail(_ square: Double) -> Double {
    var sum = 0x1.d9c5ed18cbb21p-5
    sum = sum * square + 0x1.e01fcbc705579p-5
    sum = sum * square + 0x1.1115a03c7f506p-4
    sum = sum * square + 0x1.3b13a524039aep-4
    sum = sum * square + 0x1.745d17550d6d2p-4
    sum = sum * square + 0x1.c71c71c715418p-4
    sum = sum * square + 0x1.2492492492497p-3
    return sum * square + 0.2
  }

  private static func isWhole(_ value: Double) -> Bool {
    if value.magnitude >= 0x1p52 { return true }
    return Double(Int64(value)) == value
  }

  private static func isOdd(_ value: Double) -> Bool {
    // From 2^53 on every Double is even.
    if value.magnitude >= 0x1p53 { return false }
    let whole = Int64(value)
    return Double(whole) == value && whole & 1 == 1
  }
}
