/// An exact decimal number: digits and a power of ten.
///
/// It carries a number from its text to a value without a rounding on the way.
struct DecimalSpelling: Hashable {
  /// Whether a minus stands before it; `-0` is negative.
  var isNegative = false
  /// The significant digits, 0 to 9, without zeros at either end; empty for zero.
  private(set) var digits: [UInt8] = []
  /// The power of ten of the last digit.
  private(set) var exponent = 0

  /// Larger exponents make any number infinite or zero, whatever its digits are.
  private static let exponentMax = 1_000_000

  /// Reads `12`, `1.5`, `.5`, `5.`, `1e-3` with an optional sign; nil for anything else.
  init?(_ text: some Sequence<UInt8>) {
    var hasDigits = false
    var hasPoint = false
    var isExponent = false
    var exponentDigits = 0
    var exponentIsNegative = false
    var power = 0
    var previous: UInt8 = 0
    for (index, byte) in text.enumerated() {
      switch byte {
      case 0x30...0x39 where isExponent:
        power = min(power * 10 + Int(byte - 0x30), Self.exponentMax)
        exponentDigits += 1
      case 0x30...0x39:
        hasDigits = true
        if byte != 0x30 || !digits.isEmpty { digits.append(byte - 0x30) }
        if hasPoint { exponent -= 1 }
      case 0x2E where !hasPoint && !isExponent: hasPoint = true
      case 0x65 where hasDigits && !isExponent, 0x45 where hasDigits && !isExponent:
        isExponent = true
      case 0x2B where index == 0 || (isExponent && previous | 0x20 == 0x65): break
      case 0x2D where index == 0: isNegative = true
      case 0x2D where isExponent && previous | 0x20 == 0x65: exponentIsNegative = true
      default: return nil
      }
      previous = byte
    }
    guard hasDigits, !isExponent || exponentDigits > 0 else { return nil }
    exponent += exponentIsNegative ? -power : power
    normalise()
  }

  /// Takes the shortest decimal that reads back as the number.
  init(_ value: Double) {
    precondition(value.isFinite, "A decimal is finite")
    self = DecimalSpelling(value.description.utf8) ?? DecimalSpelling("0".utf8)!
  }

  private mutating func normalise() {
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    if digits.isEmpty { exponent = 0 }
  }

  /// The number times a power of ten.
  func shifted(by power: Int) -> DecimalSpelling {
    var result = self
    if !digits.isEmpty { result.exponent += power }
    return result
  }

  /// The nearest double; infinite where the number is too large.
  var double: Double {
    let sign = isNegative ? "-" : ""
    let mantissa = digits.isEmpty ? "0" : String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self)
    return Double("\(sign)\(mantissa)e\(exponent)") ?? 0
  }

  /// The exact value, if it is whole and fits.
  var integer: Int64? {
    guard exponent >= 0, digits.count + exponent <= 19 else { return digits.isEmpty ? 0 : nil }
    var magnitude: UInt64 = 0
    for digit in digits { magnitude = magnitude * 10 + UInt64(digit) }
    for _ in 0..<exponent { magnitude *= 10 }
    if isNegative { return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
    return Int64(exactly: magnitude)
  }

  /// The number in plain digits without an exponent.
  var text: String {
    let sign = isNegative ? "-" : ""
    if digits.isEmpty { return sign + "0" }
    let characters = digits.map { $0 + 0x30 }
    let zero: UInt8 = 0x30
    var bytes: [UInt8]
    if exponent >= 0 {
      bytes = characters + [UInt8](repeating: zero, count: exponent)
    } else if digits.count > -exponent {
      let point = digits.count + exponent
      bytes = characters[..<point] + [0x2E] + characters[point...]
    } else {
      let zeros = -exponent - digits.count
      bytes = [zero, 0x2E] + [UInt8](repeating: zero, count: zeros) + characters
    }
    return sign + String(decoding: bytes, as: UTF8.self)
  }
}
