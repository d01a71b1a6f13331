/// A decimal number as it stands in a field: `mantissa * 10^exponent`, read without rounding.
public struct DecimalText: Equatable, Sendable {
  public let isNegative: Bool
  public let mantissa: UInt64
  public let exponent: Int

  /// Digits that are kept; what stands behind them is below any use of the value.
  private static let digitsMax = 19
  private static let exponentMax = 400

  /// Reads `[+-]digits[.digits][e[+-]digits]`; nil where the bytes are anything else.
  public init?(_ bytes: [UInt8], _ field: CSVReader.Field) {
    self.init(bytes, field.lower, field.upper)
  }

  /// Reads the bytes from `lower` to below `upper` in the same way.
  public init?(_ bytes: [UInt8], _ lower: Int, _ upper: Int) {
    var i = lower
    var isNegative = false
    if i < upper, bytes[i] == 0x2D || bytes[i] == 0x2B {
      isNegative = bytes[i] == 0x2D
      i += 1
    }
    var mantissa: UInt64 = 0
    var exponent = 0
    var kept = 0
    var digits = 0
    var isFraction = false
    while i < upper {
      let byte = bytes[i]
      if byte == 0x2E, !isFraction {
        isFraction = true
      } else if byte >= 0x30, byte <= 0x39 {
        digits += 1
        if kept < Self.digitsMax {
          mantissa = mantissa * 10 + UInt64(byte - 0x30)
          if mantissa > 0 { kept += 1 }
          if isFraction { exponent -= 1 }
        } else if !isFraction {
          exponent += 1
        }
      } else {
        break
      }
      i += 1
    }
    guard digits > 0 else { return nil }
    if i < upper {
      guard bytes[i] | 0x20 == 0x65, let power = Self.power(bytes, i + 1, upper) else { return nil }
      exponent += power
    }
    (self.isNegative, self.mantissa, self.exponent) = (isNegative, mantissa, exponent)
  }

  /// The whole number behind `e`.
  private static func power(_ bytes: [UInt8], _ lower: Int, _ upper: Int) -> Int? {
    var i = lower
    var isNegative = false
    if i < upper, bytes[i] == 0x2D || bytes[i] == 0x2B {
      isNegative = bytes[i] == 0x2D
      i += 1
    }
    guard i < upper else { return nil }
    var power = 0
    while i < upper {
      guard bytes[i] >= 0x30, bytes[i] <= 0x39 else { return nil }
      power = min(power * 10 + Int(bytes[i] - 0x30), 2 * exponentMax)
      i += 1
    }
    return isNegative ? -power : power
  }

  /// The number times a whole `unit`, to the nearest whole number (halves away from zero).
  ///
  /// - Returns: nil where that is not below 2^63.
  public func whole(times unit: UInt64 = 1) -> Int64? {
    var product = UInt128(mantissa) * UInt128(unit)
    var exponent = exponent
    while exponent > 0 {
      guard product < UInt128(1) << 64 else { return nil }
      if product == 0 { break }
      product *= 10
      exponent -= 1
    }
    if exponent < 0 {
      if exponent < -38 { return 0 }
      var divisor: UInt128 = 1
      for _ in exponent..<0 { divisor *= 10 }
      product = product / divisor + (product % divisor >= divisor - divisor / 2 ? 1 : 0)
    }
    guard product <= UInt128(Int64.max) else { return nil }
    let whole = Int64(product)
    return isNegative ? -whole : whole
  }

  /// Whether it is a whole number that is not negative, below 2^53.
  public var isIndex: Bool {
    if isNegative || exponent < 0 { return mantissa == 0 }
    return whole().map { $0 < 1 << 53 } ?? false
  }

  /// The nearest Double; nil where that would be infinite.
  public var real: Double? {
    let sign: Double = isNegative ? -1 : 1
    if mantissa == 0 { return 0 }
    if mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
      // Both are exact, so one operation rounds once (Clinger, PLDI 1990).
      var power = 1.0
      for _ in 0..<exponent.magnitude { power *= 10 }
      return sign * (exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power)
    }
    guard let value = Double("\(mantissa)e\(exponent)"), value.isFinite else { return nil }
    return sign * value
  }
}
