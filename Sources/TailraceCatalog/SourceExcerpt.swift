/// A line of a source with the marks below it, cut to a window where it is long.
///
/// Work is bounded by the window, not by the line.
struct SourceExcerpt {
  /// The number of the line, right-aligned in five columns.
  let gutter: String
  /// The visible part of the line.
  let line: String
  /// What brings the marks under their text; tabs are kept.
  let padding: String
  /// One `^`, and `~` to the end of the range or of the visible line.
  let carets: String

  private static let windowColumns = 100
  private static let leadColumns = 60
  private static let tabColumns = 4
  /// The most bytes that are looked at on either side of the mark.
  private static let reach = 512

  private struct Cell {
    let text: String
    let width: Int
    let isMarked: Bool
  }

  init(source: SourceText, range: SourceRange) {
    let number = source.position(at: range.lower).line
    let lineRange = source.range(ofLine: number)
    let mark = min(max(range.lower, lineRange.lower), lineRange.upper)
    let markEnd = min(max(range.upper, mark), lineRange.upper)

    let lower = Self.boundary(at: max(lineRange.lower, mark - Self.reach), in: source)
    let upper = Self.boundary(at: min(lineRange.upper, mark + Self.reach), in: source)
    var before = Self.cells(source, lower, mark, isMarked: false)
    var after = Self.cells(source, mark, min(markEnd, upper), isMarked: true)
    after += Self.cells(source, min(markEnd, upper), upper, isMarked: false)

    var isCutBefore = lower > lineRange.lower
    var isCutAfter = upper < lineRange.upper
    let total = Self.columns(before) + Self.columns(after)
    if isCutBefore || isCutAfter || total > Self.windowColumns {
      // Keep what follows the mark in sight; then give the rest of the window to what is before.
      let lead = max(Self.leadColumns, Self.windowColumns - Self.columns(after))
      if Self.columns(before) > lead || isCutBefore {
        before = Self.suffix(before, columns: lead - 1)
        isCutBefore = true
      }
      let rest = Self.windowColumns - Self.columns(before) - (isCutBefore ? 1 : 0)
      if Self.columns(after) > rest || isCutAfter {
        after = Self.prefix(after, columns: rest - 1)
        isCutAfter = true
      }
    }

    let digits = String(number)
    gutter = String(repeating: " ", count: max(0, 5 - digits.count)) + digits
    let lead = isCutBefore ? "…" : ""
    line =
      lead + before.map(\.text).joined() + after.map(\.text).joined() + (isCutAfter ? "…" : "")
    padding =
      (isCutBefore ? " " : "")
      + before.map { $0.text == "\t" ? "\t" : String(repeating: " ", count: $0.width) }.joined()
    let marked = after.reduce(0) { $0 + ($1.isMarked ? ($1.text == "\t" ? 1 : $1.width) : 0) }
    carets = "^" + String(repeating: "~", count: max(0, marked - 1))
  }

  /// The nearest offset at or before `offset` where a scalar begins.
  private static func boundary(at offset: Int, in source: SourceText) -> Int {
    var offset = offset
    var steps = 0
    while steps < 3, offset > 0, offset < source.bytes.count, source.bytes[offset] & 0xC0 == 0x80 {
      offset -= 1
      steps += 1
    }
    return offset
  }

  private static func cells(
    _ source: SourceText, _ lower: Int, _ upper: Int, isMarked: Bool
  ) -> [Cell] {
    guard lower < upper else { return [] }
    let text = source.text(in: SourceRange(lower: lower, upper: upper))
    return text.unicodeScalars.map { scalar in
      if scalar == "\t" { return Cell(text: "\t", width: tabColumns, isMarked: isMarked) }
      let escaped = scalar.escapedForTerminal
      let width = escaped.utf8.first == 0x5C ? escaped.utf8.count : scalar.terminalWidth
      return Cell(text: escaped, width: width, isMarked: isMarked)
    }
  }

  private static func columns(_ cells: [Cell]) -> Int { cells.reduce(0) { $0 + $1.width } }

  private static func prefix(_ cells: [Cell], columns: Int) -> [Cell] {
    var rest = columns
    return Array(
      cells.prefix {
        rest -= $0.width
        return rest >= 0
      })
  }

  private static func suffix(_ cells: [Cell], columns: Int) -> [Cell] {
    prefix(cells.reversed(), columns: columns).reversed()
  }
}
