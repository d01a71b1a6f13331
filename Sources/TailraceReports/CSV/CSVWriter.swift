/// Comma-separated values after RFC 4180: quotes only where needed, line feeds, empty = missing.
public struct CSVWriter: Sendable {
  /// The text so far, heading first.
  public private(set) var text: String
  private let columnCount: Int

  /// A file with its heading row.
  public init(columns: [String]) {
    columnCount = columns.count
    text = ""
    append(columns)
  }

  /// Adds a row; a missing cell is left empty.
  public mutating func append(_ cells: [String?]) {
    precondition(cells.count == columnCount, "A row has one cell for each column.")
    for (index, cell) in cells.enumerated() {
      if index > 0 { text += "," }
      if let cell { text += Self.quoted(cell) }
    }
    text += "\n"
  }

  /// The cell as it is written: in quotes where it holds a comma, a quote or a line break.
  public static func quoted(_ cell: String) -> String {
    let needsQuotes = cell.utf8.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 10 || byte == 13
    }
    guard needsQuotes else { return cell }
    var quoted = "\""
    for scalar in cell.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
