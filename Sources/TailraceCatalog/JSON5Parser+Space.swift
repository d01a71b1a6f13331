extension JSON5Parser {
  /// Passes white space and comments.
  mutating func skipSpace() {
    while position < end {
      switch bytes[position] {
      case 0x09...0x0D, 0x20: position += 1
      case 0x2F where byte(after: 1) == 0x2F: skipLine()
      case 0x2F where byte(after: 1) == 0x2A: skipBlockComment()
      case 0x23:
        report(.hashComment, SourceRange(lower: position, upper: position + 1))
        skipLine()
      case 0x80...:
        let (scalar, length) = scalar(at: position)
        guard Self.isSpace(scalar) else { return }
        position += length
      default: return
      }
    }
  }

  private mutating func skipLine() {
    while position < end, lineBreakLength(at: position) == 0 { position += 1 }
  }

  private mutating func skipBlockComment() {
    let lower = position
    position += 2
    while position + 1 < end {
      if bytes[position] == 0x2A, bytes[position + 1] == 0x2F {
        position += 2
        return
      }
      position += 1
    }
    position = end
    report(.unclosedComment, SourceRange(lower: lower, upper: lower + 2))
    stop()
  }

  /// The bytes of a line break of JSON5: LF, CR LF, CR, U+2028 or U+2029; 0 if there is none.
  func lineBreakLength(at offset: Int) -> Int {
    switch bytes[offset] {
    case 0x0A: 1
    case 0x0D: offset + 1 < end && bytes[offset + 1] == 0x0A ? 2 : 1
    case 0xE2 where isSeparator(at: offset): 3
    default: 0
    }
  }

  /// Whether U+2028 or U+2029 stands at an offset.
  func isSeparator(at offset: Int) -> Bool {
    offset + 2 < end && bytes[offset] == 0xE2 && bytes[offset + 1] == 0x80
      && bytes[offset + 2] | 1 == 0xA9
  }

  /// The scalar at an offset, and its length in bytes.
  func scalar(at offset: Int) -> (Unicode.Scalar, Int) {
    let first = UInt32(bytes[offset])
    if first < 0x80 { return (Unicode.Scalar(UInt8(first)), 1) }
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    var value = first & (0x7F >> UInt32(length))
    for byte in bytes[offset + 1..<offset + length] { value = value << 6 | UInt32(byte & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xA0, 0xFEFF, 0x2028, 0x2029: true
    default: scalar.properties.generalCategory == .spaceSeparator
    }
  }
}
