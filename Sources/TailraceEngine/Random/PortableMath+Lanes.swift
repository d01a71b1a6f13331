// Eight numbers at a time: the operations of the functions of one number, in their order, so the
// same bits. What one processor does in vectors another does one by one, and nothing is fused.
extension PortableMath {
  /// Eight numbers.
  typealias Lanes = SIMD8<Double>

  /// e to the powers of numbers of magnitude below 708; see `exp`.
  @inline(__always) static func exp(_ argument: Lanes) -> Lanes {
    let shifted = argument * 0x1.71547652b82fep+0 + 0x1.8p52
    let whole = shifted - 0x1.8p52
    let first = argument - whole * ln2High
    let second = whole * ln2Low
    let reduced = first - second
    let tail = (first - reduced) - second
    let square = reduced * reduced
    let fourth = square * square
    let pair0 = 0.5 + reduced * 0x1.5555555555556p-3
    let pair1 = 0x1.5555555555555p-5 + reduced * 0x1.11111111109afp-7
    let pair2 = 0x1.6c16c16c167dfp-10 + reduced * 0x1.a01a01a7c73c0p-13
    let pair3 = 0x1.a01a01a47ccd9p-16 + reduced * 0x1.71de0da24602dp-19
    let pair4 = 0x1.27e4e1ed9933ep-22 + reduced * 0x1.af38c67fbb53ep-26
    let low = pair0 + square * pair1
    let high = (pair2 + square * pair3) + fourth * (pair4 + square * 0x1.1f66eff4fc984p-29)
    let mantissa = 1 + (reduced + (tail + square * (low + fourth * high)))
    return numbers(bits(mantissa) &+ (bits(shifted) &<< Bits(repeating: 52)))
  }

  /// log(1 + x) of numbers above -1 and of a magnitude from 2^-54 on, all finite; see `log1p`.
  @inline(__always) static func log1p(_ argument: Lanes) -> Lanes {
    let isNear = (argument .> -0.2928) .& (argument .< 0.4142)
    let near = logKernel(power: Lanes(), fraction: argument, correction: Lanes())
    if all(isNear) { return near }
    let sum = 1 + argument
    let lost = (1 - (sum - argument)).replacing(
      with: argument - (sum - 1), where: argument .< 1)
    let rootOfHalf: UInt64 = 0x3fe6_a09e_0000_0000
    let shifted = bits(sum) &+ Bits(repeating: 0x3ff0_0000_0000_0000 &- rootOfHalf)
    let mantissa = (shifted & Bits(repeating: 0x000f_ffff_ffff_ffff)) &+ rootOfHalf
    // A whole number below 2^52 in the low bits of 2^52.
    let exponent = (shifted &>> Bits(repeating: 52)) | Bits(repeating: 0x4330_0000_0000_0000)
    let far = logKernel(
      power: (numbers(exponent) - 0x1p52) - 1023, fraction: numbers(mantissa) - 1,
      correction: lost / sum)
    return far.replacing(with: near, where: isNear)
  }

  @inline(__always)
  private static func logKernel(power: Lanes, fraction: Lanes, correction: Lanes) -> Lanes {
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

  private typealias Bits = SIMD8<UInt64>

  @inline(__always) private static func bits(_ numbers: Lanes) -> Bits {
    var bits = Bits()
    for k in bits.indices { bits[k] = numbers[k].bitPattern }
    return bits
  }

  @inline(__always) private static func numbers(_ bits: Bits) -> Lanes {
    var numbers = Lanes()
    for k in numbers.indices { numbers[k] = Double(bitPattern: bits[k]) }
    return numbers
  }
}
