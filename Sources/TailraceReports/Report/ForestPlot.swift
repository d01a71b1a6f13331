/// Chart 10: one row per measure, its change with the interval, and the line of no change.
enum ForestPlot {
  struct Row {
    var name: String
    var change: Double?
    var low: Double?
    var high: Double?
    var verdict: String
  }

  /// Changes beyond this end in an arrow: a rise of tenfold would leave no room for the others.
  private static let limit = 3.0

  static func figure(_ rows: [Row], id: String, heading: String) -> Figure? {
    guard !rows.isEmpty else { return nil }
    let width = 480.0
    let names = rows.map { Drawing.fitted($0.name, in: 165) }
    let left = (names.map { Drawing.width(of: $0) }.max() ?? 0) + 12
    let texts = rows.map(text)
    let right = width - (texts.map { Drawing.width(of: $0, size: 11) }.max() ?? 0) - 10
    let ends = rows.flatMap { [$0.low, $0.high, $0.change] }.compactMap { $0 }.map {
      max(-limit, min(limit, $0))
    }
    let axis = Axis.linear(ends + [-0.02, 0.02], title: "", count: 4, from: 0) { value, decimals in
      (value > 0 ? "+" : "") + DecimalText.fixed(value * 100, decimals: max(0, decimals - 2)) + " %"
    }
    let top = 8.0
    let bottom = top + Double(rows.count) * 20
    var drawing = Drawing(width: width, height: bottom + 22)
    func px(_ value: Double) -> Double { left + axis.place(value) * (right - left) }
    var free = -1.0
    for tick in axis.ticks {
      let x = px(tick.value)
      drawing.line(x, top, x, bottom, "grid")
      let half = Drawing.width(of: tick.label, size: 11) / 2
      if x - half > free {
        drawing.text(x, bottom + 15, tick.label, "tt", .middle)
        free = x + half + 6
      }
    }
    drawing.line(px(0), top, px(0), bottom, "mark")
    for (number, row) in rows.enumerated() {
      let y = top + Double(number) * 20 + 10
      drawing.text(left - 8, y + 4, names[number], "t", .end)
      drawing.text(width - 4, y + 4, texts[number], style(row), .end)
      guard let change = row.change ?? (row.verdict == "identical" ? 0 : nil) else { continue }
      let colour = row.verdict == "better" ? 2 : row.verdict == "worse" ? 1 : 0
      if let low = row.low, let high = row.high {
        drawing.line(px(max(-limit, low)), y, px(min(limit, high)), y, "s\(colour) stem")
      }
      if change.magnitude > limit {
        let x = px(change > 0 ? limit : -limit)
        let tip = change > 0 ? 1.0 : -1.0
        drawing.path(
          "M\(Markup.coordinate(x)) \(Markup.coordinate(y))L\(Markup.coordinate(x - 8 * tip)) "
            + "\(Markup.coordinate(y - 5))L\(Markup.coordinate(x - 8 * tip)) \(Markup.coordinate(y + 5))Z",
          "f\(colour)", title: "\(row.name): \(text(row))")
      } else {
        drawing.circle(px(change), y, 4, "f\(colour)", title: "\(row.name): \(text(row))")
      }
    }
    var table = PageTable([
      .text("measure"), .number("change"), .number("from"), .number("to"), .text("verdict"),
    ])
    for row in rows {
      table.rows.append(
        [row.name]
          + [row.change, row.low, row.high].map {
            $0.map { ComparisonReport.signed($0) } ?? DecimalText.missing
          } + [row.verdict])
    }
    return Figure(
      id: id, heading: heading,
      caption:
        "Relative change of each measure with its 95 % interval; the dashed line is no change. "
        + "Green is better, orange worse.",
      drawing: drawing, table: table)
  }

  private static func text(_ row: Row) -> String {
    if row.verdict == "identical" { return "identical" }
    guard let change = row.change else { return row.verdict }
    return "\(ComparisonReport.signed(change)) \(row.verdict == "unclear" ? "~" : row.verdict)"
  }

  private static func style(_ row: Row) -> String {
    row.verdict == "worse" ? "tt bad" : row.verdict == "better" ? "tt good" : "tt"
  }
}
