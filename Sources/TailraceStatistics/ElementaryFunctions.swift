/// Square root, logarithm and exponential from + - * / alone: the same bits on every machine.
///
/// Errors of a few units in the last place; for cold code. The loops count in integers, and the
/// square root is our own, because optimised `stride(from: 1.0, ...)` and `squareRoot()` refer to
/// `fma` and `sqrt` of the C library, which is not linked where nothing imports it.
enum ElementaryFunctions {
  // ln 2 in two parts, of which the first has 32 significant bits: an exponent times it is exact.
  private static let ln2High = 0x1.62e42feep-1
  private static let ln2Low = 0x1.a39ef35793c76p-33

  /// The square root of a finite number, by Newton's method on a significand from 1 to 4.
  static func squareRoot(_ x: Double) -> Double {
    precondition(x >= 0 && x.isFinite, "no square root")
    if x == 0 { return 0 }
    let exponent = Int(x.exponent)
    let half = (exponent - (exponent & 1)) / 2
    let significand = (exponent & 1) == 0 ? x.significand : 2 * x.significand
    // From within 10 % of the root, the relative error squares and halves each time.
    var root = (significand + 1.5) / 2.5
    for _ in 0..<5 { root = (root + significand / root) / 2 }
    return root * twoToThe(half)
  }

  /// `ln(1 + y)` for `y >= 0`, exact in relative terms also where `y` is tiny.
  static func logOnePlus(_ y: Double) -> Double {
    assert(y >= 0 && y.isFinite)
    if y < 0.5 { return doubleArtanh(y / (2 + y)) }
    let sum = 1 + y
    var mantissa = sum.significand
    var exponent = Double(sum.exponent)
    if mantissa > 1.4142135623730951 {
      mantissa /= 2
      exponent += 1
    }
    let fraction = doubleArtanh((mantissa - 1) / (mantissa + 1))
    return exponent * ln2High + (fraction + exponent * ln2Low)
  }

  /// `e^x` for `x <= 0`.
  static func exp(_ x: Double) -> Double {
    assert(x <= 0)
    guard x > -745 else { return 0 }
    let power = Int(x / 0.6931471805599453 - 0.5)
    let rest = (x - Double(power) * ln2High) - Double(power) * ln2Low
    // Taylor to degree 16, by Horner: |rest| < 0.36, so that what is left out is below 1e-21.
    var sum = 1.0
    for degree in (1...16).reversed() { sum = 1 + rest / Double(degree) * sum }
    // In two steps, so that neither factor underflows before the product does.
    let half = power / 2
    return sum * twoToThe(half) * twoToThe(power - half)
  }

  private static func twoToThe(_ power: Int) -> Double {
    Double(sign: .plus, exponent: power, significand: 1)
  }

  /// `ln((1 + z) / (1 - z))` for `|z| <= 0.2`, where z^26 is below 1e-18.
  private static func doubleArtanh(_ z: Double) -> Double {
    let square = z * z
    var sum = 0.0
    for half in (1...13).reversed() { sum = square * (1 / Double(2 * half + 1) + sum) }
    return 2 * z + 2 * z * sum
  }
}
