/// Exact sums of decimals times whole units, in steps of 10^-18.
struct FixedPoint {
  /// The sum in steps of 10^-18.
  private(set) var steps: UInt128 = 0

  static let fractionDigitsMax = 18
  private static let one: UInt128 = 1_000_000_000_000_000_000

  /// Adds `number` × `unit`; false where the sum does not fit.
  ///
  /// - Precondition: the number is not negative and has at most 18 digits after the point.
  mutating func add(_ number: DecimalSpelling, unit: UInt64) -> Bool {
    precondition(!number.isNegative && number.exponent >= -Self.fractionDigitsMax)
    if number.digits.isEmpty { return true }
    let power = number.exponent + Self.fractionDigitsMax
    guard number.digits.count + power <= 38 else { return false }
    var value: UInt128 = 0
    for digit in number.digits { value = value * 10 + UInt128(digit) }
    for _ in 0..<power { value *= 10 }
    let (product, isTooLarge) = value.multipliedReportingOverflow(by: UInt128(unit))
    let (sum, overflows) = steps.addingReportingOverflow(product)
    guard !isTooLarge, !overflows else { return false }
    steps = sum
    return true
  }

  /// The nearest whole number, halves upward; nil where it does not fit.
  var rounded: UInt64? {
    let whole = steps / Self.one
    return UInt64(exactly: steps % Self.one >= Self.one / 2 ? whole + 1 : whole)
  }

  /// The whole number, if it is one that fits.
  var whole: UInt64? { steps % Self.one == 0 ? UInt64(exactly: steps / Self.one) : nil }
}
