/// Charts whose cells are shaded: latencies over time, and replicas' loads over time.
enum HeatMaps {
  /// Steps of shade.
  static let shades = 10

  /// Time × latency, count on a logarithmic scale: shows modes that percentiles hide.
  ///
  /// - Parameters:
  ///   - table: rows of `latency_over_time.csv`.
  ///   - time: the run.
  ///   - range: ends of the latencies; nil takes them from the table.
  ///   - id: of the figure.
  ///   - heading: of the figure.
  /// - Returns: the figure; nil with less than two cells.
  static func latencies(
    _ table: DataTable, _ time: TimeCharts, range: [Double]?, id: String, heading: String
  ) -> Figure? {
    var cells: [(start: Double, length: Double, low: Double, high: Double, count: Double)] = []
    for row in table.rows {
      guard let start = table.number(row, "time_s"), let length = table.number(row, "interval_s"),
        let low = table.number(row, "bucket_low_ms"),
        let high = table.number(row, "bucket_high_ms"), let count = table.number(row, "count")
      else { continue }
      cells.append((start, length, low, high, count))
    }
    guard let most = cells.map(\.count).max(), cells.count > 1 else { return nil }
    let y = Axis.logTime(range ?? Self.range(table) ?? [], title: "latency, log scale")
    let floor = y.low
    var plot = Plot(x: .clock(time.end), y: y)
    var layers = Array(repeating: "", count: shades)
    for cell in cells where cell.high > floor {
      let shade =
        most <= 1
        ? shades - 1
        : min(shades - 1, Int(Axis.log10(cell.count) / Axis.log10(most) * Double(shades - 1) + 0.5))
      let (x1, x2) = (plot.px(cell.start), plot.px(min(cell.start + cell.length, time.end)))
      let (top, low) = (plot.py(max(cell.high, floor)), plot.py(max(cell.low, floor)))
      layers[shade] += rectangle(x1, top, x2, max(low, top + 1))
    }
    for (shade, path) in layers.enumerated() where !path.isEmpty {
      plot.drawing.path(path, "cell h\(shade)")
    }
    var label = plot.top + 12
    for band in time.bands where band.isFault {
      let x = plot.px(band.from)
      plot.drawing.line(x, plot.top, x, plot.bottom, "mark")
      // Where the rest of the run has no room for its name it stands before the line.
      let space = plot.right - x - 4
      let isAfter = space >= min(Drawing.width(of: band.name, size: 11), x - plot.left)
      plot.drawing.text(
        isAfter ? x + 3 : x - 3, label,
        Drawing.fitted(band.name, in: isAfter ? space : x - plot.left - 4, size: 11), "tt halo",
        isAfter ? .start : .end)
      label += 13
      if label > plot.bottom - 20 { label = plot.top + 12 }
    }
    key(&plot, from: "1", to: DecimalText.fixed(most, decimals: 0, grouped: true))
    return Figure(
      id: id, heading: heading,
      caption: "Each cell counts answered requests by when they began and how long they took; "
        + "a stronger colour is more, on a log scale. Two bands are two kinds of requests.",
      drawing: plot.drawing, table: latencyTable(cells))
  }

  /// The latencies that a picture spans: but for the fastest of a thousand, which would take half of
  /// the room of a logarithmic axis.
  static func range(_ table: DataTable) -> [Double]? {
    var counts: [(low: Double, high: Double, count: Double)] = []
    for row in table.rows {
      guard let low = table.number(row, "bucket_low_ms"),
        let high = table.number(row, "bucket_high_ms"), let count = table.number(row, "count")
      else { continue }
      counts.append((low, high, count))
    }
    counts.sort { $0.low < $1.low }
    let total = counts.reduce(0) { $0 + $1.count }
    guard let last = counts.last else { return nil }
    var sum = 0.0
    for bucket in counts {
      sum += bucket.count
      if sum >= total / 1000 { return [max(bucket.low, 1e-6), last.high] }
    }
    return nil
  }

  private static func latencyTable(
    _ cells: [(start: Double, length: Double, low: Double, high: Double, count: Double)]
  ) -> PageTable {
    var table = PageTable([
      .text("latency"), .number("requests"), .number("share"), .number("first seen (s)"),
      .number("last seen (s)"),
    ])
    let total = cells.reduce(0) { $0 + $1.count }
    let bounds = cells.sorted { $0.low < $1.low }
    var i = 0
    while i < bounds.count {
      let low = bounds[i].low
      let same = bounds[i...].prefix { $0.low == low }
      let count = same.reduce(0) { $0 + $1.count }
      table.rows.append([
        "\(TimeLabel.of(low)) to \(TimeLabel.of(same.first?.high ?? low))",
        DecimalText.fixed(count, decimals: 0, grouped: true),
        SummaryText.smallPercent(count / total),
        DecimalText.significant(same.map(\.start).min() ?? 0, digits: 5),
        DecimalText.significant(same.map { $0.start + $0.length }.max() ?? 0, digits: 5),
      ])
      i += same.count
    }
    table.note = "All cells stand in latency_over_time.csv."
    return table
  }

  /// Replica × time, shaded by how busy it was.
  static func replicas(
    _ table: DataTable, service: String, _ time: TimeCharts, id: String, heading: String
  ) -> Figure? {
    let hasSlots = table.rows.contains { table.number($0, "utilization_ratio") != nil }
    let column = hasSlots ? "utilization_ratio" : "busy_slots_mean"
    var names: [String] = []
    var cells: [(row: Int, start: Double, length: Double, value: Double)] = []
    for row in table.rows {
      let name = table.text(row, "shard") + "/" + table.text(row, "replica")
      if names.last != name { names.append(name) }
      guard let start = table.number(row, "time_s"), let length = table.number(row, "interval_s"),
        let value = table.number(row, column)
      else { continue }
      cells.append((names.count - 1, start, length, value))
    }
    guard names.count > 1, let most = cells.map(\.value).max(), most > 0 else { return nil }
    let scale = hasSlots ? 1 : most
    let height = min(340, max(70, Double(names.count) * 14))
    let every = names.count / Int(height / 13) + 1
    let ticks = names.enumerated().filter { $0.offset.isMultiple(of: every) }.map {
      Axis.Tick(value: Double(names.count - $0.offset) - 0.5, label: $0.element)
    }
    var plot = Plot(
      x: .clock(time.end),
      y: Axis(.linear, 0, Double(names.count), ticks: ticks, title: "shard/replica"),
      plotHeight: height)
    var layers = Array(repeating: "", count: shades)
    for cell in cells where cell.value > 0 {
      let shade = min(shades - 1, Int(cell.value / scale * Double(shades - 1) + 0.5))
      let high = Double(names.count - cell.row)
      layers[shade] += rectangle(
        plot.px(cell.start), plot.py(high), plot.px(min(cell.start + cell.length, time.end)),
        plot.py(high - 1))
    }
    for (shade, path) in layers.enumerated() where !path.isEmpty {
      plot.drawing.path(path, "cell h\(shade)")
    }
    key(
      &plot, from: "0", to: hasSlots ? "100 % busy" : DecimalText.significant(most, digits: 3))
    var numbers = PageTable([
      .text("shard/replica"), .number("mean"), .number("least"), .number("most"),
      .number("most at (s)"),
    ])
    for (number, name) in names.enumerated() {
      let own = cells.filter { $0.row == number }
      guard let peak = own.max(by: { $0.value < $1.value }) else { continue }
      let values = own.map(\.value)
      let text: (Double) -> String = {
        hasSlots ? DecimalText.percent($0) : DecimalText.significant($0, digits: 3)
      }
      numbers.rows.append([
        name, text(values.reduce(0, +) / Double(values.count)), text(values.min() ?? 0),
        text(peak.value), DecimalText.significant(peak.start, digits: 5),
      ])
    }
    numbers.note =
      "Over the intervals of the whole run; all of them stand in replicas_over_time.csv."
    return Figure(
      id: id, heading: heading,
      caption: (hasSlots
        ? "How busy each replica's slots were, " : "How many visits each replica had at work, ")
        + "interval by interval. A row in a stronger colour is a hot or slow replica.",
      drawing: plot.drawing, table: numbers)
  }

  private static func rectangle(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    let c = Markup.coordinate
    return "M\(c(x1)) \(c(y1))H\(c(x2))V\(c(y2))H\(c(x1))Z"
  }

  /// The key of the shades, at the top right.
  private static func key(_ plot: inout Plot, from: String, to: String) {
    let width = 9.0
    let end = Drawing.width(of: to, size: 11)
    let x = plot.right - end - 6 - width * Double(shades)
    plot.drawing.text(x - 5, plot.top - 9, from, "tt", .end)
    for shade in 0..<shades {
      plot.drawing.box(x + width * Double(shade), plot.top - 18, width, 10, "cell h\(shade)")
    }
    plot.drawing.text(plot.right - end, plot.top - 9, to, "tt")
  }
}
