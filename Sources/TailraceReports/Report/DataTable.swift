import TailraceTables

/// One of our own CSV files, read back: pictures are made from what was written.
struct DataTable {
  let columns: [String]
  let rows: [[String]]
  private let places: [String: Int]

  /// An empty table.
  init() {
    columns = []
    rows = []
    places = [:]
  }

  /// Reads a file with its heading; fails where it is not one of comma-separated values.
  init(_ bytes: [UInt8]) throws(TableMistake) {
    let reader = CSVReader(InputFile(bytes: bytes), CSVFormat())
    try reader.open()
    var lines: [[String]] = []
    while try reader.next() { lines.append(reader.fields.map { reader.text(of: $0) ?? "" }) }
    columns = reader.columns
    rows = lines
    places = Dictionary(
      columns.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  private init(_ table: DataTable, _ rows: [[String]]) {
    columns = table.columns
    places = table.places
    self.rows = rows
  }

  /// A cell; empty where the column is not there.
  func text(_ row: [String], _ column: String) -> String {
    guard let place = places[column], place < row.count else { return "" }
    return row[place]
  }

  /// A cell's number; nil where it is missing.
  func number(_ row: [String], _ column: String) -> Double? {
    let text = text(row, column)
    return text.isEmpty ? nil : Double(text)
  }

  /// The rows with these values in these columns.
  func filtered(_ wanted: [String: String]) -> DataTable {
    let tests = wanted.compactMap { name, value in places[name].map { ($0, value) } }
    guard tests.count == wanted.count else { return DataTable(self, []) }
    return DataTable(
      self, rows.filter { row in tests.allSatisfy { $0.0 < row.count && row[$0.0] == $0.1 } })
  }

  /// The values of a column in the order in which they first come.
  func values(_ column: String) -> [String] {
    var seen: Set<String> = []
    return rows.compactMap { row in
      let value = text(row, column)
      return seen.insert(value).inserted ? value : nil
    }
  }
}
