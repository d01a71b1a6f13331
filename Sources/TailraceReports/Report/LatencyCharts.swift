/// Charts 1 and 2: latency by percentile, and the share of requests that is later than a latency.
enum LatencyCharts {
  /// Latency by percentile with as much room for each nine; nil where no percentile is known.
  static func percentiles(_ curves: [LatencyCurve], id: String, heading: String) -> Figure? {
    let lines = curves.map(\.byShare)
    let values = lines.flatMap { $0.map(\.y) }
    guard values.count > 1 else { return nil }
    let limits = curves.flatMap { curve in curve.limits.map { (curve.series, $0) } }
    let top = max(
      lines.compactMap { $0.last?.x }.max() ?? 0.9,
      curves.flatMap { $0.quantiles.filter { $0.value != nil }.map(\.quantile) }.max() ?? 0)
    let isWide = spread(lines) > 30
    let ends = values.max().map { [$0] } ?? []
    let all = ends + limits.map(\.1.bound)
    let y =
      isWide
      ? Axis.logTime(all + floors(curves), title: "latency, log scale")
      : .time(all, title: "latency")
    var plot = Plot(
      x: .quantiles(to: top), y: y,
      legend: curves.map { (.line("l\($0.series)"), $0.label) })
    let names = Dictionary(
      curves.map { ($0.series, $0.label) }, uniquingKeysWith: { first, _ in first })
    for (curve, line) in zip(curves, lines) {
      plot.curve(line, "l\(curve.series)")
      for point in curve.quantiles {
        guard let value = point.value else { continue }
        let title =
          "\(curve.label) \(DecimalText.percentile(point.quantile)): \(TimeLabel.of(value))"
          + (point.halfWidth.map { " ± \(TimeLabel.of($0))" } ?? "")
        plot.whisker(point.quantile, value, point.halfWidth, curve.series, title: title)
      }
    }
    draw(limits.map { (names[$0.0] ?? "", $0.1) }, in: &plot)
    return Figure(
      id: id, heading: heading,
      caption: "As much room for each nine. Dots are the reported percentiles with 95 % intervals; "
        + "a curve ends where fewer than ten requests lie beyond.",
      drawing: plot.drawing, table: table(curves))
  }

  /// Thresholds at their own quantiles; one that several curves have is drawn once.
  private static func draw(
    _ limits: [(label: String, limit: LatencyCurve.Limit)], in plot: inout Plot
  ) {
    var texts: [String] = []
    for text in limits.map(\.limit.text) where !texts.contains(text) { texts.append(text) }
    var rows: [Double] = []
    for text in texts {
      let own = limits.filter { $0.limit.text == text }
      guard let limit = own.first?.limit else { continue }
      let (x, y) = (plot.px(limit.quantile), plot.py(limit.bound))
      let holds = own.allSatisfy(\.limit.holds)
      plot.drawing.line(x - 26, y, x + 26, y, holds ? "kept" : "limit")
      let marks =
        own.count == 1
        ? (holds ? "✓" : "✗")
        : own.map { "\($0.label) \($0.limit.holds ? "✓" : "✗")" }.joined(separator: ", ")
      // Below the curves at the right there is room.
      var label = plot.bottom - 8
      while rows.contains(label) { label -= 14 }
      rows.append(label)
      plot.drawing.text(
        plot.right - 2, label, "\(text) \(marks)", holds ? "good halo" : "bad halo", .end)
    }
  }

  /// Where logarithmic axes begin: the few fastest requests would take half of the room.
  private static func floors(_ curves: [LatencyCurve]) -> [Double] {
    curves.compactMap { $0.latency(at: 0.01) }
  }

  /// How far apart the ends of the curves are: the ratio of the largest to the least median.
  private static func spread(_ lines: [[(x: Double, y: Double)]]) -> Double {
    let most = lines.compactMap { $0.last?.y }.max() ?? 1
    let medians = lines.compactMap { line in line.first { $0.x >= 0.5 }?.y }
    guard let least = medians.filter({ $0 > 0 }).min() else { return 1 }
    return most / least
  }

  private static func table(_ curves: [LatencyCurve]) -> PageTable {
    var table = PageTable(
      [.text("percentile")] + curves.flatMap { [.number("\($0.label) (ms)"), .number("±")] })
    func cells(_ pick: (LatencyCurve) -> (Double?, Double?)) -> [String] {
      curves.flatMap { curve -> [String] in
        let (value, width) = pick(curve)
        let text = EstimateText(
          .init(value: value, halfWidth: width, perReplication: []), decimals: 6,
          hasInterval: width != nil)
        return [text.value, width == nil ? "" : text.halfWidth]
      }
    }
    table.rows.append(["mean"] + cells { ($0.mean.value, $0.mean.halfWidth) })
    for (i, point) in (curves.first?.quantiles ?? []).enumerated() {
      table.rows.append(
        [DecimalText.percentile(point.quantile)]
          + cells {
            i < $0.quantiles.count ? ($0.quantiles[i].value, $0.quantiles[i].halfWidth) : (nil, nil)
          })
    }
    table.rows.append(["max"] + cells { ($0.max, nil) })
    return table
  }

  /// The complementary distribution, both axes logarithmic; nil without answers that differ.
  static func tails(_ curves: [LatencyCurve], id: String, heading: String) -> Figure? {
    let tails = curves.map(\.tail)
    let points = tails.flatMap { $0.known + $0.few }
    guard points.count > 1, let least = points.map(\.y).min(), least < 1,
      let latest = points.map(\.x).max()
    else { return nil }
    let y = Axis.logarithmic([least, 1], title: "share of requests later") { value in
      value >= 0.0001
        ? DecimalText.fixed(
          value * 100, decimals: max(0, -Int(Axis.log10(value * 1.0001).rounded(.down)) - 2))
          + " %"
        : "1 in " + DecimalText.fixed(1 / value, decimals: 0, grouped: true)
    }
    var plot = Plot(
      x: .logTime(floors(curves) + [latest], title: "latency, log scale"), y: y,
      legend: curves.map { (.line("l\($0.series)"), $0.label) })
    for (curve, tail) in zip(curves, tails) {
      plot.curve(tail.known, "l\(curve.series)")
      plot.curve(tail.few, "l\(curve.series) few")
    }
    let shares: [Double] = [0.5, 0.1, 0.01, 0.001, 0.0001, 0.00001]
    var table = PageTable(
      [.text("later than")] + curves.map { .number("\($0.label)") })
    for share in shares {
      let cells = curves.map { curve in
        curve.total * share >= 10
          ? curve.latency(at: 1 - share).map(TimeLabel.of) ?? DecimalText.missing
          : DecimalText.missing
      }
      if cells.contains(where: { $0 != DecimalText.missing }) {
        table.rows.append(["\(SummaryText.smallPercent(share)) of requests"] + cells)
      }
    }
    table.note = "From buckets at most 1.6 % wide; all of them stand in latency_histogram.csv."
    return Figure(
      id: id, heading: heading,
      caption: "How many requests took longer. A straight line is a heavy tail, a step a mixture "
        + "such as hits and misses; thin where fewer than ten requests are left.",
      drawing: plot.drawing, table: table)
  }
}
