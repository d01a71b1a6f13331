extension PortableMath {
  /// Takes multiples of pi/2 out of a finite angle of magnitude at least pi/4.
  ///
  /// In integers (Payne and Hanek, "Radian Reduction for Trigonometric Functions", 1983): the 53
  /// bits of the angle times the 192 bits of 2/pi that matter at its size. 137 bits of the
  /// fraction are right, and no Double comes nearer than 2^-62 to a multiple of pi/2.
  static func reduceAngle(_ angle: Double) -> (quadrant: UInt64, high: Double, low: Double) {
    let bits = angle.bitPattern
    let mantissa = (bits & 0x000f_ffff_ffff_ffff) | 0x0010_0000_0000_0000
    // The angle is mantissa * 2^exponent. Bits of 2/pi whose products are multiples of 4 are left
    // out; the words begin with 64 zero bits so that small angles need no case of their own.
    let exponent = Int((bits &>> 52) & 0x7ff) &- 1075
    let position = exponent &+ 62
    var fraction = twoOverPi(from: position)
    fraction.multiply(by: mantissa)
    var quadrant = fraction.high &>> 62
    fraction.shiftLeft(by: 2)
    var isNegative = angle < 0
    if fraction.high &>> 63 == 1 {
      // More than half a quadrant: count back from the next one.
      quadrant &+= 1
      fraction.negate()
      isNegative.toggle()
    }
    if angle < 0 { quadrant = 0 &- quadrant }
    let zeros = fraction.high.leadingZeroBitCount
    fraction.shiftLeft(by: UInt64(zeros))
    let scale = powerOfTwo(-53 - Int64(zeros))
    let leading = Double(fraction.high &>> 11) * scale
    let trailing = Double((fraction.high &<< 53 | fraction.middle &>> 11) &>> 11) * scale * 0x1p-53
    let product = twoProduct(leading, 0x1.921fb54442d18p+0)
    let low = product.low + leading * 0x1.1a62633145c07p-54 + trailing * 0x1.921fb54442d18p+0
    let sum = twoSum(product.high, low)
    return (quadrant & 3, isNegative ? -sum.high : sum.high, isNegative ? -sum.low : sum.low)
  }

  private static func twoOverPi(from position: Int) -> Wide {
    let word = position &>> 6
    var bits = Wide(twoOverPiWord(word), twoOverPiWord(word + 1), twoOverPiWord(word + 2))
    let shift = UInt64(position & 63)
    if shift > 0 {
      bits.shiftLeft(by: shift)
      bits.low |= twoOverPiWord(word + 3) &>> (64 &- shift)
    }
    return bits
  }

  /// 64 zero bits, then the binary digits of 2/pi after the point, then zeros that stand for more.
  private static func twoOverPiWord(_ index: Int) -> UInt64 { twoOverPiWords[index] }

  private static let twoOverPiWords: InlineArray<22, UInt64> = [
    0,
    0xa2f9_836e_4e44_1529, 0xfc27_57d1_f534_ddc0, 0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561, 0xb724_6e3a_424d_d2e0, 0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e, 0xe882_35f5_2ebb_4484, 0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4, 0x9c84_5f8b_bdf9_283b, 0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f, 0x6d36_7ecf_27cb_09b7, 0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b, 0x3d07_39f7_8a52_92ea, 0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab, 0xf0cf_bc20_9af4_361d, 0xa9e3_9161_5ee6_1b08,
  ]

  /// A whole number of 192 bits; overflow is dropped.
  private struct Wide {
    var high: UInt64
    var middle: UInt64
    var low: UInt64

    init(_ high: UInt64, _ middle: UInt64, _ low: UInt64) {
      (self.high, self.middle, self.low) = (high, middle, low)
    }

    mutating func multiply(by factor: UInt64) {
      let lowest = low.multipliedFullWidth(by: factor)
      let next = middle.multipliedFullWidth(by: factor)
      let (sum, carries) = next.low.addingReportingOverflow(lowest.high)
      high = high &* factor &+ next.high &+ (carries ? 1 : 0)
      middle = sum
      low = lowest.low
    }

    /// Shifts by 0 to 63 bits.
    mutating func shiftLeft(by count: UInt64) {
      guard count > 0 else { return }
      high = high &<< count | middle &>> (64 &- count)
      middle = middle &<< count | low &>> (64 &- count)
      low = low &<< count
    }

    mutating func negate() {
      low = 0 &- low
      middle = ~middle &+ (low == 0 ? 1 : 0)
      high = ~high &+ (low == 0 && middle == 0 ? 1 : 0)
    }
  }
}
