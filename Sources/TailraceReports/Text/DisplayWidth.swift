/// How many columns of a terminal a text takes.
public enum DisplayWidth {
  /// Columns of a text without control characters: wide letters take two, combining marks none.
  public static func of(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + columns(of: $1.value) }
  }

  /// The text with blanks before or after it, up to `width` columns.
  public static func padded(_ text: String, to width: Int, alignment: Alignment) -> String {
    let blanks = String(repeating: " ", count: max(0, width - of(text)))
    return alignment == .left ? text + blanks : blanks + text
  }

  private static func columns(of scalar: UInt32) -> Int {
    if scalar < 0x300 { return 1 }
    if zeroWidth.contains(where: { $0.contains(scalar) }) { return 0 }
    return doubleWidth.contains { $0.contains(scalar) } ? 2 : 1
  }

  private static let zeroWidth: [ClosedRange<UInt32>] = [
    0x300...0x36F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x200B...0x200F, 0x20D0...0x20FF,
    0xFE00...0xFE0F, 0xFE20...0xFE2F, 0xFEFF...0xFEFF,
  ]

  private static let doubleWidth: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
    0x20000...0x3FFFD,
  ]
}

/// The side of its column to which a cell keeps.
public enum Alignment: Sendable {
  case left, right
}
