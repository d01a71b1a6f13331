/// A CSV file as it is declared: its writer takes the heading from here, and `explain` the text.
///
/// To add a file: declare it in a `CSVFile+….swift`, name it in `all`, and write it with
/// `CSVWriter(.itsName)`.
public struct CSVFile: Sendable, Equatable {
  /// A command that writes files.
  public enum Command: String, Sendable, CaseIterable {
    case run, compare, sweep, plan
  }

  /// What the context's column `replication` holds.
  enum Rows {
    case perReplication, merged, both
  }

  /// Its name in the folder.
  public let name: String
  /// What a row is about, in a phrase without a period.
  public let row: String
  /// When it is there; nil where it always is.
  public let condition: String?
  /// The commands that write it.
  public let commands: [Command]
  /// Its columns in order; one with `<n>` or `<path>` in its name stands for as many as are varied.
  public let columns: [CSVColumn]

  init(
    _ name: String, row: String, when condition: String? = nil,
    by commands: [Command] = [.run, .compare], _ columns: [CSVColumn]
  ) {
    self.name = name
    self.row = row
    self.condition = condition
    self.commands = commands
    self.columns = columns
  }

  /// The heading's names where nothing is varied.
  public var header: [String] { header(varying: []) }

  /// The heading's names.
  ///
  /// - Parameter paths: what is varied, in order.
  /// - Returns: a name for each column; those that stand for a path once for each path.
  public func header(varying paths: [String]) -> [String] {
    var names: [String] = []
    var rest = columns[...]
    while let column = rest.first {
      guard column.isRepeated else {
        names.append(column.name)
        rest.removeFirst()
        continue
      }
      let group = rest.prefix { $0.isRepeated }
      for (number, path) in paths.enumerated() {
        names += group.map { $0.name(of: path, number: number + 1) }
      }
      rest.removeFirst(group.count)
    }
    return names
  }

  /// Every file, in order of the names.
  public static let all: [CSVFile] = [
    breakdown, caches, calls, comparison, completeness, hotKeys, latencyHistogram, latencyOverTime,
    latencyPercentiles, moved, pairedRequests, probes, rateLimits, replicasOverTime, requests,
    services, shards,
    stragglers,
    summary, sweep, thresholds, timeSeries,
  ]

  /// The columns that every file begins with.
  static func context(_ rows: Rows, variant: String = "the variant") -> [CSVColumn] {
    let replication: CSVColumn.Presence =
      switch rows {
      case .perReplication: .always
      case .merged: .never("rows are merged over the replications")
      case .both: .unless("the row is merged over the replications")
      }
    return [
      .text("scenario", "the scenario's name"), .text("variant", variant),
      CSVColumn("replication", .count, "the replication, from 0", replication),
      .count("seed", "the seed of all replications"),
    ]
  }
}

extension CSVColumn {
  /// Whether it stands for a column of each path that is varied.
  public var isRepeated: Bool { name.contains("<") }

  fileprivate func name(of path: String, number: Int) -> String {
    name == "<path>" ? path : name.replacing("<n>", with: "\(number)")
  }
}

extension CSVWriter {
  /// A file with the heading of its declaration, and a column or more for each path that is varied.
  init(_ file: CSVFile, varying paths: [String] = []) {
    self.init(columns: file.header(varying: paths))
  }
}

extension ReportFile {
  /// A declared file with its text.
  init(_ file: CSVFile, _ text: String) { self.init(file.name, text) }
}
