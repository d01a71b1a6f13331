extension String {
  /// The longest text that a message repeats, in characters.
  static let quotedMax = 60

  /// The text for a message: cut where it is long, in the middle of nothing.
  public var clipped: String {
    let head = prefix(Self.quotedMax)
    // A character may have many scalars; so the bytes have a limit of their own.
    guard head.utf8.count <= 4 * Self.quotedMax else {
      let scalars = unicodeScalars.prefix(Self.quotedMax)
      return String(String.UnicodeScalarView(scalars)) + "…"
    }
    return head.endIndex == endIndex ? self : head + "…"
  }

  /// The text with everything escaped that a terminal could obey.
  ///
  /// Controls, line separators and invisible format characters, among them those that turn the
  /// direction of writing, appear as `\u{1B}`.
  public var escapedForTerminal: String {
    if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return self }
    return unicodeScalars.reduce(into: "") { $0 += $1.escapedForTerminal }
  }
}

extension Unicode.Scalar {
  /// The scalar, or its escape where a terminal could obey it.
  var escapedForTerminal: String {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
      "\\u{" + String(value, radix: 16, uppercase: true) + "}"
    default: String(self)
    }
  }

  /// The columns that the scalar takes on a terminal: 0, 1 or 2.
  var terminalWidth: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
