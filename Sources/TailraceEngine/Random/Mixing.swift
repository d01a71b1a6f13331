/// Invertible scrambling of 64-bit words.
@usableFromInline
enum Mixing {
  /// 2^64 divided by the golden ratio, odd: the step between successive counter values.
  @inlinable @inline(__always)
  static var golden: UInt64 { 0x9e37_79b9_7f4a_7c15 }

  /// A bijection in which every input bit flips every output bit with probability one half.
  ///
  /// Two rounds of xor-shift and multiplication with the constants of Evensen ("moremur", 2019),
  /// measured there as stronger than SplitMix64's own on counters of low entropy.
  @inlinable @inline(__always)
  static func scramble(_ word: UInt64) -> UInt64 {
    var mixed = word
    mixed = (mixed ^ (mixed &>> 27)) &* 0x3c79_ac49_2ba7_b653
    mixed = (mixed ^ (mixed &>> 33)) &* 0x1c69_b3f7_4ac4_ae35
    return mixed ^ (mixed &>> 27)
  }
}
