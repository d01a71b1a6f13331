/// A finite number as decimal digits, so that rounding for output is exact and the same anywhere.
struct Decimal: Equatable {
  /// Whether the number is below zero.
  var isNegative: Bool
  /// Digits from the most significant; no leading zero unless the number is zero.
  var digits: [UInt8]
  /// The power of ten of the last digit.
  var exponent: Int

  /// The shortest decimal that reads back as `value`; nil where it is not finite.
  init?(_ value: Double) {
    guard value.isFinite else { return nil }
    isNegative = value < 0
    digits = []
    exponent = 0
    var isFraction = false
    var text = Array(value.magnitude.description.utf8)
    if let mark = text.firstIndex(of: UInt8(ascii: "e")) {
      exponent = Int(String(decoding: text[(mark + 1)...], as: UTF8.self)) ?? 0
      text.removeSubrange(mark...)
    }
    for byte in text {
      if byte == UInt8(ascii: ".") {
        isFraction = true
      } else {
        digits.append(byte - UInt8(ascii: "0"))
        if isFraction { exponent -= 1 }
      }
    }
    normalize()
  }

  /// A whole number times a power of ten.
  init(_ whole: UInt64, exponent: Int = 0) {
    isNegative = false
    digits = String(whole).utf8.map { $0 - UInt8(ascii: "0") }
    self.exponent = exponent
    normalize()
  }

  /// Whether the number is zero.
  var isZero: Bool { digits == [0] }

  /// The power of ten of the first digit.
  var magnitude: Int { exponent + digits.count - 1 }

  /// The number times a power of ten.
  func scaled(by power: Int) -> Decimal {
    var copy = self
    if !isZero { copy.exponent += power }
    return copy
  }

  /// The number rounded half to even at the digit that stands for 10 to the power `place`.
  func rounded(toPlace place: Int) -> Decimal {
    let dropped = place - exponent
    guard dropped > 0, !isZero else { return self }
    var copy = self
    copy.exponent = place
    guard dropped <= digits.count else {
      copy.digits = [0]
      copy.normalize()
      return copy
    }
    let rest = digits.suffix(dropped)
    copy.digits = Array(digits.dropLast(dropped))
    let last = copy.digits.last ?? 0
    let first = rest[rest.startIndex]
    let isTie = first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
    if isTie ? !last.isMultiple(of: 2) : first >= 5 { copy.increment() }
    copy.normalize()
    return copy
  }

  /// The number with exactly `decimals` digits after the point, thousands set apart if wanted.
  func text(decimals: Int, grouped: Bool = false) -> String {
    let value = rounded(toPlace: -decimals)
    var padded = value.digits
    if !value.isZero {
      padded += [UInt8](repeating: 0, count: value.exponent + decimals)
    } else {
      padded = []
    }
    if padded.count <= decimals {
      padded = [UInt8](repeating: 0, count: decimals + 1 - padded.count) + padded
    }
    var text = value.isNegative && !value.isZero ? "-" : ""
    let whole = padded.count - decimals
    for (index, digit) in padded.enumerated() {
      if index == whole {
        text += "."
      } else if grouped, index > 0, index < whole, (whole - index).isMultiple(of: 3) {
        text += ","
      }
      text += String(digit)
    }
    return text
  }

  private mutating func increment() {
    var index = digits.count - 1
    while index >= 0 {
      guard digits[index] == 9 else {
        digits[index] += 1
        return
      }
      digits[index] = 0
      index -= 1
    }
    digits.insert(1, at: 0)
  }

  private mutating func normalize() {
    while digits.count > 1, digits.first == 0 { digits.removeFirst() }
    while digits.count > 1, digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    if digits.isEmpty { digits = [0] }
    if digits == [0] {
      exponent = 0
      isNegative = false
    }
  }
}
