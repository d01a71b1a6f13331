import TailraceCatalog

/// What `explain` says of the tables of a run.
public enum TableWords {
  /// Headings of the tables, as they stand in the text.
  public static var all: [String] { SummaryTable.all.map(\.title) + [recovery.name] }

  /// The table of a heading, in capitals as it stands there, or those that say something of a word.
  public static func components(named word: String) -> [Component] {
    if word == recovery.name { return [recovery] }
    let named = SummaryTable.all.filter { $0.title == word }
    return named.map(component)
  }

  /// The tables that have a word in a column.
  public static func components(telling word: String) -> [Component] {
    let word = word.lowercased()
    return SummaryTable.all.filter { table in
      table.columns.contains { column in
        column.name.lowercased().split { !$0.isLetter }.contains { $0 == word }
      }
    }.map(component)
  }

  private static let recovery = Component(
    name: "RECOVERY",
    summary:
      "A table of the summary: how long after each fault requests were as well as before it, "
      + "with how many were not answered of those that began from the fault to that instant, or to "
      + "the end of the run where it never came. 'tailrace explain recovery' tells of the metric.")

  private static func component(_ table: SummaryTable) -> Component {
    Component(
      name: table.title, summary: "A table of the summary. \(table.reading)",
      details: [
        .init(name: "a row per", text: table.entity, source: ""),
        .init(name: "columns", text: table.columns.map(\.name).joined(separator: ", "), source: ""),
      ])
  }
}
