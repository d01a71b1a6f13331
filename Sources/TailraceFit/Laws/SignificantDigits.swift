/// Decimal rounding.
enum SignificantDigits {
  /// The nearest number with so many decimal digits that count (halves away from zero).
  static func rounded(_ value: Double, to digits: Int) -> Double {
    guard value != 0, value.isFinite else { return value }
    // The shortest text that reads back as the value, cut by hand: no table of powers, no error.
    let text = value.magnitude.description
    let parts = text.split(separator: "e")
    var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    var number: [UInt8] = []
    var isFraction = false
    for byte in parts[0].utf8 {
      if byte == 0x2E {
        isFraction = true
      } else {
        if !number.isEmpty || byte != 0x30 { number.append(byte - 0x30) }
        if isFraction { exponent -= 1 }
      }
    }
    guard number.count > digits else { return value }
    let rest = number.count - digits
    var mantissa: UInt64 = 0
    for digit in number.prefix(digits) { mantissa = mantissa * 10 + UInt64(digit) }
    if number[digits] >= 5 { mantissa += 1 }
    let found = Double("\(mantissa)e\(exponent + rest)") ?? value.magnitude
    return value < 0 ? -found : found
  }
}
