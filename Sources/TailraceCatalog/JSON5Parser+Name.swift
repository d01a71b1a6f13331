extension JSON5Parser {
  /// Whether a bare name begins at the position.
  var isAtNameStart: Bool {
    guard position < end else { return false }
    return byte == 0x5C ? byte(after: 1) == 0x75 : Self.isNameStart(scalar(at: position).0)
  }

  /// Reads the key of a member, quoted or bare; nil after a mistake.
  mutating func parseName() -> String? {
    if byte == 0x22 || byte == 0x27 {
      let text = parseString()
      return resumesOnNextLine ? nil : text
    }
    if isAtNameStart { return parseBareName() }
    if (0x30...0x39).contains(byte) {
      report(.numberAsKey(source.text(in: foundRange())), foundRange())
    } else {
      report(.expected("a key", found: foundText()), foundRange())
    }
    return nil
  }

  /// Reads an identifier of ECMAScript 5.1, section 7.6.
  private mutating func parseBareName() -> String {
    let lower = position
    var name: [UInt8] = []
    var start = position
    while position < end {
      if byte == 0x5C {
        name += bytes[start..<position]
        let escape = position
        guard byte(after: 1) == 0x75 else {
          report(.badNameEscape, SourceRange(lower: escape, upper: escape + 1))
          position += 1
          start = position
          continue
        }
        position += 2
        if let scalar = parseHexEscape(from: escape, digits: 4) {
          if escape == lower ? Self.isNameStart(scalar) : Self.isNamePart(scalar) {
            name += Array(String(scalar).utf8)
          } else {
            report(.badNameEscape, range(from: escape))
          }
        }
        start = position
        continue
      }
      let (scalar, length) = scalar(at: position)
      guard Self.isNamePart(scalar) else { break }
      position += length
    }
    if name.isEmpty { return String(decoding: bytes[start..<position], as: UTF8.self) }
    return String(decoding: name + bytes[start..<position], as: UTF8.self)
  }

  /// Reads `true`, `false` and `null`; any other word is a mistake.
  mutating func parseWord() -> Node? {
    let lower = position
    let word = parseBareName()
    // An escape spells no keyword, so the bytes count and not the name.
    switch source.text(in: range(from: lower)) {
    case "null": return node(.null, from: lower)
    case "true": return node(.boolean(true), from: lower)
    case "false": return node(.boolean(false), from: lower)
    case "Infinity", "NaN":
      report(.notFinite(word), range(from: lower))
      return node(.string(word), from: lower)
    default:
      report(.bareWord(word), range(from: lower))
      return nil
    }
  }

  /// Whether a scalar can begin a bare name.
  static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x24, 0x41...0x5A, 0x5F, 0x61...0x7A: return true
    case 0..<0x80: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .letterNumber:
      return true
    default: return false
    }
  }

  /// Whether a scalar can stand inside a bare name.
  static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    if isNameStart(scalar) { return true }
    switch scalar.value {
    case 0x30...0x39, 0x200C, 0x200D: return true
    case 0..<0x80: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: return true
    default: return false
    }
  }
}
