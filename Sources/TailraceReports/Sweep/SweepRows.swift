import TailraceExperiment
import TailraceTables

/// The rows of all points of a sweep, as they were made here or kept by a journal.
public struct SweepRows: Sendable {
  private let table: SweepTable
  private let rows: [String]

  /// Rows of points in order.
  public init(_ table: SweepTable, rows: [String]) {
    self.table = table
    self.rows = rows
  }

  /// `sweep.csv`.
  public var csv: String { table.heading + rows.joined() }

  /// The points as a JSON document, in the names of the columns.
  public func json(scenario: String) throws -> String {
    try JSONText.of(
      SweepJSON(
        scenario: scenario, parameters: table.paths,
        points: rows.map {
          SweepPointJSON(cells: CSVLines.cells(of: $0), parameters: table.paths.count)
        }))
  }

  /// Thresholds that did not pass, over all points.
  public var failedThresholds: Int {
    points.reduce(0) { $0 + ($1.thresholds?.failed ?? 0) }
  }

  /// A line for each point: the first workload's figures and the busiest service.
  public func text(hasVariants: Bool, hasColor: Bool, timeUnit: TimeUnit?) -> String {
    var text = SweepText(
      paths: table.paths, hasVariants: hasVariants, hasColor: hasColor, timeUnit: timeUnit)
    for point in points { text.append(point) }
    return text.text
  }

  /// What the lines are made of, read from the rows: so a point that an earlier run kept has the
  /// same line as one of this run.
  private var points: [SweepText.Row] {
    rows.map { SweepText.Row(cells: CSVLines.cells(of: $0), parameters: table.paths.count) }
  }
}

/// The cells of rows that `CSVWriter` wrote.
enum CSVLines {
  static func cells(of text: String) -> [[String]] {
    var format = CSVFormat()
    format.hasHeader = false
    let reader = CSVReader(InputFile(bytes: Array(text.utf8)), format)
    var rows: [[String]] = []
    do throws(TableMistake) {
      try reader.open()
      while try reader.next() {
        rows.append(reader.fields.map { reader.text(of: $0) ?? "" })
      }
    } catch {
      preconditionFailure("our own table does not read: \(error.message)")
    }
    return rows
  }
}
