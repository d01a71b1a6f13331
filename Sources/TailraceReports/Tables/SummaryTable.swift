/// A table about a run's document, declared once: the summary for people and the page show the same
/// cells, and both read them from what the summary document says.
struct SummaryTable: Sendable {
  /// A column of numbers.
  struct Column: Sendable {
    /// What it is called.
    let name: String
    /// Whether it is left out where no row has a value.
    let isOptional: Bool
    /// A row's value as text; nil where it has none.
    let cell: @Sendable (JSONTree) -> String?

    /// A column that is always there, unless it is told to be optional.
    init(
      _ name: String, isOptional: Bool = false, _ cell: @escaping @Sendable (JSONTree) -> String?
    ) {
      (self.name, self.isOptional, self.cell) = (name, isOptional, cell)
    }
  }

  /// A line: something with a name, or a part of what stands above it.
  struct Row {
    var name: String
    var isPart = false
    var values: JSONTree
  }

  /// Names it: in capitals in the text, as a heading on a page.
  let heading: String
  /// What has a row each.
  let entity: String
  /// How to read it, in a sentence or two.
  let reading: String
  /// The rows of a document; none where it has nothing to say.
  let rows: @Sendable (JSONTree) -> [Row]
  let columns: [Column]

  /// How its heading stands in the text.
  var title: String { heading.uppercased() }

  /// The columns that have something to say about these rows.
  private func shown(_ rows: [Row]) -> [Column] {
    columns.filter { column in !column.isOptional || rows.contains { column.cell($0.values) != nil }
    }
  }

  private static func cells(_ row: Row, _ columns: [Column]) -> [String] {
    columns.map { $0.cell(row.values) ?? DecimalText.missing }
  }

  /// The table of the text; nil where there is no row.
  func text(_ document: JSONTree) -> TextTable? {
    let rows = rows(document)
    guard !rows.isEmpty else { return nil }
    let columns = shown(rows)
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append([title] + columns.map(\.name))
    for row in rows {
      table.append([(row.isPart ? "    " : "  ") + row.name] + Self.cells(row, columns))
    }
    return table
  }

  /// A section of a page: of one run, or of several designs beside each other; empty where none of
  /// them has a row.
  func section(_ designs: [JSONTree]) -> String {
    page(designs).map {
      PageParts.section(heading, PageParts.paragraph(reading, "note") + $0.html)
    } ?? ""
  }

  /// The table of a page; nil where there is no row.
  func page(_ designs: [JSONTree]) -> PageTable? {
    let groups = designs.map { (name: $0["variant"].string ?? "", rows: rows($0)) }
      .filter { !$0.rows.isEmpty }
    guard !groups.isEmpty else { return nil }
    let columns = shown(groups.flatMap(\.rows))
    let hasDesigns = designs.count > 1
    var table = PageTable(
      (hasDesigns ? [.text("design")] : []) + [.text(entity)] + columns.map { .number($0.name) })
    for group in groups {
      for (place, row) in group.rows.enumerated() {
        table.rows.append(
          (hasDesigns ? [place == 0 ? group.name : ""] : [])
            + [(row.isPart ? "\u{2003}" : "") + row.name] + Self.cells(row, columns))
      }
    }
    return table
  }
}

// MARK: Cells

extension SummaryTable.Column {
  /// A count by its name in the document.
  static func count(_ name: String, _ key: String, isOptional: Bool = false) -> Self {
    Self(name, isOptional: isOptional) { $0[key].number == nil ? nil : $0[key].count }
  }

  /// How often something happened that does not happen in most runs: left out where it never did.
  static func times(_ name: String, _ key: String) -> Self {
    Self(name, isOptional: true) { row in
      row[key].number.flatMap { $0 > 0 ? row[key].count : nil }
    }
  }

  /// A share by its name in the document, as per cent.
  static func share(_ name: String, _ key: String, isOptional: Bool = false) -> Self {
    Self(name, isOptional: isOptional) { row in row[key].number.map { DecimalText.percent($0) } }
  }

  /// A number by its name in the document.
  static func number(
    _ name: String, _ key: String, digits: Int, decimals: Int, isOptional: Bool = false
  ) -> Self {
    Self(name, isOptional: isOptional) { row in
      row[key].number.map { DecimalText.significant($0, digits: digits, decimals: decimals) }
    }
  }

  /// A time in milliseconds by its name in the document.
  static func time(_ name: String, _ key: String) -> Self {
    Self(name) { row in
      row[key].number.map { DecimalText.significant($0, digits: 3, decimals: 2) + " ms" }
    }
  }
}
