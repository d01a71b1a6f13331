/// Charts over simulated time: what came and was answered, latencies, hit ratios.
struct TimeCharts {
  /// A shaded span: the warm-up, or a fault.
  struct Band {
    var name: String
    var from: Double
    /// Nil is to the end of the run.
    var until: Double?
    var isFault: Bool
  }

  /// A metric of one entity in one design.
  struct Track {
    var label: String
    var style: String
    /// Rows of `timeseries.csv`.
    var table: DataTable
    var scale = 1.0

    var points: [(x: Double, y: Double?)] {
      table.rows.compactMap { row in
        guard let start = table.number(row, "time_s"), let length = table.number(row, "interval_s")
        else { return nil }
        return (start + length / 2, table.number(row, "value").map { $0 * scale })
      }
    }
  }

  var bands: [Band]
  /// End of the run in seconds.
  var end: Double

  /// A figure of tracks over the run; nil without a value.
  ///
  /// - Parameters:
  ///   - tracks: what is drawn.
  ///   - id: of the figure.
  ///   - heading: of the figure.
  ///   - caption: what it shows.
  ///   - axis: makes the vertical axis for all values.
  ///   - cell: writes a value into the table.
  /// - Returns: the figure.
  func figure(
    _ tracks: [Track], id: String, heading: String, caption: String,
    axis: ([Double]) -> Axis, cell: (Double) -> String
  ) -> Figure? {
    let lines = tracks.map(\.points)
    let values = lines.flatMap { $0.compactMap(\.y) }
    guard !values.isEmpty else { return nil }
    var plot = Plot(
      x: .clock(end), y: axis(values),
      legend: tracks.map { (.line($0.style), $0.label) })
    var label = plot.top + 12
    for band in bands {
      let until = min(band.until ?? end, end)
      guard until > band.from || band.until == band.from else { continue }
      plot.shade(
        band.from, until, band.isFault ? "fault" : "shade",
        title: "\(band.name): \(band.from) s to \(until) s")
      let x = plot.px(band.from) + 3
      let space = plot.right - x
      let isLate = space < min(190, Drawing.width(of: band.name, size: 11))
      plot.drawing.text(
        isLate ? plot.right - 2 : x, label, Drawing.fitted(band.name, in: 190, size: 11),
        "tt halo", isLate ? .end : .start)
      label += 13
      if label > plot.bottom - 20 { label = plot.top + 12 }
    }
    for (track, line) in zip(tracks, lines) {
      plot.brokenCurve(
        line, track.style, dot: "f" + (track.style.dropFirst().first.map(String.init) ?? "0"))
    }
    var table = PageTable([.number("time (s)")] + tracks.map { .number($0.label) })
    for i in 0..<(lines.map(\.count).max() ?? 0) {
      guard let first = lines.first(where: { i < $0.count }) else { continue }
      table.rows.append(
        [DecimalText.significant(first[i].x, digits: 5)]
          + lines.map { i < $0.count ? $0[i].y.map(cell) ?? DecimalText.missing : "" })
    }
    table.note = "Middle of each interval; means over the replications, from timeseries.csv."
    return Figure(
      id: id, heading: heading, caption: caption + bandsNote, drawing: plot.drawing, table: table)
  }

  private var bandsNote: String {
    let hasWarmUp = bands.contains { !$0.isFault }
    let hasFaults = bands.contains(where: \.isFault)
    switch (hasWarmUp, hasFaults) {
    case (true, true): return " Grey: warm-up, not measured; red: faults."
    case (true, false): return " Grey: warm-up, not measured."
    case (false, true): return " Red: faults."
    case (false, false): return ""
    }
  }

  /// Rates from 0.
  static func rates(_ values: [Double]) -> Axis { .linear(values, title: "per second") }

  /// Times in milliseconds: on a logarithmic scale where they differ by more than thirty times.
  static func latencies(_ values: [Double]) -> Axis {
    let positive = values.filter { $0 > 0 }
    guard let least = positive.min(), let most = positive.max() else {
      return .time(values, title: "latency")
    }
    return most > 30 * least
      ? .logTime(positive, title: "latency, log scale") : .time(values, title: "latency")
  }

  /// Shares from 0 to 1, also where an interval reaches beyond.
  static func shares(_: [Double]) -> Axis {
    .linear([0, 1], title: "share") {
      DecimalText.fixed($0 * 100, decimals: max(0, $1 - 2)) + " %"
    }
  }
}
