import TailraceCatalog

/// Ranges in words: `6..14 step 2`, `1..64 factor 2`, `100/s..1000/s step 100/s`.
///
/// Values are computed in decimal, so that 0.1 steps give 0.3 and not its neighbour. The last value
/// is the largest that is not beyond the end.
enum SweepRange {
  /// Whether a text is meant as a range.
  static func isRange(_ text: String) -> Bool {
    guard let first = text.utf8.first, (48...57).contains(first) else { return false }
    return text.contains("..") && !text.contains(",")
  }

  static func values(of text: TextPiece) throws(Diagnostic) -> [SweepParameter.Value] {
    let words = text.string.split(separator: " ").map(String.init)
    let ends = words.first.map(Self.ends) ?? nil
    guard let ends, words.count == 1 || words.count == 3,
      let first = Quantity(ends.0), let last = Quantity(ends.1)
    else {
      throw text.mistake(
        "'\(text.string.clipped)' is no range: write 6..14, 6..14 step 2 or 1..64 factor 2",
        .badSweep)
    }
    guard first.unit == last.unit else {
      throw text.mistake(
        "both ends need one unit, not '\(first.unit.clipped)' and '\(last.unit.clipped)'",
        .badSweep)
    }
    let isFactor = words.count == 3 && words[1] == "factor"
    if words.count == 3, !isFactor, words[1] != "step" {
      let hint = NearestWord.hint(words[1], among: ["step", "factor"])
      throw text.mistake("'\(words[1].clipped)' is neither step nor factor\(hint)", .badSweep)
    }
    guard let by = words.count == 3 ? Quantity(words[2]) : Quantity("1" + first.unit) else {
      throw text.mistake("'\(words[2].clipped)' is no number", .badSweep)
    }
    if isFactor ? !by.unit.isEmpty : by.unit != first.unit {
      throw text.mistake(
        isFactor
          ? "a factor has no unit: '\(words[2].clipped)'"
          : "the step needs the unit of the ends: '\(first.unit)'", .badSweep)
    }
    guard first.number <= last.number else {
      throw text.mistake("the range ends before it begins", .badSweep)
    }
    guard isFactor ? by.number > .one && first.number > .zero : by.number > .zero else {
      throw text.mistake(
        isFactor
          ? "a factor must be above 1 and the range begin above 0" : "a step must be above 0",
        .badSweep)
    }
    return try all(first, last.number, by.number, isFactor: isFactor, at: text)
  }

  /// What is wrong with a range written with a dash, such as `50/s-350/s`; nil for other texts.
  static func dashed(_ text: String) -> String? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let first = Quantity(parts[0]), let last = Quantity(parts[1]),
      first.unit == last.unit || first.unit.isEmpty,
      last.unit.utf8.allSatisfy({ !(48...57).contains($0) && $0 != UInt8(ascii: " ") })
    else { return nil }
    let step = first.number > .zero && first.number < last.number ? first.number.text : "1"
    let unit = last.unit
    return "'\(text.clipped)' is no range: write \(first.number.text)\(unit).."
      + "\(last.number.text)\(unit) step \(step)\(unit)"
  }

  /// A range in words with a unit behind each number but a factor; nil for other texts.
  static func text(_ range: String, unit: String) -> String? {
    let words = range.split(separator: " ").map(String.init)
    guard words.count == 1 || words.count == 3, let ends = words.first.flatMap(Self.ends) else {
      return nil
    }
    let by = words.count == 3 ? " \(words[1]) \(words[2])" + (words[1] == "step" ? unit : "") : ""
    return "\(ends.0)\(unit)..\(ends.1)\(unit)\(by)"
  }

  private static func all(
    _ first: Quantity, _ last: Decimals, _ by: Decimals, isFactor: Bool, at text: TextPiece
  ) throws(Diagnostic) -> [SweepParameter.Value] {
    var values: [SweepParameter.Value] = []
    var next = first.number
    while next <= last {
      if values.count == SweepParameter.valuesMax {
        throw text.mistake(
          "the range has more than \(SweepParameter.valuesMax) values", .outOfRange)
      }
      values.append(.init(next.text + first.unit))
      guard let following = isFactor ? next.times(by) : next.plus(by) else {
        throw text.mistake("the numbers of the range have too many digits", .outOfRange)
      }
      next = following
    }
    return values
  }

  /// The texts on both sides of the two dots.
  private static func ends(_ word: String) -> (String, String)? {
    let bytes = Array(word.utf8)
    guard bytes.count >= 4 else { return nil }
    for i in 1..<(bytes.count - 2)
    where bytes[i] == UInt8(ascii: ".") && bytes[i + 1] == UInt8(ascii: ".") {
      return (
        String(decoding: bytes[..<i], as: UTF8.self),
        String(decoding: bytes[(i + 2)...], as: UTF8.self)
      )
    }
    return nil
  }

  /// A number with what stands behind it.
  private struct Quantity {
    var number: Decimals
    var unit: String

    init?(_ text: String) {
      let digits = text.utf8.prefix { $0 == 46 || (48...57).contains($0) }
      guard let number = Decimals(String(decoding: Array(digits), as: UTF8.self)) else {
        return nil
      }
      self.number = number
      unit = String(decoding: Array(text.utf8.dropFirst(digits.count)), as: UTF8.self)
    }
  }
}

/// A number of at most 15 digits that is not negative: `mantissa / 10^places`.
struct Decimals: Comparable {
  private var mantissa: UInt64
  private var places: Int

  static let zero = Decimals(mantissa: 0, places: 0)
  static let one = Decimals(mantissa: 1, places: 0)
  private static let limit: UInt64 = 1_000_000_000_000_000

  private init(mantissa: UInt64, places: Int) {
    self.mantissa = mantissa
    self.places = places
  }

  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), !parts[0].isEmpty, parts.count == 1 || !parts[1].isEmpty,
      let mantissa = UInt64(parts.joined()), mantissa < Self.limit
    else { return nil }
    self.mantissa = mantissa
    places = parts.count == 2 ? parts[1].utf8.count : 0
    guard places <= 15 else { return nil }
    shorten()
  }

  /// The sum; nil where it has too many digits.
  func plus(_ other: Decimals) -> Decimals? {
    let places = max(places, other.places)
    guard let a = widened(to: places), let b = other.widened(to: places), a + b < Self.limit
    else { return nil }
    var sum = Decimals(mantissa: a + b, places: places)
    sum.shorten()
    return sum
  }

  /// The product, rounded to 15 digits; nil where it is too large.
  func times(_ other: Decimals) -> Decimals? {
    var product = UInt128(mantissa) * UInt128(other.mantissa)
    var places = places + other.places
    while product >= UInt128(Self.limit) {
      if places == 0 { return nil }
      product = (product + 5) / 10
      places -= 1
    }
    var result = Decimals(mantissa: UInt64(product), places: places)
    result.shorten()
    return result
  }

  static func < (a: Decimals, b: Decimals) -> Bool {
    let places = max(a.places, b.places)
    return UInt128(a.mantissa) * power(places - a.places)
      < UInt128(b.mantissa) * power(places - b.places)
  }

  /// The number as it is written, without zeros at its end.
  var text: String {
    if places == 0 { return String(mantissa) }
    let digits = String(mantissa)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.utf8.count)) + digits
    return padded.dropLast(places) + "." + padded.suffix(places)
  }

  private static func power(_ exponent: Int) -> UInt128 {
    (0..<exponent).reduce(1) { value, _ in value * 10 }
  }

  private func widened(to places: Int) -> UInt64? {
    let wide = UInt128(mantissa) * Self.power(places - self.places)
    return wide < UInt128(Self.limit) ? UInt64(wide) : nil
  }

  private mutating func shorten() {
    while places > 0, mantissa.isMultiple(of: 10) {
      mantissa /= 10
      places -= 1
    }
  }
}
