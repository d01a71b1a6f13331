/// A supply of uniform 64-bit words from which every variate is made.
///
/// Laws are generic over it, so that keyed and sequential draws share one algorithm.
public protocol RandomSource {
  /// The next word; all 2^64 values are equally likely.
  mutating func next() -> UInt64
}

extension RandomSource {
  /// A uniform number in [0, 1), a multiple of 2^-53.
  @inlinable @inline(__always)
  public mutating func unit() -> Double {
    Double(next() &>> 11) * 0x1p-53
  }

  /// A uniform number in (0, 1), an odd multiple of 2^-53: safe to take the logarithm of.
  @inlinable @inline(__always)
  public mutating func openUnit() -> Double {
    (Double(next() &>> 12) + 0.5) * 0x1p-52
  }

  /// A whole number in 0..<bound, free of bias.
  ///
  /// Multiplies and rejects (Lemire, "Fast Random Integer Generation in an Interval", 2019); a
  /// second word is taken with probability below bound / 2^64. `bound` must be positive.
  @inlinable @inline(__always)
  public mutating func below(_ bound: UInt64) -> UInt64 {
    precondition(bound > 0, "nothing lies below zero")
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      // The smallest 2^64 mod bound low halves would favour some results; they are drawn again.
      let surplus = (0 &- bound) % bound
      while product.low < surplus { product = next().multipliedFullWidth(by: bound) }
    }
    return product.high
  }
}
