/// Rows of cells in aligned columns: the first to the left, the others to the right.
public struct TextTable: Sendable {
  /// The alignment of each column; columns beyond the list keep right.
  public var alignments: [Alignment]
  /// Blanks between columns.
  public var gap: Int
  /// Columns of the terminal that the first column takes at least.
  public var firstWidth: Int
  /// The rows, the heading among them.
  public var rows: [[String]]

  /// An empty table.
  public init(alignments: [Alignment] = [.left], gap: Int = 3, firstWidth: Int = 0) {
    self.alignments = alignments
    self.gap = gap
    self.firstWidth = firstWidth
    rows = []
  }

  /// Adds a row below the others.
  public mutating func append(_ cells: [String]) {
    rows.append(cells)
  }

  /// One line for each row, without blanks at its end.
  public var lines: [String] {
    var widths: [Int] = []
    for row in rows {
      for (column, cell) in row.enumerated() {
        if column == widths.count { widths.append(column == 0 ? firstWidth : 0) }
        widths[column] = max(widths[column], DisplayWidth.of(cell))
      }
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        if column > 0 { line += String(repeating: " ", count: gap) }
        let alignment = column < alignments.count ? alignments[column] : .right
        line += DisplayWidth.padded(cell, to: widths[column], alignment: alignment)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
