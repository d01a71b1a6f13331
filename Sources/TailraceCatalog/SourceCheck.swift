/// Recognises files that are no text before anything reads them.
enum SourceCheck {
  /// Why a text cannot be read at all; nil if it can.
  static func refusal(of source: SourceText, limits: JSON5Limits) -> Diagnostic? {
    let bytes = source.bytes
    if bytes.count > limits.bytesMax {
      return diagnostic(
        .tooLarge, source,
        "the file has \(bytes.count) bytes, \(bytes.count - limits.bytesMax) more than the limit"
          + " of \(limits.bytesMax) (\(QuantityText.size(UInt64(limits.bytesMax))))")
    }
    if bytes.isEmpty { return diagnostic(.empty, source, "the file is empty") }
    if let encoding = wideEncoding(of: bytes) {
      return diagnostic(
        .encoding, source, "the file is \(encoding); only UTF-8 is read",
        ["save it as UTF-8, or convert it: iconv -f \(encoding) -t UTF-8"])
    }
    if let offset = bytes.firstIndex(of: 0) {
      return diagnostic(
        .encoding, source, "the file is binary: byte \(offset) is NUL",
        ["a scenario is a text file in UTF-8"])
    }
    guard let bad = firstInvalidByte(of: bytes) else { return nil }
    let value = String(bytes[bad], radix: 16, uppercase: true)
    let hex = value.utf8.count < 2 ? "0" + value : value
    return Diagnostic(
      .encoding, source: source, range: SourceRange(lower: bad, upper: bad + 1),
      message: "byte \(bad) (0x\(hex)) is not UTF-8",
      solutions: ["save the file as UTF-8; it may be Latin-1 or Windows-1252"])
  }

  private static func diagnostic(
    _ code: Diagnostic.Code, _ source: SourceText, _ message: String, _ solutions: [String] = []
  ) -> Diagnostic {
    Diagnostic(code, source: source, range: nil, message: message, solutions: solutions)
  }

  /// UTF-16 or UTF-32 by their mark, or by the zeros beside a first ASCII character.
  private static func wideEncoding(of bytes: [UInt8]) -> String? {
    let head = Array(bytes.prefix(4))
    if head == [0xFF, 0xFE, 0, 0] || head == [0, 0, 0xFE, 0xFF] { return "UTF-32" }
    if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    guard head.count == 4 else { return nil }
    switch head.map({ $0 == 0 }) {
    case [false, true, false, true]: return "UTF-16LE"
    case [true, false, true, false]: return "UTF-16BE"
    default: return nil
    }
  }

  /// The first byte that begins no well-formed sequence (Unicode, table 3-7).
  static func firstInvalidByte(of bytes: [UInt8]) -> Int? {
    var offset = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte < 0x80 {
        offset += 1
        continue
      }
      let length: Int
      var second: ClosedRange<UInt8> = 0x80...0xBF
      switch byte {
      case 0xC2...0xDF: length = 2
      case 0xE0: (length, second) = (3, 0xA0...0xBF)
      case 0xED: (length, second) = (3, 0x80...0x9F)
      case 0xE1...0xEF: length = 3
      case 0xF0: (length, second) = (4, 0x90...0xBF)
      case 0xF1...0xF3: length = 4
      case 0xF4: (length, second) = (4, 0x80...0x8F)
      default: return offset
      }
      guard offset + length <= bytes.count, second.contains(bytes[offset + 1]) else {
        return offset
      }
      for index in offset + 2..<max(offset + 2, offset + length)
      where bytes[index] & 0xC0 != 0x80 { return offset }
      offset += length
    }
    return nil
  }
}
