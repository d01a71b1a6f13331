extension JSON5Parser {
  /// Reads a quoted string; what cannot be read of it is reported and left out.
  mutating func parseString() -> String {
    let lower = position
    let quote = byte
    position += 1
    var start = position
    var text: [UInt8] = []
    while position < end {
      let byte = bytes[position]
      if byte == quote {
        position += 1
        let tail = bytes[start..<position - 1]
        if text.isEmpty { return String(decoding: tail, as: UTF8.self) }
        return String(decoding: text + tail, as: UTF8.self)
      }
      if byte == 0x0A || byte == 0x0D { break }
      if byte == 0x5C {
        text += bytes[start..<position]
        appendEscape(to: &text)
        start = position
      } else {
        position += 1
      }
    }
    resumesOnNextLine = true
    let upper = min(position, end)
    report(
      .unclosedString(String(UnicodeScalar(quote))), SourceRange(lower: lower, upper: upper))
    return String(decoding: text + bytes[min(start, upper)..<upper], as: UTF8.self)
  }

  /// Reads an escape, which begins at the position with a backslash.
  private mutating func appendEscape(to text: inout [UInt8]) {
    let lower = position
    position += 1
    guard position < end else { return }
    let lineBreak = lineBreakLength(at: position)
    if lineBreak > 0 {
      position += lineBreak
      return
    }
    let (character, length) = scalar(at: position)
    position += length
    switch character {
    case "b": text.append(0x08)
    case "f": text.append(0x0C)
    case "n": text.append(0x0A)
    case "r": text.append(0x0D)
    case "t": text.append(0x09)
    case "v": text.append(0x0B)
    case "0" where !(0x30...0x39).contains(byte): text.append(0)
    case "0"..."9":
      report(.badEscape(String(character)), range(from: lower))
    case "x", "u":
      if let scalar = parseHexEscape(from: lower, digits: character == "x" ? 2 : 4) {
        text += Array(String(scalar).utf8)
      }
    default: text += Array(String(character).utf8)
    }
  }

  /// Reads the digits of `\x` or `\u`, and the second half of a surrogate pair.
  mutating func parseHexEscape(from lower: Int, digits: Int) -> Unicode.Scalar? {
    guard let first = parseHexDigits(digits) else {
      let upper = min(position + (byte == 0x7B ? 1 : 0), end)
      report(.shortEscape(digits), SourceRange(lower: lower, upper: upper))
      return nil
    }
    if let scalar = Unicode.Scalar(first) { return scalar }
    let middle = position
    if first < 0xDC00, byte == 0x5C, byte(after: 1) == 0x75 {
      position += 2
      if let second = parseHexDigits(4), (0xDC00...0xDFFF).contains(second) {
        return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
      }
      position = middle
    }
    report(.loneSurrogate(source.text(in: range(from: lower))), range(from: lower))
    return nil
  }

  private mutating func parseHexDigits(_ count: Int) -> UInt32? {
    var value: UInt32 = 0
    for index in 0..<count {
      guard let digit = Self.hexValue(byte(after: index)) else { return nil }
      value = value << 4 | digit
    }
    position += count
    return value
  }

  /// The value of a hexadecimal digit.
  static func hexValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x37)
    case 0x61...0x66: UInt32(byte - 0x57)
    default: nil
    }
  }
}
