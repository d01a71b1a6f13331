/// The page of a search: the answer, and each try against its bound.
struct PlanReport {
  let files: ResultFiles
  private var summary: JSONTree { files.summary }

  var page: Page {
    let text = files.text("summary.txt") ?? ""
    let lines = text.split(separator: "\n").map(String.init)
    let scenario = files.manifest["scenario"].string ?? ""
    // The first line says what was searched, as that of a run's text; the answer follows.
    let head = (lines.first ?? "").split(separator: " · ").map(String.init)
    let hasHead = head.count > 1 && head[0] == scenario
    let variant = head.first { $0.hasPrefix("variant ") }?.dropFirst("variant ".count)
    let title = ([scenario] + (variant.map { [String($0)] } ?? []) + ["plan"])
      .joined(separator: " · ")
    let verdict = lines.dropFirst(hasHead ? 1 : 0).first?.capitalizedFirst ?? ""
    let body =
      "<header><h1>\(Markup.escaped(title))</h1></header>\n"
      + PageParts.verdict(
        summary["partial"].isTrue ? "warn" : "pass", verdict, "")
      + PageParts.section("Charts", PageParts.grid(figures))
      + PageParts.section("What was tried", PageParts.preformatted(text))
      + PageParts.section("Scenario and how to make this again", Provenance(files).html)
    return Page(title: title, body: body)
  }

  /// One figure for each threshold: what was measured at each try, with its interval and the bound.
  private var figures: [Figure] {
    let probes = files.table("probes.csv")
    guard !probes.rows.isEmpty else { return [] }
    let parameters = probes.columns.dropFirst(3).prefix { $0 != "replications" }.map { String($0) }
    func place(_ row: [String]) -> String {
      parameters.map { probes.text(row, $0) }.joined(separator: ", ")
    }
    let kinds = Set(probes.rows.map { [probes.text($0, "metric"), probes.text($0, "condition")] })
      .sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
    return kinds.enumerated().compactMap { number, kind in
      let rows = probes.rows.filter {
        probes.text($0, "metric") == kind[0] && probes.text($0, "condition") == kind[1]
      }
      return figure(
        rows.map { row in
          Try(
            place: place(row), measured: probes.number(row, "measured"),
            low: probes.number(row, "low"), high: probes.number(row, "high"),
            bound: probes.number(row, "bound"), verdict: probes.text(row, "threshold_judgement"),
            statistic: probes.text(row, "statistic"))
        }, id: "probe-\(number)", heading: "\(kind[0]) \(kind[1])",
        parameter: parameters.map(SweepReport.short).joined(separator: ", "))
    }
  }

  /// A share at a tick, without needless zeros: "100 %", "0.3 %".
  private static func tick(_ share: Double) -> String {
    let decimals = (0...9).first { share * power(2 + $0) >= 0.9999999 } ?? 9
    return DecimalText.percent(share, decimals: decimals)
  }

  private static func power(_ exponent: Int) -> Double { Double("1e\(exponent)") ?? 1 }

  private struct Try {
    var place: String
    var measured: Double?
    var low: Double?
    var high: Double?
    var bound: Double?
    var verdict: String
    var statistic: String
  }

  private func figure(
    _ tries: [Try], id: String, heading: String, parameter: String
  ) -> Figure? {
    let ordered = tries.enumerated().sorted { one, other in
      let (a, b) = (SweepChart.number(one.element.place), SweepChart.number(other.element.place))
      guard let a, let b else { return one.offset < other.offset }
      return a < b
    }.map(\.element)
    let bound = tries.compactMap(\.bound).first
    let values =
      ordered.flatMap { [$0.measured, $0.low, $0.high] }.compactMap { $0 } + [bound ?? 0]
    guard ordered.contains(where: { $0.measured != nil }) else { return nil }
    let isShare = tries.first?.statistic == "share_above"
    let positive = values.filter { $0 > 0 }
    let isLog = (positive.max() ?? 1) > 30 * (positive.min() ?? 1)
    let label: (Double) -> String = {
      isShare ? SummaryText.smallPercent($0) : DecimalText.significant($0, digits: 3)
    }
    let title = isShare ? "share of requests later than the bound" : "measured"
    let y =
      isLog
      ? Axis.logarithmic(positive, title: title + ", log scale") { value in
        isShare ? Self.tick(value) : label(value)
      }
      : Axis.linear(values, title: title) { value, decimals in
        isShare
          ? DecimalText.percent(value, decimals: max(0, decimals - 2)) : label(value)
      }
    let names = ordered.map { Drawing.fitted($0.place, in: 130, size: 11) }
    let shown = max(1, 400 / max(1, Int(names.map { Drawing.width(of: $0, size: 11) }.max() ?? 1)))
    let every = (ordered.count - 1) / shown + 1
    let x = Axis(
      .linear, -0.5, Double(ordered.count) - 0.5,
      ticks: names.enumerated().filter { $0.offset.isMultiple(of: every) }.map {
        Axis.Tick(value: Double($0.offset), label: $0.element)
      }, title: parameter)
    var plot = Plot(
      x: x, y: y,
      legend: [(.dot("f2"), "meets"), (.dot("f1"), "fails"), (.dot("f7"), "undecided")])
    if let bound {
      plot.drawing.line(plot.left, plot.py(bound), plot.right, plot.py(bound), "limit")
      plot.drawing.text(plot.right, plot.py(bound) - 5, "bound \(label(bound))", "tt", .end)
    }
    var table = PageTable([
      .text(parameter), .number("measured"), .number("from"), .number("to"), .text("judgement"),
    ])
    for (number, one) in ordered.enumerated() {
      let colour = one.verdict == "meets" ? 2 : one.verdict == "fails" ? 1 : 7
      let at = plot.px(Double(number))
      if let low = one.low, let high = one.high {
        plot.drawing.line(at, plot.py(low), at, plot.py(high), "s\(colour) stem")
      }
      if let measured = one.measured {
        plot.drawing.circle(
          at, plot.py(measured), 4, "f\(colour)",
          title: "\(one.place): \(label(measured)) \(one.verdict)")
      }
      table.rows.append(
        [one.place]
          + [one.measured, one.low, one.high].map { $0.map(label) ?? DecimalText.missing }
          + [one.verdict])
    }
    return Figure(
      id: id, heading: heading,
      caption:
        "Each try with the interval that decided it, in the order of the list below; the line "
        + "is the bound.", drawing: plot.drawing, table: table)
  }
}
