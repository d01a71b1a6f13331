/// Date-times as whole nanoseconds, by integer arithmetic alone: no locale, no time zone tables.
public enum CalendarTime {
  /// Reads `YYYY-MM-DD`, a `T` or a blank, `HH:MM:SS[.fff…]`, and `Z`, `+HH:MM` or nothing (UTC).
  ///
  /// That is RFC 3339 and what databases write. Digits behind the ninth of a fraction are cut off;
  /// second 60 is the next minute's first.
  /// - Returns: nanoseconds from the start of 1970, or nil where it is no such text.
  public static func nanoseconds(_ bytes: [UInt8], _ field: CSVReader.Field) -> Int64? {
    nanoseconds(bytes, field.lower, field.upper)
  }

  /// Reads the bytes from `lower` to below `upper` in the same way.
  public static func nanoseconds(_ bytes: [UInt8], _ lower: Int, _ upper: Int) -> Int64? {
    guard upper - lower >= 19 else { return nil }
    func digits(_ offset: Int, _ count: Int) -> Int? {
      var value = 0
      for i in lower + offset..<lower + offset + count {
        guard bytes[i] >= 0x30, bytes[i] <= 0x39 else { return nil }
        value = value * 10 + Int(bytes[i] - 0x30)
      }
      return value
    }
    func stands(_ byte: UInt8, _ offset: Int) -> Bool { bytes[lower + offset] == byte }
    guard stands(0x2D, 4), stands(0x2D, 7), stands(0x3A, 13), stands(0x3A, 16),
      stands(0x20, 10) || bytes[lower + 10] | 0x20 == 0x74,
      let year = digits(0, 4), let month = digits(5, 2), let day = digits(8, 2),
      let hour = digits(11, 2), let minute = digits(14, 2), let second = digits(17, 2),
      // Nanoseconds in 64 bits reach from 1677 to 2262.
      (1_678...2_261).contains(year), (1...12).contains(month),
      (1...length(ofMonth: month, year)).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    var seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
    var i = lower + 19
    guard let fraction = fraction(bytes, &i, upper), let offset = offset(bytes, i, upper) else {
      return nil
    }
    seconds -= offset
    return Int64(seconds) * 1_000_000_000 + Int64(fraction)
  }

  /// Days from 1 January 1970 in the Gregorian calendar.
  static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Years that begin in March have their leap day last.
    let shifted = month > 2 ? year : year - 1
    let months = (month + 9) % 12
    let daysBeforeMonth = (153 * months + 2) / 5
    let leapDays = shifted / 4 - shifted / 100 + shifted / 400
    return shifted * 365 + leapDays + daysBeforeMonth + day - 1 - 719_468
  }

  private static func length(ofMonth month: Int, _ year: Int) -> Int {
    if month == 2 {
      return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// `.digits`, if a point stands here, as nanoseconds.
  private static func fraction(_ bytes: [UInt8], _ i: inout Int, _ upper: Int) -> Int? {
    guard i < upper, bytes[i] == 0x2E else { return 0 }
    i += 1
    let first = i
    var value = 0
    while i < upper, bytes[i] >= 0x30, bytes[i] <= 0x39 {
      if i - first < 9 { value = value * 10 + Int(bytes[i] - 0x30) }
      i += 1
    }
    guard i > first else { return nil }
    for _ in min(i - first, 9)..<9 { value *= 10 }
    return value
  }

  /// `Z`, `+HH:MM` or nothing at the end, in seconds.
  private static func offset(_ bytes: [UInt8], _ i: Int, _ upper: Int) -> Int? {
    if i == upper { return 0 }
    if bytes[i] | 0x20 == 0x7A { return i + 1 == upper ? 0 : nil }
    guard bytes[i] == 0x2B || bytes[i] == 0x2D, upper - i == 6, bytes[i + 3] == 0x3A else {
      return nil
    }
    var numbers: [Int] = []
    for k in [i + 1, i + 4] {
      guard bytes[k] >= 0x30, bytes[k] <= 0x39, bytes[k + 1] >= 0x30, bytes[k + 1] <= 0x39 else {
        return nil
      }
      numbers.append(Int(bytes[k] - 0x30) * 10 + Int(bytes[k + 1] - 0x30))
    }
    guard numbers[0] < 24, numbers[1] < 60 else { return nil }
    let seconds = numbers[0] * 3_600 + numbers[1] * 60
    return bytes[i] == 0x2B ? seconds : -seconds
  }
}
