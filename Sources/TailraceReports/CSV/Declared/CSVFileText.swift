import TailraceCatalog

/// What `explain` says of CSV files, for people.
public enum CSVFileText {
  /// The word that names all of them.
  public static let word = "csv"

  /// All files, a line each, and what they have in common.
  public static var all: String {
    var text =
      "\(word): files that '-o' and '--csv' write, for other programs. "
      + "Explain one by its name, such as latency_percentiles.csv.\n"
    var groups: [(commands: String, files: [CSVFile])] = []
    for file in CSVFile.all {
      let commands = file.commands.map(\.rawValue).joined(separator: ", ")
      if let place = groups.firstIndex(where: { $0.commands == commands }) {
        groups[place].files.append(file)
      } else {
        groups.append((commands, [file]))
      }
    }
    let width = CSVFile.all.map(\.name.count).max() ?? 0
    for group in groups {
      text += "\n\(group.commands)\n"
      for file in group.files {
        let when = file.condition.map { "; \($0)" } ?? ""
        text += "  \(padded(file.name, width))  a row per \(file.row)\(when)\n"
      }
    }
    text += "\nCONVENTIONS\n"
    let names = CSVConvention.all.map(\.name.count).max() ?? 0
    for convention in CSVConvention.all {
      text += "  \(padded(convention.name, names))  \(convention.text)\n"
    }
    return text
  }

  /// One file with its columns.
  public static func one(_ file: CSVFile) -> String {
    let commands = file.commands.map(\.rawValue).joined(separator: " and ")
    var text = "\(file.name): a row per \(file.row).\n"
    text += "written by \(commands), \(file.condition ?? "always")\n\n"
    let names = file.columns.map(\.name.count).max() ?? 0
    let units = file.columns.map(\.unit.rawValue.count).max() ?? 0
    let gap = String(repeating: " ", count: names + units + 6)
    for column in file.columns {
      text += "  \(padded(column.name, names))  \(padded(column.unit.rawValue, units))"
      text += "  \(column.meaning)\n"
      if let emptiness = emptiness(of: column) { text += gap + emptiness + "\n" }
    }
    return text
  }

  static func emptiness(of column: CSVColumn) -> String? {
    switch column.presence {
    case .always: nil
    case .unless(let reason): "empty where \(reason)"
    case .never(let reason): "always empty: \(reason)"
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}

/// The same for programs.
public enum CSVFileJSON {
  /// All files with their columns, and what they have in common.
  public static var all: String {
    let conventions = CSVConvention.all.map {
      "    { \"name\": \(quoted($0.name)), \"text\": \(quoted($0.text)) }"
    }
    let files = CSVFile.all.map { object($0, indent: "    ") }
    return "{\n  \"conventions\": [\n\(conventions.joined(separator: ",\n"))\n  ],\n"
      + "  \"files\": [\n\(files.joined(separator: ",\n"))\n  ]\n}\n"
  }

  /// One file with its columns.
  public static func one(_ file: CSVFile) -> String { object(file, indent: "") + "\n" }

  private static func object(_ file: CSVFile, indent: String) -> String {
    let columns = file.columns.map { column in
      "\(indent)    { \"column\": \(quoted(column.name)), "
        + "\"unit\": \(quoted(column.unit.rawValue)), "
        + "\"meaning\": \(quoted(column.meaning)), "
        + "\"empty\": \(CSVFileText.emptiness(of: column).map(quoted) ?? "null") }"
    }
    let commands = file.commands.map { quoted($0.rawValue) }.joined(separator: ", ")
    return "\(indent){\n\(indent)  \"file\": \(quoted(file.name)),\n"
      + "\(indent)  \"row\": \(quoted(file.row)),\n"
      + "\(indent)  \"condition\": \(file.condition.map(quoted) ?? "null"),\n"
      + "\(indent)  \"commands\": [\(commands)],\n"
      + "\(indent)  \"columns\": [\n\(columns.joined(separator: ",\n"))\n\(indent)  ]\n\(indent)}"
  }

  private static func quoted(_ text: String) -> String { JSONWriter.quoted(text) }
}
