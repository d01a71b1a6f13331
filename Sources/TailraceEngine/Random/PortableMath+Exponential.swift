extension PortableMath {
  /// e to a power. Error below 0.9 ulp; below 1 ulp of the least subnormal where it underflows.
  ///
  /// Infinity above 709.79, zero below -745.14. Reduction by multiples of log 2 in two parts, then
  /// a polynomial of degree 12 on [-0.347, 0.347] in Estrin's order.
  @inlinable @inline(__always)
  public static func exp(_ argument: Double) -> Double {
    // Beyond 708 the result may overflow or be subnormal; NaN fails the comparison too.
    guard argument.magnitude < 708 else { return expOfRareArgument(argument) }
    let (power, reduced, tail) = reduceForExponential(argument)
    let mantissa = 1 + (reduced + expRemainder(reduced, tail))
    return Double(bitPattern: mantissa.bitPattern &+ (power &<< 52))
  }

  /// e^x - 1, accurate near zero. Error below 1 ulp.
  public static func expm1(_ argument: Double) -> Double {
    if argument.magnitude < 0x1p-54 || argument.isNaN { return argument }
    if argument < -40 { return -1 }
    if argument > 40 { return exp(argument) }
    let (power, reduced, tail) = reduceForExponential(argument)
    let remainder = expRemainder(reduced, tail)
    if power & 0xfff == 0 { return reduced + remainder }
    // 2^k ((1 - 2^-k) + (e^r - 1)): the first sum keeps its rounding error.
    let scale = Double(bitPattern: 0x3ff0_0000_0000_0000 &+ (power &<< 52))
    let inverse = Double(bitPattern: 0x3ff0_0000_0000_0000 &- (power &<< 52))
    let sum = twoSum(1 - inverse, reduced)
    return scale * (sum.high + (sum.low + remainder))
  }

  @usableFromInline @inline(never)
  static func expOfRareArgument(_ argument: Double) -> Double {
    if argument.isNaN { return argument }
    if argument > 710 { return .infinity }
    if argument < -746 { return 0 }
    return expScaled(argument, 0)
  }

  /// e^(high + low) for |high| below 800, with results of any size; |low| at most an ulp of high.
  static func expScaled(_ high: Double, _ low: Double) -> Double {
    let (power, reduced, tail) = reduceForExponential(high)
    // An ulp of `high` is far more than one of `reduced`: the tail must be made tiny again.
    let joined = twoSum(reduced, tail + low)
    let mantissa = 1 + (joined.high + expRemainder(joined.high, joined.low))
    // Two factors: one alone would leave the range of normal numbers before the product does.
    let half = Int64(bitPattern: power &<< 52) >> 53
    let rest = (Int64(bitPattern: power &<< 52) >> 52) - half
    return mantissa * powerOfTwo(half) * powerOfTwo(rest)
  }

  /// 2^k for a whole k in -1022...1023.
  @inlinable @inline(__always)
  static func powerOfTwo(_ power: Int64) -> Double {
    Double(bitPattern: UInt64(bitPattern: power &+ 1023) &<< 52)
  }

  /// Splits x into k log 2 + reduced + tail; the lowest twelve bits of `power` hold k.
  @inlinable @inline(__always)
  static func reduceForExponential(
    _ argument: Double
  ) -> (power: UInt64, reduced: Double, tail: Double) {
    // Adding 1.5 * 2^52 rounds to a whole number, left in the low bits of the sum.
    let shifted = argument * 0x1.71547652b82fep+0 + 0x1.8p52
    let whole = shifted - 0x1.8p52
    let high = argument - whole * ln2High
    let low = whole * ln2Low
    let reduced = high - low
    return (shifted.bitPattern, reduced, (high - reduced) - low)
  }

  /// e^(r + tail) - 1 - r for |r| up to 0.347 and a tiny tail.
  @inlinable @inline(__always)
  static func expRemainder(_ reduced: Double, _ tail: Double) -> Double {
    let square = reduced * reduced
    let fourth = square * square
    let pair0 = 0.5 + reduced * 0x1.5555555555556p-3
    let pair1 = 0x1.5555555555555p-5 + reduced * 0x1.11111111109afp-7
    let pair2 = 0x1.6c16c16c167dfp-10 + reduced * 0x1.a01a01a7c73c0p-13
    let pair3 = 0x1.a01a01a47ccd9p-16 + reduced * 0x1.71de0da24602dp-19
    let pair4 = 0x1.27e4e1ed9933ep-22 + reduced * 0x1.af38c67fbb53ep-26
    let low = pair0 + square * pair1
    let high = (pair2 + square * pair3) + fourth * (pair4 + square * 0x1.1f66eff4fc984p-29)
    return tail + square * (low + fourth * high)
  }
}
