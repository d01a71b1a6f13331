extension ZipfLaw {
  /// Draws a rank from each of eight generators, which are at these states: the ranks that
  /// `drawRank` draws from them one by one, in about a third of the time.
  @inline(never) public func drawRanks(from states: SIMD8<UInt64>) -> SIMD8<UInt64> {
    let level = PortableMath.Lanes { k in
      var source = KeyedRandom(state: states[k])
      return start + length * source.unit()
    }
    let place = Self.inverseArea(level, power)
    let limit = Double(count)
    return SIMD8<UInt64> { k in
      let scaled = power * level[k]
      // Whatever is out of the ordinary, a rank that the squeeze does not accept among it.
      guard exponent != 0, scaled > -1, scaled < .infinity else { return drawAlone(states[k]) }
      let here = place[k]
      let nearest = here < 1 ? 1 : here > limit ? limit : Double(UInt64(here + 0.5))
      let rank = nearest > limit ? limit : nearest
      return rank - here <= squeeze ? UInt64(rank) &- 1 : drawAlone(states[k])
    }
  }

  @inline(never) private func drawAlone(_ state: UInt64) -> UInt64 {
    var source = KeyedRandom(state: state)
    return drawRank(from: &source)
  }

  /// As of one area, for those whose product with `power` lies above -1.
  @inline(__always)
  private static func inverseArea(_ area: PortableMath.Lanes, _ power: Double) -> PortableMath.Lanes
  {
    let scaled = power * area
    let isTiny = (scaled .< 1e-9) .& (scaled .> -1e-9)
    // Both, rather than a look at whether all are tiny: what the other one gives is not used.
    let logarithm = (PortableMath.log1p(scaled) / power)
      .replacing(with: area * (1 - 0.5 * scaled), where: isTiny)
    return PortableMath.exp(logarithm)
  }
}
