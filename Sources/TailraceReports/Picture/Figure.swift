/// A picture of a report with what it shows in words and the numbers behind it.
struct Figure {
  /// Unique in its page; letters, digits and hyphens.
  var id: String
  var heading: String
  /// What it shows and how to read it, in a sentence or two.
  var caption: String
  var drawing: Drawing
  /// The numbers; also the form for those who cannot see the picture.
  var table: PageTable
  /// Whether it takes the page's whole width.
  var isWide = false

  /// The figure as HTML.
  var html: String {
    let picture = drawing.inline(id: id, title: heading, description: caption)
    return "<figure id=\"\(id)-f\"\(isWide ? " class=\"wide\"" : "")>"
      + "<h3>\(Markup.escaped(heading))</h3>"
      + "<div class=\"frame\">\(picture)</div>"
      + "<figcaption>\(Markup.escaped(caption))</figcaption>"
      + "<details><summary>Numbers</summary>\(table.html)</details></figure>\n"
  }
}

/// A table of a page.
struct PageTable {
  struct Column {
    var name: String
    var isNumber: Bool

    /// A column of numbers.
    static func number(_ name: String) -> Column { Column(name: name, isNumber: true) }
    /// A column of words.
    static func text(_ name: String) -> Column { Column(name: name, isNumber: false) }
  }

  var columns: [Column]
  var rows: [[String]] = []
  /// Said below, where rows are left out and the like.
  var note = ""
  /// Classes of rows by number.
  var rowStyles: [Int: String] = [:]

  init(_ columns: [Column]) { self.columns = columns }

  /// Most rows that a page shows; the rest stands in the CSV files.
  static let rowsMax = 400

  /// The table without columns in which no row has anything; all of them where there are no rows.
  var withoutEmptyColumns: PageTable {
    let kept = columns.indices.filter { place in
      rows.isEmpty || rows.contains { place < $0.count && !$0[place].isEmpty }
    }
    var table = self
    table.columns = kept.map { columns[$0] }
    table.rows = rows.map { row in kept.compactMap { $0 < row.count ? row[$0] : nil } }
    return table
  }

  /// The table as HTML, within a box that scrolls.
  var html: String {
    var text = "<div class=\"scroll\"><table><thead><tr>"
    for column in columns {
      text +=
        "<th scope=\"col\"\(column.isNumber ? " class=\"n\"" : "")>"
        + "\(Markup.escaped(column.name))</th>"
    }
    text += "</tr></thead><tbody>"
    for (number, row) in rows.prefix(Self.rowsMax).enumerated() {
      text += "<tr" + (rowStyles[number].map { " class=\"\($0)\"" } ?? "") + ">"
      for (column, cell) in zip(columns, row) {
        text += "<td\(column.isNumber ? " class=\"n\"" : "")>\(Markup.escaped(cell))</td>"
      }
      text += "</tr>"
    }
    text += "</tbody></table></div>"
    var notes = note.isEmpty ? [] : [note]
    if rows.count > Self.rowsMax {
      notes.append("The first \(Self.rowsMax) of \(rows.count) rows.")
    }
    if !notes.isEmpty {
      text += "<p class=\"note\">\(Markup.escaped(notes.joined(separator: " ")))</p>"
    }
    return text
  }
}
