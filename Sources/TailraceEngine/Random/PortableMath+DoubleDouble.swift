/// Sums and products with their rounding errors, without fused operations.
extension PortableMath {
  /// The rounded sum and what rounding took from it, exactly (Knuth).
  @inlinable @inline(__always)
  static func twoSum(_ left: Double, _ right: Double) -> (high: Double, low: Double) {
    let sum = left + right
    let rightPart = sum - left
    return (sum, (left - (sum - rightPart)) + (right - rightPart))
  }

  /// The rounded product and what rounding took from it, exactly (Dekker 1971).
  ///
  /// Both magnitudes must be below 2^990, and the product not close to underflow.
  @inlinable @inline(__always)
  static func twoProduct(_ left: Double, _ right: Double) -> (high: Double, low: Double) {
    let product = left * right
    let (leftHigh, leftLow) = halves(left)
    let (rightHigh, rightLow) = halves(right)
    let cross = (leftHigh * rightHigh - product) + leftHigh * rightLow + leftLow * rightHigh
    return (product, cross + leftLow * rightLow)
  }

  /// A number as a sum of two with at most 26 significant bits each (Veltkamp).
  @inlinable @inline(__always)
  static func halves(_ value: Double) -> (high: Double, low: Double) {
    let scaled = value * 0x1.0000002p27
    let high = scaled - (scaled - value)
    return (high, value - high)
  }
}
