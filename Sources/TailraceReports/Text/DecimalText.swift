/// Numbers as text: exact decimal rounding, no locale and no C library.
public enum DecimalText {
  /// What stands where a value is missing in text for people.
  public static let missing = "—"

  /// A value with a fixed number of decimals, rounded half to even; the dash where not finite.
  public static func fixed(_ value: Double, decimals: Int, grouped: Bool = false) -> String {
    Decimal(value)?.text(decimals: decimals, grouped: grouped) ?? missing
  }

  /// A count with its thousands set apart.
  public static func count(_ value: UInt64) -> String {
    Decimal(value).text(decimals: 0, grouped: true)
  }

  /// A value with so many digits that count, trailing zeros kept, and never more than `decimals`.
  public static func significant(_ value: Double, digits: Int, decimals: Int = 6) -> String {
    guard let decimal = Decimal(value) else { return missing }
    return decimal.text(
      decimals: Self.decimals(of: decimal, digits: digits, limit: decimals), grouped: true)
  }

  /// A value cut to the first digit of its half-width: (82.04, 0.61) gives "82.0" and "0.6".
  public static func pair(
    _ value: Double, halfWidth: Double, decimals limit: Int = 6
  ) -> (value: String, halfWidth: String) {
    // A width of no shown digit is that of rounding errors.
    guard let width = Decimal(halfWidth), !width.rounded(toPlace: -limit).isZero else {
      return (significant(value, digits: 4, decimals: limit), "0")
    }
    let decimals = decimals(of: width, digits: 1, limit: limit)
    let shown = width.text(decimals: decimals, grouped: true)
    return (fixed(value, decimals: decimals, grouped: true), shown)
  }

  /// The shortest text that reads back as the same value; nil where not finite.
  public static func shortest(_ value: Double) -> String? {
    guard value.isFinite else { return nil }
    return value == 0 ? "0.0" : value.description
  }

  /// Whole nanoseconds as milliseconds with six decimals, which is exact.
  public static func milliseconds(_ nanoseconds: UInt64) -> String {
    Decimal(nanoseconds, exponent: -6).text(decimals: 6)
  }

  /// Nanoseconds as milliseconds, rounded to whole nanoseconds; nil where not finite.
  public static func milliseconds(_ nanoseconds: Double) -> String? {
    Decimal(nanoseconds)?.scaled(by: -6).text(decimals: 6)
  }

  /// Whole nanoseconds as seconds with nine decimals, which is exact.
  public static func seconds(_ nanoseconds: UInt64) -> String {
    Decimal(nanoseconds, exponent: -9).text(decimals: 9)
  }

  /// A quantile's name, with the point moved in decimal: 0.9999 is "p99.99".
  public static func percentile(_ quantile: Double) -> String {
    guard let decimal = Decimal(quantile)?.scaled(by: 2) else { return "p" + missing }
    return "p" + decimal.text(decimals: max(0, -decimal.exponent))
  }

  /// 1 / (1 - quantile), with the difference taken in decimal: 0.99 gives exactly 100.
  public static func inverseTail(_ quantile: Double) -> Double? {
    guard let decimal = Decimal(quantile), quantile >= 0, quantile < 1 else { return nil }
    let places = max(0, -decimal.exponent)
    guard places <= 18, let part = UInt64(decimal.text(decimals: places).filter { $0 != "." })
    else { return 1 / (1 - quantile) }
    let whole = (0..<places).reduce(UInt64(1)) { power, _ in power * 10 }
    return Double(whole) / Double(whole - part)
  }

  /// A share as percent with so many decimals: 0.237 gives "23.7 %"; a true zero is "0 %".
  public static func percent(_ share: Double, decimals: Int = 1) -> String {
    guard let decimal = Decimal(share) else { return missing }
    if decimal.isZero { return "0 %" }
    return decimal.scaled(by: 2).text(decimals: decimals, grouped: true) + " %"
  }

  private static func decimals(of value: Decimal, digits: Int, limit: Int) -> Int {
    guard !value.isZero else { return 0 }
    let place = value.magnitude - digits + 1
    let rounded = value.rounded(toPlace: place)
    return min(limit, max(0, digits - 1 - rounded.magnitude))
  }
}
