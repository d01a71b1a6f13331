extension RandomSource {
  /// An exponential number with mean 1.
  ///
  /// Marsaglia and Tsang, "The Ziggurat Method for Generating Random Variables", 2000; the layer
  /// and the candidate use separate bits (Doornik 2005). 98.9 % of draws take one word.
  @inlinable @inline(__always)
  public mutating func exponential(_ tables: ZigguratTables) -> Double {
    let word = next()
    let layer = unsafe tables.layers[Int(truncatingIfNeeded: word & 255)]
    let candidate = word &>> 11
    if _fastPath(candidate < layer.limit) { return Double(candidate) * layer.width }
    return exponentialBeyondFit(word, tables)
  }

  /// A normal number with mean 0 and deviation 1.
  ///
  /// The ziggurat as for `exponential`; the tail by Marsaglia's method (1964).
  @inlinable @inline(__always)
  public mutating func normal(_ tables: ZigguratTables) -> Double {
    let word = next()
    let layer = unsafe tables.layers[Int(truncatingIfNeeded: word & 255) &+ 256]
    let candidate = word &>> 12
    let size = Self.double(ofBits52: candidate) * layer.width
    if _fastPath(candidate < layer.limit) { return Self.signed(size, by: word) }
    return normalBeyondFit(word, tables)
  }

  @inlinable @inline(never)
  mutating func exponentialBeyondFit(_ first: UInt64, _ tables: ZigguratTables) -> Double {
    var word = first
    while true {
      let index = Int(truncatingIfNeeded: word & 255)
      let layer = unsafe tables.layers[index]
      let candidate = word &>> 11
      let place = Double(candidate) * layer.width
      if candidate < layer.limit { return place }
      // Beyond the start of the tail an exponential number begins anew.
      if index == 0 { return 7.697117470131049714045 - PortableMath.log(openUnit()) }
      let bottom = unsafe tables.heights[index]
      let top = unsafe tables.heights[index &+ 1]
      if bottom + unit() * (top - bottom) < PortableMath.exp(-place) { return place }
      word = next()
    }
  }

  @inlinable @inline(never)
  mutating func normalBeyondFit(_ first: UInt64, _ tables: ZigguratTables) -> Double {
    var word = first
    while true {
      let index = Int(truncatingIfNeeded: word & 255)
      let layer = unsafe tables.layers[index &+ 256]
      let candidate = word &>> 12
      let place = Double(candidate) * layer.width
      if candidate < layer.limit { return Self.signed(place, by: word) }
      if index == 0 { return Self.signed(normalTail(), by: word) }
      let bottom = unsafe tables.heights[index &+ 257]
      let top = unsafe tables.heights[index &+ 258]
      let height = bottom + unit() * (top - bottom)
      if height < PortableMath.exp(-0.5 * place * place) { return Self.signed(place, by: word) }
      word = next()
    }
  }

  /// The size of a normal number known to lie beyond the start of the tail.
  @inlinable
  mutating func normalTail() -> Double {
    let start = 3.654152885361008771645
    while true {
      let step = -PortableMath.log(openUnit()) / start
      let test = -PortableMath.log(openUnit())
      if test + test > step * step { return start + step }
    }
  }

  /// A whole number below 2^52 as it is.
  ///
  /// An x86 processor's own conversion keeps half of its target register, so it would wait for the
  /// draw before: in a loop of lognormal draws for e^x, 100 cycles. Here draws overlap.
  @inlinable @inline(__always)
  static func double(ofBits52 word: UInt64) -> Double {
    Double(bitPattern: word | 0x4330_0000_0000_0000) - 0x1p52
  }

  /// Bit 8 of the word is the sign: neither the layer nor the candidate uses it.
  @inlinable @inline(__always)
  static func signed(_ size: Double, by word: UInt64) -> Double {
    Double(bitPattern: size.bitPattern | (word & 256) &<< 55)
  }
}
