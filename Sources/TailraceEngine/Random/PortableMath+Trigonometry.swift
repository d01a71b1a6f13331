extension PortableMath {
  /// The sine of an angle in radians. Error below 0.9 ulp, at any size of the argument.
  public static func sin(_ angle: Double) -> Double {
    if angle.magnitude < 0x1.921fb54442d18p-1 { return sinKernel(angle, 0) }
    guard angle.isFinite else { return .nan }
    let reduced = reduceAngle(angle)
    return valueInQuadrant(reduced.quadrant, reduced.high, reduced.low)
  }

  /// The cosine of an angle in radians. Error below 0.9 ulp, at any size of the argument.
  public static func cos(_ angle: Double) -> Double {
    if angle.magnitude < 0x1.921fb54442d18p-1 { return cosKernel(angle, 0) }
    guard angle.isFinite else { return .nan }
    let reduced = reduceAngle(angle)
    return valueInQuadrant(reduced.quadrant &+ 1, reduced.high, reduced.low)
  }

  /// The sine of quadrant * pi/2 + high + low.
  private static func valueInQuadrant(_ quadrant: UInt64, _ high: Double, _ low: Double) -> Double {
    let value = quadrant & 1 == 0 ? sinKernel(high, low) : cosKernel(high, low)
    return quadrant & 2 == 0 ? value : -value
  }

  private static func sinKernel(_ angle: Double, _ tail: Double) -> Double {
    if angle.magnitude < 0x1p-27 { return angle }
    let square = angle * angle
    var sum = 0x1.5e0b09aba9d7fp-33
    sum = sum * square - 0x1.ae600ad575592p-26
    sum = sum * square + 0x1.71de37965ea29p-19
    sum = sum * square - 0x1.a01a019e83896p-13
    sum = sum * square + 0x1.1111111110bb2p-7
    sum = sum * square - 0x1.5555555555555p-3
    return angle + (angle * square * sum + tail * (1 - 0.5 * square))
  }

  private static func cosKernel(_ angle: Double, _ tail: Double) -> Double {
    let square = angle * angle
    var sum = -0x1.907d9316a965fp-37
    sum = sum * square + 0x1.1eeb68d2958ddp-29
    sum = sum * square - 0x1.27e4fa17c44e0p-22
    sum = sum * square + 0x1.a01a019f4e9f4p-16
    sum = sum * square - 0x1.6c16c16c16967p-10
    sum = sum * square + 0x1.5555555555555p-5
    let half = 0.5 * square
    let whole = 1 - half
    return whole + (((1 - whole) - half) + (square * square * sum - angle * tail))
  }
}
