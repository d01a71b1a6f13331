/// SplitMix64 (Steele, Lea and Flood 2014): the same cases on every machine.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// An integer below the bound; the bias does not matter here.
  mutating func below(_ bound: UInt64) -> UInt64 { next() % bound }

  /// A number in the open interval from 0 to 1.
  mutating func unit() -> Double { (Double(next() >> 11) + 0.5) / Double(1 << 53) }

  /// A value of at most 2^59 whose magnitude is uniform, so that every octave is met.
  mutating func anyMagnitude() -> UInt64 {
    let value = next() >> (4 + below(60))
    return below(40) == 0 ? 1 << 59 : value
  }

  /// A sample of 1 to `countMax` values in one of a few shapes: wide, narrow, with many ties.
  mutating func sample(countMax: UInt64) -> [UInt64] {
    let count = 1 + below(countMax)
    let shape = below(3)
    let base = anyMagnitude()
    return (0..<count).map { _ in
      switch shape {
      case 0: anyMagnitude()
      case 1: base / 2 + below(base / 8 + 1)
      default: below(12)
      }
    }
  }
}
