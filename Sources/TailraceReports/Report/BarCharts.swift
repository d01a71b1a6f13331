/// Charts of horizontal bars: loads, stragglers, and where the time goes.
enum BarCharts {
  /// A bar: its name, its length, what is written at its end, and a second part that is hatched.
  struct Bar {
    var name: String
    var value: Double
    var text: String
    /// The part of it that is marked, from the left end of what remains.
    var marked = 0.0
    var style = "f0"
  }

  /// Bars below each other.
  ///
  /// - Parameters:
  ///   - bars: from the top down.
  ///   - mark: a vertical line with its name.
  ///   - legend: entries above.
  ///   - width: of the picture.
  /// - Returns: the picture.
  static func bars(
    _ bars: [Bar], mark: (value: Double, name: String)? = nil, legend: [Plot.Entry] = [],
    width: Double = 480
  ) -> Drawing {
    let names = bars.map { Drawing.fitted($0.name, in: 150) }
    let left = (names.map { Drawing.width(of: $0) }.max() ?? 0) + 10
    let end = bars.map { Drawing.width(of: $0.text, size: 11) }.max() ?? 0
    let right = width - end - 12
    let largest = max(bars.map(\.value).max() ?? 1, mark?.value ?? 0, 1e-12)
    let top = legend.isEmpty && mark == nil ? 4.0 : 24.0
    var drawing = Drawing(width: width, height: top + Double(bars.count) * 20 + 6)
    var x = 4.0
    for entry in legend {
      if case .box(let style) = entry.swatch { drawing.box(x, 4, 11, 11, style) }
      drawing.text(x + 16, 14, entry.label)
      x += 16 + Drawing.width(of: entry.label) + 16
    }
    for (number, bar) in bars.enumerated() {
      let y = top + Double(number) * 20
      let length = bar.value / largest * (right - left)
      drawing.text(left - 8, y + 13, names[number], "t", .end)
      drawing.box(
        left, y + 2, length, 15, bar.style, title: "\(bar.name): \(bar.text)")
      if bar.marked > 0 {
        let marked = min(1, bar.marked / max(bar.value, 1e-12)) * length
        drawing.box(left + length - marked, y + 2, marked, 15, "marked")
      }
    }
    if let mark {
      let at = left + mark.value / largest * (right - left)
      drawing.line(at, top - 4, at, top + Double(bars.count) * 20, "mark")
      if legend.isEmpty {
        let half = Drawing.width(of: mark.name, size: 11) / 2
        drawing.text(
          max(half + 2, min(width - half - 2, at)), top - 8, mark.name, "tt", .middle)
      }
    }
    for (number, bar) in bars.enumerated() {
      drawing.text(
        left + bar.value / largest * (right - left) + 6, top + Double(number) * 20 + 13, bar.text,
        "tt halo")
    }
    return drawing
  }

  /// A share of a stacked bar.
  struct Part {
    var name: String
    var values: [Double]
    /// Of the palette: one for a part throughout a page.
    var colour: Int
  }

  /// Stacked bars, one for each name, in colours by part.
  ///
  /// - Parameters:
  ///   - names: of the bars.
  ///   - parts: in the order of the stack; each has a value for each bar.
  ///   - ends: what is written behind each bar.
  ///   - isRelative: whether every bar has the same length.
  /// - Returns: the picture.
  static func stacks(
    _ names: [String], _ parts: [Part], ends: [String], isRelative: Bool
  ) -> Drawing {
    let width = 480.0
    let left = (names.map { Drawing.width(of: $0) }.max() ?? 0) + 10
    let end = (ends.map { Drawing.width(of: $0, size: 11) }.max() ?? 0) + 8
    let right = width - end
    let sums = names.indices.map { i in parts.reduce(0) { $0 + $1.values[i] } }
    let largest = max(sums.max() ?? 1, 1e-12)
    let legend = parts.map { ($0.colour, $0.name) }
    var rows: [[(colour: Int, label: String, x: Double)]] = []
    var x = 4.0
    for (colour, name) in legend {
      let label = Drawing.fitted(name, in: 220)
      let space = 16 + Drawing.width(of: label) + 14
      if rows.isEmpty || x + space - 14 > width {
        rows.append([])
        x = 4
      }
      rows[rows.count - 1].append((colour, label, x))
      x += space
    }
    let top = Double(rows.count) * 18 + 8
    var drawing = Drawing(width: width, height: top + Double(names.count) * 28 + 4)
    for (line, row) in rows.enumerated() {
      for entry in row {
        drawing.box(
          entry.x, Double(line) * 18 + 3, 11, 11, "f\(entry.colour)")
        drawing.text(entry.x + 16, Double(line) * 18 + 13, entry.label)
      }
    }
    for i in names.indices {
      let y = top + Double(i) * 28
      drawing.text(left - 8, y + 16, names[i], "t", .end)
      var at = left
      let scale = (right - left) / (isRelative ? max(sums[i], 1e-12) : largest)
      for part in parts where part.values[i] > 0 {
        let length = part.values[i] * scale
        let share = DecimalText.percent(part.values[i] / max(sums[i], 1e-12), decimals: 0)
        drawing.box(
          at, y + 2, length, 20, "f\(part.colour) part",
          title:
            "\(names[i]): \(part.name) \(DecimalText.percent(part.values[i] / max(sums[i], 1e-12)))"
        )
        if Drawing.width(of: share, size: 11) + 6 < length {
          drawing.text(at + length / 2, y + 16, share, "on", .middle)
        }
        at += length
      }
      drawing.text(at + 6, y + 16, ends[i], "tt")
    }
    return drawing
  }
}
