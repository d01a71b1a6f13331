/// The page of a sweep: latency and throughput against what was varied.
struct SweepReport {
  let files: ResultFiles
  private var summary: JSONTree { files.summary }

  private struct Point {
    var variant: String
    var values: [String]
    var status: String
    var rows: JSONTree

    func row(_ kind: String, _ entity: String, _ metric: String, _ statistic: String) -> JSONTree {
      rows.list.first {
        $0["entity_kind"].string == kind && $0["entity"].string == entity
          && $0["metric"].string == metric && $0["statistic"].string == statistic
      } ?? .null
    }
  }

  private var points: [Point] {
    summary["points"].list.map {
      Point(
        variant: $0["variant"].string ?? "", values: $0["values"].list.map { $0.string ?? "" },
        status: $0["status"].string ?? "", rows: $0["rows"])
    }
  }

  private var parameters: [String] { summary["parameters"].list.map { $0.string ?? "" } }

  var page: Page {
    let scenario = summary["scenario"].string ?? ""
    let title = "\(scenario) · sweep of \(parameters.map(Self.short).joined(separator: ", "))"
    let text = files.text("summary.txt") ?? ""
    let findings = thresholds + statuses
    let isWhole = points.allSatisfy { $0.status == "ok" }
    let body =
      "<header><h1>\(Markup.escaped(title))</h1></header>\n"
      + PageParts.verdict(
        isWhole ? "" : "warn", findings[0], PageParts.list(Array(findings.dropFirst())))
      + PageParts.section("Charts", PageParts.grid(figures))
      + PageParts.section("All points", PageParts.preformatted(text))
      + PageParts.section("How to make this again", Provenance(files).html)
    return Page(title: title, body: body)
  }

  /// At how many points all thresholds hold; none where nothing was asked for.
  private var thresholds: [String] {
    let judged = points.map { point in
      point.rows.list.filter { $0["entity_kind"].string == "threshold" }
    }.filter { !$0.isEmpty }
    guard !judged.isEmpty else { return [] }
    let kept = judged.count { rows in rows.allSatisfy { $0["statistic"].string == "pass" } }
    return ["\(kept) of \(points.count) points meet every threshold."]
  }

  /// How the points went: one sentence for each kind that occurs.
  private var statuses: [String] {
    let counts = Dictionary(points.map { ($0.status, 1) }, uniquingKeysWith: +)
    if counts["ok"] == points.count { return ["All \(points.count) points reach a steady state."] }
    return counts.sorted { $0.key < $1.key }.filter { $0.key != "ok" }.map { status, count in
      "\(count) of \(points.count) points: \(Self.words(status))."
    }
  }

  /// What a status other than `ok` means.
  static func words(_ status: String) -> String {
    switch status {
    case "unstable": "no steady state, more comes than goes"
    case "unfinished": "no steady state, requests had no answer long after the end"
    case "unsettled": "too short, the mean latency had not settled when half of the run was over"
    case "max-events": "stopped by --max-events"
    case "invalid": "not a valid scenario"
    default: "cut short"
    }
  }

  /// The last two words of a path.
  static func short(_ path: String) -> String {
    path.split(separator: ".").suffix(2).joined(separator: ".")
  }

  private var workloads: [String] {
    var names: [String] = []
    for row in points.flatMap({ $0.rows.list }) where row["entity_kind"].string == "workload" {
      if let name = row["entity"].string, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// Chart 5: a pair of figures for each workload, against the last parameter; the others and the
  /// variants are series.
  private var figures: [Figure] {
    guard let last = parameters.indices.last else { return [] }
    return workloads.prefix(4).enumerated().flatMap { number, workload in
      let title = workloads.count > 1 ? " of \(workload)" : ""
      let name = Self.short(parameters[last])
      return [
        SweepChart.figure(
          series(workload, "latency", "p99"), id: "p99-\(number)",
          heading: "p99 latency\(title) against \(name)", parameter: parameters[last],
          axis: TimeCharts.latencies, cell: TimeLabel.of, caption: "p99 of answered requests"),
        SweepChart.figure(
          series(workload, "latency", "mean"), id: "mean-\(number)",
          heading: "Mean latency\(title) against \(name)", parameter: parameters[last],
          axis: TimeCharts.latencies, cell: TimeLabel.of, caption: "Mean of answered requests"),
        SweepChart.figure(
          series(workload, "goodput", "value"), id: "goodput-\(number)",
          heading: "Goodput\(title) against \(name)", parameter: parameters[last],
          axis: TimeCharts.rates,
          cell: { DecimalText.significant($0, digits: 4, decimals: 3) },
          caption: "Answered requests per second"),
        failures(workload, number, title, name, parameters[last]),
      ].compactMap { $0 }
    }
  }

  private func failures(
    _ workload: String, _ number: Int, _ title: String, _ name: String, _ parameter: String
  ) -> Figure? {
    var series = series(workload, "errors", "value")
    // An interval may reach beyond what a share can be.
    for place in series.indices {
      for number in series[place].points.indices {
        series[place].points[number].high = series[place].points[number].high.map { min(1, $0) }
      }
    }
    guard series.contains(where: { $0.points.contains { ($0.value ?? 0) > 0 } }) else { return nil }
    return SweepChart.figure(
      series, id: "errors-\(number)", heading: "Failures\(title) against \(name)",
      parameter: parameter, axis: TimeCharts.shares,
      cell: { SummaryText.smallPercent($0) }, caption: "Share of requests that failed")
  }

  private func series(
    _ workload: String, _ metric: String, _ statistic: String
  ) -> [SweepChart.Series] {
    var order: [String] = []
    var groups: [String: [SweepChart.Point]] = [:]
    let isNamed = Set(points.map(\.variant)).count > 1
    for point in points {
      let fixed = zip(parameters, point.values).dropLast().map { "\(Self.short($0)) \($1)" }
      let label = ((isNamed ? [point.variant] : []) + fixed).joined(separator: ", ")
      if groups[label] == nil { order.append(label) }
      let row = point.row("workload", workload, metric, statistic)
      groups[label, default: []].append(
        .init(
          place: point.values.last ?? "", value: row["value"].number, low: row["ci95_low"].number,
          high: row["ci95_high"].number, status: point.status))
    }
    return order.map { .init(label: $0, points: groups[$0] ?? []) }
  }
}
