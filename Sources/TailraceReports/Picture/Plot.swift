/// A chart's frame: two axes, a grid and a legend above, into which marks are drawn by value.
struct Plot {
  /// What a legend's entry shows beside its words.
  enum Swatch {
    case line(String), box(String), dot(String)
  }

  typealias Entry = (swatch: Swatch, label: String)

  /// The picture; marks may be added to it in its own units.
  var drawing: Drawing
  let x: Axis
  let y: Axis
  /// The area of the marks.
  let left: Double
  let top: Double
  let right: Double
  let bottom: Double

  /// An empty frame.
  ///
  /// - Parameters:
  ///   - x: the axis below.
  ///   - y: the axis on the left, whose title stands above it.
  ///   - legend: entries, in rows above the frame.
  ///   - width: of the whole picture.
  ///   - plotHeight: of the area of the marks.
  ///   - room: to keep free on the right.
  init(
    x: Axis, y: Axis, legend: [Entry] = [], width: Double = 480, plotHeight: Double = 210,
    room: Double = 14
  ) {
    let labels = y.ticks.map { Drawing.width(of: $0.label, size: 11) }.max() ?? 0
    let last = x.ticks.last.map { Drawing.width(of: $0.label, size: 11) / 2 } ?? 0
    let first = x.ticks.first.map { Drawing.width(of: $0.label, size: 11) / 2 } ?? 0
    left = max(labels + 12, first + 4)
    right = width - max(room, last + 4)
    let rows = Self.rows(legend, width: width)
    top = 24 + Double(rows.count) * 18
    bottom = top + plotHeight
    drawing = Drawing(width: width, height: bottom + 38)
    self.x = x
    self.y = y
    drawLegend(rows)
    drawAxes()
  }

  // MARK: Places

  func px(_ value: Double) -> Double { left + x.place(value) * (right - left) }

  func py(_ value: Double) -> Double { bottom - y.place(value) * (bottom - top) }

  // MARK: Marks

  /// A line through values, points less than half a unit apart left out.
  mutating func curve(_ values: [(x: Double, y: Double)], _ style: String) {
    var points: [(x: Double, y: Double)] = []
    for (index, value) in values.enumerated() {
      let point = (x: px(value.x), y: py(value.y))
      if let last = points.last, index < values.count - 1,
        abs(last.x - point.x) + abs(last.y - point.y) < 0.6
      {
        continue
      }
      points.append(point)
    }
    drawing.curve(points, style)
  }

  /// A line that is broken where values are missing; single values are dots.
  mutating func brokenCurve(_ values: [(x: Double, y: Double?)], _ style: String, dot: String) {
    var run: [(x: Double, y: Double)] = []
    for value in values + [(x: 0, y: nil)] {
      if let height = value.y {
        run.append((value.x, height))
      } else {
        if run.count == 1 { drawing.circle(px(run[0].x), py(run[0].y), 1.8, dot) }
        if run.count > 1 { curve(run, style) }
        run = []
      }
    }
  }

  /// A value with the ends of its interval.
  mutating func whisker(
    _ place: Double, _ value: Double, _ halfWidth: Double?, _ series: Int, title: String
  ) {
    let (cx, cy) = (px(place), py(value))
    if let halfWidth, halfWidth > 0 {
      let (low, high) = (py(value - halfWidth), py(value + halfWidth))
      if low - high > 3 {
        let c = "s\(series)"
        drawing.line(cx, low, cx, high, c)
        drawing.line(cx - 3, low, cx + 3, low, c)
        drawing.line(cx - 3, high, cx + 3, high, c)
      }
    }
    drawing.circle(cx, cy, 3, "f\(series)", title: title)
  }

  /// A span of the horizontal axis, shaded.
  mutating func shade(_ from: Double, _ to: Double, _ style: String, title: String) {
    let (start, end) = (px(from), px(to))
    drawing.box(start, top, max(1, end - start), bottom - top, style, title: title)
  }

  // MARK: Frame

  private mutating func drawLegend(_ rows: [[(entry: Entry, x: Double)]]) {
    for (number, row) in rows.enumerated() {
      let y = 12 + Double(number) * 18
      for (entry, x) in row {
        switch entry.swatch {
        case .line(let style): drawing.line(x, y - 4, x + 22, y - 4, style)
        case .box(let style): drawing.box(x + 6, y - 9, 11, 11, style)
        case .dot(let style): drawing.circle(x + 11, y - 4, 3.5, style)
        }
        drawing.text(x + 27, y, entry.label, "t")
      }
    }
  }

  /// Entries in rows that fit, each with its place; names too long for a row are cut.
  private static func rows(_ legend: [Entry], width: Double) -> [[(entry: Entry, x: Double)]] {
    var rows: [[(entry: Entry, x: Double)]] = []
    var x = 4.0
    for entry in legend {
      let label = Drawing.fitted(entry.label, in: width - 44)
      let space = 27 + Drawing.width(of: label) + 14
      if rows.isEmpty || x + space - 14 > width {
        rows.append([])
        x = 4
      }
      rows[rows.count - 1].append(((entry.swatch, label), x))
      x += space
    }
    return rows
  }

  private mutating func drawAxes() {
    drawing.text(4, top - 9, y.title, "ts")
    for tick in y.ticks {
      let at = py(tick.value)
      drawing.line(left, at, right, at, "grid")
      drawing.text(left - 6, at + 4, tick.label, "tt", .end)
    }
    var free = -1.0
    for tick in x.ticks {
      let at = px(tick.value)
      drawing.line(at, bottom, at, bottom + 4, "axis")
      let half = Drawing.width(of: tick.label, size: 11) / 2
      if at - half >= free {
        drawing.text(at, bottom + 17, tick.label, "tt", .middle)
        free = at + half + 6
      }
    }
    drawing.line(left, bottom, right, bottom, "axis")
    drawing.text((left + right) / 2, bottom + 33, x.title, "ts", .middle)
  }
}
