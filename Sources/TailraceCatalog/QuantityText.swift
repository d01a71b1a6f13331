/// Writes quantities so that reading them gives the same value again.
public enum QuantityText {
  /// A duration: `1m30s` from a second on, else the shortest of ms, us and ns.
  public static func duration(_ nanoseconds: UInt64) -> String {
    if nanoseconds == 0 { return "0s" }
    if nanoseconds < 1_000_000_000 {
      let units = DurationUnits.all.filter { $0.nanoseconds < 1_000_000_000 }
      return shortest(units.map { decimal(nanoseconds, unit: $0.nanoseconds) + $0.name })
    }
    var text = ""
    var rest = nanoseconds
    for (name, unit) in DurationUnits.all where unit > 1_000_000_000 && rest >= unit {
      text += "\(rest / unit)\(name)"
      rest %= unit
    }
    return rest == 0 ? text : text + decimal(rest, unit: 1_000_000_000) + "s"
  }

  /// A rate in events per second: per s, m, h or d, whichever is exact and shortest.
  public static func rate(_ perSecond: Double) -> String {
    precondition(perSecond.isFinite && perSecond >= 0, "A rate is finite and not negative")
    let units: [(String, Double)] = [("/s", 1), ("/m", 60), ("/h", 3_600), ("/d", 86_400)]
    let texts = units.compactMap { unit, seconds -> String? in
      let count = perSecond * seconds
      guard count.isFinite, count / seconds == perSecond else { return nil }
      return plain(count) + unit
    }
    return shortest(texts)
  }

  /// A size in bytes: the unit that makes it shortest.
  public static func size(_ bytes: UInt64) -> String {
    if bytes == 0 { return "0B" }
    let texts = SizeUnits.all.reversed().compactMap { unit -> String? in
      let size = unit.bytes
      let (whole, rest) = bytes.quotientAndRemainder(dividingBy: size)
      if rest == 0 { return "\(whole)\(unit.name)" }
      let (product, overflows) = rest.multipliedReportingOverflow(by: 1_000)
      guard !overflows, product % size == 0 else { return nil }
      let thousandths = product / size
      return decimal(whole * 1_000 + thousandths, unit: 1_000) + unit.name
    }
    return shortest(texts)
  }

  /// A bandwidth in bytes per second: the unit that is exact and shortest.
  public static func bandwidth(_ bytesPerSecond: Double) -> String {
    precondition(bytesPerSecond.isFinite && bytesPerSecond >= 0, "A bandwidth is finite")
    if bytesPerSecond == 0 { return "0B/s" }
    let number = DecimalSpelling(bytesPerSecond)
    let texts = SizeUnits.all.reversed().map { unit -> String in
      if unit.binaryPower == 0 {
        return number.shifted(by: -unit.decimalPower).text + unit.name + "/s"
      }
      // Division by a power of two is exact down to subnormal numbers.
      let count = bytesPerSecond / Double(UInt64(1) << UInt64(unit.binaryPower))
      let isExact = count >= Double.leastNormalMagnitude
      return isExact ? plain(count) + unit.name + "/s" : number.text + "B/s"
    }
    return shortest(texts)
  }

  /// A ratio as a share: 0.05 is `5%`.
  public static func share(_ ratio: Double) -> String {
    precondition(ratio.isFinite && ratio >= 0, "A share is finite and not negative")
    return DecimalSpelling(ratio).shifted(by: 2).text + "%"
  }

  /// A real number: without a point where it is whole and short.
  public static func real(_ value: Double) -> String {
    precondition(value.isFinite, "A number is finite")
    return value.magnitude < 0x1p53 ? plain(value) : value.description
  }

  private static func plain(_ value: Double) -> String { DecimalSpelling(value).text }

  /// `value` / `unit` in decimal; the unit is a power of ten.
  private static func decimal(_ value: UInt64, unit: UInt64) -> String {
    var power = 0
    var rest = unit
    while rest > 1 {
      rest /= 10
      power += 1
    }
    let number = DecimalSpelling(String(value).utf8) ?? DecimalSpelling(0)
    return number.shifted(by: -power).text
  }

  /// The shortest text; the first of equals.
  private static func shortest(_ texts: [String]) -> String {
    texts.dropFirst().reduce(texts[0]) { $1.utf8.count < $0.utf8.count ? $1 : $0 }
  }
}
