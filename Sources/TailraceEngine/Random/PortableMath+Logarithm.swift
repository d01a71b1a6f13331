extension PortableMath {
  /// The natural logarithm. Error below 0.9 ulp.
  ///
  /// NaN below zero, minus infinity at zero. The scheme is that of Sun's fdlibm (1993): argument
  /// x = 2^k (1 + f) with 1 + f between sqrt(1/2) and sqrt(2), then a series in f / (2 + f).
  @inlinable
  public static func log(_ argument: Double) -> Double {
    let bits = argument.bitPattern
    // Normal positive numbers only: one unsigned comparison turns away all else.
    guard bits &- 0x0010_0000_0000_0000 < 0x7fe0_0000_0000_0000 else {
      return logOfRareArgument(argument)
    }
    let (power, fraction) = splitForLogarithm(bits)
    return logKernel(power: power, fraction: fraction, correction: 0)
  }

  /// log(1 + x), accurate near zero. Error below 1 ulp.
  ///
  /// NaN below -1, minus infinity at -1.
  public static func log1p(_ argument: Double) -> Double {
    guard argument > -1 else { return argument == -1 ? -.infinity : .nan }
    guard argument < .infinity else { return argument }
    if argument.magnitude < 0x1p-54 { return argument }
    if argument > -0.2928 && argument < 0.4142 {
      return logKernel(power: 0, fraction: argument, correction: 0)
    }
    let sum = 1 + argument
    // What rounding took from the sum comes back as a first-order term.
    let lost = argument < 1 ? argument - (sum - 1) : 1 - (sum - argument)
    let (power, fraction) = splitForLogarithm(sum.bitPattern)
    return logKernel(power: power, fraction: fraction, correction: lost / sum)
  }

  @usableFromInline @inline(never)
  static func logOfRareArgument(_ argument: Double) -> Double {
    if argument.isNaN || argument == .infinity { return argument }
    if argument == 0 { return -.infinity }
    if argument < 0 { return .nan }
    let (power, fraction) = splitForLogarithm((argument * 0x1p54).bitPattern)
    return logKernel(power: power - 54, fraction: fraction, correction: 0)
  }

  /// Splits a positive normal number into 2^power (1 + fraction), 1 + fraction in [0.707, 1.414).
  @inlinable @inline(__always)
  static func splitForLogarithm(_ bits: UInt64) -> (power: Double, fraction: Double) {
    let rootOfHalf: UInt64 = 0x3fe6_a09e_0000_0000
    let shifted = bits &+ (0x3ff0_0000_0000_0000 &- rootOfHalf)
    let power = Int64(bitPattern: shifted &>> 52) &- 1023
    let mantissa = (shifted & 0x000f_ffff_ffff_ffff) &+ rootOfHalf
    return (Double(power), Double(bitPattern: mantissa) - 1)
  }

  /// power log 2 + log(1 + fraction) + correction.
  ///
  /// With s = f / (2 + f): log(1 + f) = 2 artanh s = f - (f²/2 - s (f²/2 + R(s²))), whose leading
  /// terms are exact. R is a polynomial fitted at Chebyshev nodes to within 2^-57 of the result.
  @inlinable @inline(__always)
  static func logKernel(power: Double, fraction: Double, correction: Double) -> Double {
    let half = 0.5 * fraction * fraction
    let ratio = fraction / (2 + fraction)
    let square = ratio * ratio
    let fourth = square * square
    let low = 0x1.5555555555558p-1 + square * 0x1.99999999952b2p-2
    let middle = 0x1.2492492df6947p-2 + square * 0x1.c71c62debf86bp-3
    let high = 0x1.7462b69705382p-3 + square * 0x1.39fe208c33457p-3
    let top = high + fourth * 0x1.2b5b5fb2eac92p-3
    let rest = square * (low + fourth * (middle + fourth * top))
    let small = ratio * (half + rest) + (power * ln2Low + correction)
    return power * ln2High - ((half - small) - fraction)
  }
}
