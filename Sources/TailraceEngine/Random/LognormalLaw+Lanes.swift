extension LognormalLaw {
  /// Whether no draw comes near the largest or least number: a normal number that the ziggurat
  /// draws is below 14 in magnitude.
  public var isOrdinary: Bool { logMean.magnitude + 16 * logDeviation < 700 }

  /// Draws a value from each of eight generators, which are at these states: the bits that `draw`
  /// draws from them one by one, for an ordinary law.
  @inline(never)
  public func draw(
    from states: SIMD8<UInt64>, using tables: ZigguratTables
  ) -> SIMD8<Double> {
    let normal = PortableMath.Lanes { k in
      var source = KeyedRandom(state: states[k])
      return source.normal(tables)
    }
    return PortableMath.exp(logMean + logDeviation * normal)
  }
}
