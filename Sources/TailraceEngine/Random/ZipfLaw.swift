/// Ranks 0, 1, …, count - 1 with popularity (rank + 1)^-exponent: keys, tenants, documents.
///
/// Rejection-inversion (Hörmann and Derflinger, "Rejection-Inversion to Generate Variates from
/// Monotone Discrete Distributions", 1996): no table, any size, under 1.3 tries on average. With
/// a word's 53 bits, ranks in the last 2^-50 of the probability are drawn with coarse weights.
@frozen
public struct ZipfLaw: Law {
  /// The number of ranks.
  public let count: UInt64
  /// The exponent; 0 makes all ranks alike.
  public let exponent: Double
  @usableFromInline let power: Double
  @usableFromInline let start: Double
  @usableFromInline let length: Double
  @usableFromInline let squeeze: Double

  /// A law on `count` ranks in 1...2^40 with a finite exponent in 0...64.
  public init(count: UInt64, exponent: Double) {
    precondition(count >= 1 && count <= 1 << 40, "between 1 and 2^40 ranks")
    precondition(exponent >= 0 && exponent <= 64, "an exponent between 0 and 64")
    self.count = count
    self.exponent = exponent
    let power = 1 - exponent
    self.power = power
    start = ZipfLaw.area(Double(count) + 0.5, power)
    length = ZipfLaw.area(1.5, power) - 1 - start
    let second = PortableMath.exp(-exponent * PortableMath.log(2))
    squeeze = 2 - ZipfLaw.inverseArea(ZipfLaw.area(2.5, power) - second, power)
  }

  /// Draws a rank in 0..<count; rank 0 is the most popular.
  @inlinable
  public func drawRank<Source: RandomSource>(from source: inout Source) -> UInt64 {
    if exponent == 0 { return source.below(count) }
    while true {
      // Inversion of the continuous hat, then rounding to the nearest rank; a rank is rejected if
      // the uniform number lies in the part of its column where the hat exceeds the histogram.
      let level = start + length * source.unit()
      let place = ZipfLaw.inverseArea(level, power)
      let limit = Double(count)
      let nearest = place < 1 ? 1 : place > limit ? limit : Double(UInt64(place + 0.5))
      let rank = nearest > limit ? limit : nearest
      if rank - place <= squeeze { return UInt64(rank) &- 1 }
      let weight = PortableMath.exp(-exponent * PortableMath.log(rank))
      if level >= ZipfLaw.area(rank + 0.5, power) - weight { return UInt64(rank) &- 1 }
    }
  }

  /// Draws a rank as a real number.
  @inlinable
  public func draw<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> Double {
    Double(drawRank(from: &source))
  }

  /// The moments of the rank counted from 0. Takes about a hundred elementary functions.
  public var moments: LawMoments {
    let total = PortableMath.harmonic(count, exponent: exponent)
    let mean = PortableMath.harmonic(count, exponent: exponent - 1) / total
    let square = PortableMath.harmonic(count, exponent: exponent - 2) / total
    return LawMoments(mean: mean - 1, variance: max(0, square - mean * mean))
  }

  /// The probability of drawing one of the `ranks` most popular ranks.
  public func probability(ofTop ranks: UInt64) -> Double {
    let total = PortableMath.harmonic(count, exponent: exponent)
    return PortableMath.harmonic(min(ranks, count), exponent: exponent) / total
  }

  /// The integral of t^-exponent from 1 to x: (x^power - 1) / power, or log x where power is 0.
  @inlinable @inline(__always)
  static func area(_ place: Double, _ power: Double) -> Double {
    let logarithm = PortableMath.log(place)
    let scaled = power * logarithm
    return scaled.magnitude < 1e-9
      ? logarithm * (1 + 0.5 * scaled) : PortableMath.expm1(scaled) / power
  }

  /// The place up to which the integral has a given value.
  @inlinable @inline(__always)
  static func inverseArea(_ area: Double, _ power: Double) -> Double {
    let scaled = power * area
    // Rounding may take 1 + scaled to zero or below at the far end.
    if scaled <= -1 { return .infinity }
    let logarithm =
      scaled.magnitude < 1e-9 ? area * (1 - 0.5 * scaled) : PortableMath.log1p(scaled) / power
    return PortableMath.exp(logarithm)
  }
}
