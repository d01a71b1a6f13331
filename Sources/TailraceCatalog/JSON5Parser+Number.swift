extension JSON5Parser {
  /// Reads a number; takes what looks like one as a whole, so that `250ms` is one mistake.
  mutating func parseNumber() -> Node? {
    let lower = position
    skipNumber()
    let range = range(from: lower)
    let length = position - lower
    if length > limits.numberLengthMax {
      report(.longNumber(length: length, limit: limits.numberLengthMax), range)
      return nil
    }
    let spelling = bytes[lower..<position]
    let isNegative = spelling.first == 0x2D
    let hasSign = isNegative || spelling.first == 0x2B
    let unsigned = hasSign ? spelling.dropFirst() : spelling
    let text = String(decoding: spelling, as: UTF8.self)

    if unsigned.elementsEqual("Infinity".utf8) || unsigned.elementsEqual("NaN".utf8) {
      report(.notFinite(text), range)
      return nil
    }
    let number: Node.Number?
    if unsigned.starts(with: "0x".utf8) || unsigned.starts(with: "0X".utf8) {
      number = Self.hexadecimal(unsigned.dropFirst(2), isNegative: isNegative, text)
    } else if unsigned.first == 0x30, let second = unsigned.dropFirst().first,
      (0x30...0x39).contains(second)
    {
      report(.leadingZero(text), range)
      return nil
    } else {
      number = Self.decimal(spelling, text)
    }
    guard let number else {
      report(.badNumber(text), range)
      return nil
    }
    if !number.double.isFinite {
      report(.notFinite(text), range)
      return nil
    }
    return node(.number(number), from: lower)
  }

  private mutating func skipNumber() {
    if byte == 0x2B || byte == 0x2D { position += 1 }
    while position < end {
      switch byte {
      case 0x30...0x39, 0x2E, 0x25: position += 1
      case 0x2B, 0x2D:
        guard bytes[position - 1] | 0x20 == 0x65 else { return }
        position += 1
      case 0x2F:
        // A rate such as 2000/s; a comment begins with two signs.
        guard byte(after: 1) | 0x20 >= 0x61, byte(after: 1) | 0x20 <= 0x7A else { return }
        position += 1
      default:
        let (scalar, length) = scalar(at: position)
        guard Self.isNamePart(scalar) else { return }
        position += length
      }
    }
  }

  private static func decimal(_ bytes: ArraySlice<UInt8>, _ text: String) -> Node.Number? {
    if let short = shortInteger(bytes) {
      return Node.Number(spelling: text, double: short.double, integer: short.integer)
    }
    guard let decimal = DecimalSpelling(bytes) else { return nil }
    return Node.Number(spelling: text, double: decimal.double, integer: decimal.integer)
  }

  /// The common case: up to fifteen digits, which a double holds exactly.
  private static func shortInteger(
    _ bytes: ArraySlice<UInt8>
  ) -> (integer: Int64, double: Double)? {
    let isNegative = bytes.first == 0x2D
    let digits = isNegative ? bytes.dropFirst() : bytes
    guard (1...15).contains(digits.count) else { return nil }
    var magnitude: Int64 = 0
    for byte in digits {
      guard (0x30...0x39).contains(byte) else { return nil }
      magnitude = magnitude * 10 + Int64(byte - 0x30)
    }
    return isNegative ? (-magnitude, -Double(magnitude)) : (magnitude, Double(magnitude))
  }

  private static func hexadecimal(
    _ digits: ArraySlice<UInt8>, isNegative: Bool, _ text: String
  ) -> Node.Number? {
    guard !digits.isEmpty, digits.allSatisfy({ hexValue($0) != nil }) else { return nil }
    let spelling = String(decoding: digits, as: UTF8.self)
    let integer = Int64((isNegative ? "-" : "") + spelling, radix: 16)
    guard let magnitude = Double("0x" + spelling) else { return nil }
    return Node.Number(
      spelling: text, double: isNegative ? -magnitude : magnitude, integer: integer)
  }
}
