extension JSON5Parser {
  /// What stands at the position inside a list or an object.
  enum Next {
    /// A member or an element.
    case item
    /// Its end, which is read now.
    case close
    /// Something that ends it without having closed it.
    case abandon
  }

  /// Passes space, stray commas and stray brackets, and tells what comes.
  mutating func next(closer: UInt8) -> Next {
    while true {
      skipSpace()
      if hasStopped { return .abandon }
      if isAtEnd {
        let open = openBrackets[openBrackets.count - 1]
        let opener = String(UnicodeScalar(bytes[open]))
        report(.unclosed(opener), SourceRange(lower: open, upper: open + 1))
        stop()
        return .abandon
      }
      if byte == closer {
        position += 1
        return .close
      }
      switch byte {
      case 0x2C:
        let wanted = closer == 0x5D ? "a value" : "a key"
        report(.expected(wanted, found: "','"), foundRange())
        position += 1
      case 0x5D, 0x7D:
        let open = openBrackets[openBrackets.count - 1]
        let place = source.position(at: open)
        let opener = String(UnicodeScalar(bytes[open]))
        report(.wrongCloser(opener, place, found: foundText()), foundRange())
        // The other kind may close a bracket further out; only if none is open it was a slip.
        let other: UInt8 = byte == 0x5D ? 0x5B : 0x7B
        if openBrackets.contains(where: { bytes[$0] == other }) { return .abandon }
        position += 1
        return .close
      default: return .item
      }
    }
  }

  /// Reads the comma behind a member; says if it is missing.
  mutating func parseSeparator(closer: String) {
    let behind = position
    skipSpace()
    if hasStopped || isAtEnd { return }
    switch byte {
    case 0x2C:
      position += 1
      resumesOnNextLine = false
      return
    case 0x5D, 0x7D: break
    default:
      if !resumesOnNextLine {
        let place = source.position(at: behind)
        report(
          place.line < source.position(at: position).line
            ? .missingComma(closer: closer, found: foundText(), behind: place)
            : .expected("',' or '\(closer)'", found: foundText()), foundRange())
        if byte == 0x3B { position += 1 }
      }
    }
    resumesOnNextLine = false
  }

  /// After a mistake, goes to the comma or the bracket that ends the member.
  mutating func recover() {
    if resumesOnNextLine || hasStopped { return }
    var nesting = 0
    while !isAtEnd {
      switch byte {
      case 0x2C where nesting == 0: return
      case 0x5D where nesting == 0, 0x7D where nesting == 0: return
      case 0x5B, 0x7B:
        nesting += 1
        position += 1
      case 0x5D, 0x7D:
        nesting -= 1
        position += 1
      case 0x22, 0x27: skipString()
      case 0x2F where byte(after: 1) == 0x2F || byte(after: 1) == 0x2A: skipSpace()
      default: position += 1
      }
    }
  }

  private mutating func skipString() {
    let quote = byte
    position += 1
    while !isAtEnd, byte != 0x0A, byte != 0x0D {
      if byte == quote {
        position += 1
        return
      }
      position += byte == 0x5C && byte(after: 1) != 0x0A && byte(after: 1) != 0x0D ? 2 : 1
    }
    position = min(position, end)
  }

  /// Gives up reading; nothing more is reported.
  mutating func stop() {
    hasStopped = true
    isWhole = false
    position = end
  }

  /// Keeps a mistake, unless one is known for its place or there are too many.
  mutating func report(_ mistake: SyntaxMistake, _ range: SourceRange?) {
    if hasStopped { return }
    if !mistake.keepsShape {
      isWhole = false
      if let range {
        if range.lower == lastErrorOffset { return }
        lastErrorOffset = range.lower
      }
    }
    if diagnostics.count == limits.diagnosticsMax - 1 {
      let message = "more than \(diagnostics.count) mistakes: the rest is not listed"
      diagnostics.append(
        Diagnostic(.tooMany, severity: .note, source: source, range: range, message: message))
      stop()
      return
    }
    diagnostics.append(
      Diagnostic(
        mistake.code, source: source, range: range, message: mistake.message,
        solutions: mistake.solutions))
  }

  /// What stands at the position, for a message: a word, a number, a sign or the end.
  func foundText() -> String {
    if isAtEnd { return "the end of the file" }
    if byte == 0x22 || byte == 0x27 { return "text" }
    return "'\(source.text(in: foundRange()).clipped)'"
  }

  /// The word, number or character at the position; empty at the end.
  func foundRange() -> SourceRange {
    guard !isAtEnd else { return SourceRange(lower: end, upper: end) }
    var upper = position
    while upper < end, upper - position < 256, Self.isWordByte(bytes[upper]) { upper += 1 }
    if upper == position { upper += 1 }
    while upper < end, bytes[upper] & 0xC0 == 0x80 { upper += 1 }
    return SourceRange(lower: position, upper: upper)
  }

  /// Whether a byte can be inside a word or a number, as far as messages are concerned.
  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x24: true
    default: false
    }
  }
}
