import TailraceCatalog

/// Chart 5: a measure against what was varied, with intervals; points whose levels mean little are open.
enum SweepChart {
  struct Point {
    /// The value of the parameter as it was written.
    var place: String
    var value: Double?
    var low: Double?
    var high: Double?
    /// As in `sweep.csv`.
    var status: String

    var isWhole: Bool { status == "ok" }
  }

  struct Series {
    var label: String
    var points: [Point]
  }

  /// Most series with a line of their own.
  static let seriesMax = 8

  static func figure(
    _ all: [Series], id: String, heading: String, parameter: String,
    axis: ([Double]) -> Axis, cell: (Double) -> String, caption: String
  ) -> Figure? {
    let series = Array(all.prefix(seriesMax))
    let known = series.flatMap(\.points).flatMap { [$0.value, $0.low, $0.high] }.compactMap { $0 }
    guard known.contains(where: { $0 != 0 }) else { return nil }
    var places: [String] = []
    for point in all.flatMap(\.points) where !places.contains(point.place) {
      places.append(point.place)
    }
    let numbers = places.map(number)
    let isNumeric = !numbers.contains(nil) && places.count > 1
    let x: Axis
    if isNumeric {
      let values = numbers.compactMap { $0 }
      let (least, most) = (values.min() ?? 0, values.max() ?? 1)
      let title = SweepReport.short(parameter) + unit(places[0])
      let plain: (Double, Int) -> String = { DecimalText.fixed($0, decimals: $1, grouped: true) }
      let isLog = least > 0 && most > 50 * least
      x =
        isLog
        ? .logarithmic(values, title: title + ", log scale") {
          DecimalText.significant($0, digits: 3)
        } : .linear(values, title: title, count: 6, from: least > most / 3 ? nil : 0, label: plain)
    } else {
      let half = 0.5
      let shown = max(
        1, 380 / max(1, Int(places.map { Drawing.width(of: $0, size: 11) }.max() ?? 1)))
      let every = (places.count - 1) / shown + 1
      x = Axis(
        .linear, -half, Double(places.count) - half,
        ticks: places.enumerated().filter { $0.offset.isMultiple(of: every) }.map {
          Axis.Tick(value: Double($0.offset), label: Drawing.fitted($0.element, in: 110, size: 11))
        }, title: SweepReport.short(parameter))
    }
    func place(_ text: String) -> Double {
      isNumeric ? number(text) ?? 0 : Double(places.firstIndex(of: text) ?? 0)
    }
    let y = axis(known.filter { $0 > 0 || $0 == 0 })
    let names = series.map { $0.label.isEmpty ? caption : $0.label }
    var plot = Plot(
      x: x, y: y,
      legend: series.count > 1
        ? names.enumerated().map { (.line("l\($0.offset)"), $0.element) } : [])
    for (number, one) in series.enumerated() {
      let points = one.points.sorted { place($0.place) < place($1.place) }
      if isNumeric {
        plot.brokenCurve(
          points.map { (place($0.place), $0.value) }, "l\(number)", dot: "f\(number)")
      }
      for point in points {
        guard let value = point.value else { continue }
        let at = place(point.place)
        if let low = point.low, let high = point.high {
          plot.drawing.line(
            plot.px(at), plot.py(max(0, low)), plot.px(at), plot.py(high), "s\(number) stem")
        }
        plot.drawing.circle(
          plot.px(at), plot.py(value), 3.5, point.isWhole ? "f\(number)" : "open s\(number)",
          title: "\(one.label) \(point.place): \(cell(value))"
            + (point.isWhole ? "" : " (\(point.status))"))
      }
    }
    var table = PageTable(
      [.text(SweepReport.short(parameter))]
        + all.enumerated().flatMap {
          [.number($0.element.label.isEmpty ? "value" : $0.element.label), .text("")]
        })
    for name in places {
      table.rows.append(
        [name]
          + all.flatMap { one -> [String] in
            guard let point = one.points.first(where: { $0.place == name }) else {
              return ["", ""]
            }
            let ends = [point.low, point.high].compactMap { $0 }
            let interval = ends.count == 2 ? " [\(cell(max(0, ends[0]))), \(cell(ends[1]))]" : ""
            return [
              point.value.map { cell($0) + interval } ?? DecimalText.missing,
              point.isWhole ? "" : point.status,
            ]
          })
    }
    let more = all.count - series.count
    let isOpen = series.contains { $0.points.contains { !$0.isWhole } }
    return Figure(
      id: id, heading: heading,
      caption: "\(caption), with 95 % intervals"
        + (isOpen
          ? "; open points are unsettled or have no steady state, missing ones no value" : "")
        + (more > 0 ? "; \(more) more series in the table" : "") + ".",
      drawing: plot.drawing, table: table)
  }

  /// A parameter's value as a number in its own unit; nil for words.
  static func number(_ text: String) -> Double? {
    if let plain = Double(text) { return plain }
    let (digits, rest) = parts(text)
    let scales: [String: Double] = [
      "ns": 1e-6, "us": 1e-3, "µs": 1e-3, "ms": 1, "s": 1e3, "min": 6e4, "h": 3.6e6, "/s": 1,
      "/min": 1 / 60.0, "/h": 1 / 3600.0, "%": 1, "B": 1, "KiB": 1024, "MiB": 1_048_576,
      "GiB": 1_073_741_824, "kB": 1e3, "MB": 1e6, "GB": 1e9,
    ]
    guard let value = Double(digits), let scale = scales[rest] else { return nil }
    return value * scale
  }

  /// Digits and what follows them.
  private static func parts(_ text: String) -> (digits: String, unit: String) {
    let digits = text.prefix { $0.isNumber || "+-.eE".contains($0) }
    return (String(digits), String(text.dropFirst(digits.count)).trimmingStart())
  }

  /// The unit of `number`.
  private static func unit(_ text: String) -> String {
    switch parts(text).unit {
    case "ns", "us", "µs", "ms", "s", "min", "h": return " (ms)"
    case "/s", "/min", "/h": return " (1/s)"
    case "%": return " (%)"
    case "B", "KiB", "MiB", "GiB", "kB", "MB", "GB": return " (bytes)"
    default: return ""
    }
  }
}
