import TailraceExperiment

/// The page of a comparison: the verdict, how much changed, and the designs over each other.
struct ComparisonReport {
  let files: ResultFiles
  private var summary: JSONTree { files.summary }

  var page: Page {
    let designs = summary["designs"].list
    let names = designs.map { $0["variant"].string ?? "" }
    let scenario = designs.first?["scenario"].string ?? ""
    let others = names.dropFirst().joined(separator: ", ")
    let title = "\(scenario) · \(others) against \(names.first ?? "")"
    let figures = RunFigures(files: files, designs: designs)
    let blocks = SummaryBlocks(files.text("summary.txt") ?? "")
    let charts =
      forests + figures.latency + figures.breakdown + figures.topology + figures.overTime
      + figures.caches
      + figures.shards + figures.stragglers + figures.heatMaps + figures.replicas
    let body =
      "<header><h1>\(Markup.escaped(title))</h1>\n"
      + blocks.heading.map { PageParts.paragraph($0, "meta") }.joined() + "</header>\n"
      + verdict(blocks) + overview(designs, figures) + changes
      + PageParts.section("Charts", PageParts.grid(charts)) + requests
      + SummaryTable.all.map { $0.section(designs) }.joined() + components(designs)
      + PageParts.section("Scenario and how to make this again", Provenance(files).html)
    return Page(title: title, body: body)
  }

  private func verdict(_ blocks: SummaryBlocks) -> String {
    let sentences = summary["verdict"].list.compactMap(\.string)
    let limits = summary["fail_if"].list
    let failed = limits.contains { $0["status"].string != "pass" }
    let lines = limits.map { limit in
      let change = limit["change_ratio"].number.map { Self.signed($0) } ?? "no data"
      return
        "\(limit["status"].string == "pass" ? "✓" : "✗") fail if \(limit["condition"].string ?? "")"
        + " (\(limit["variant"].string ?? "")): \(change)"
    }
    let style = !blocks.warnings.isEmpty ? "warn" : failed ? "fail" : limits.isEmpty ? "" : "pass"
    return PageParts.verdict(
      style, sentences.first ?? "Nothing can be compared.",
      PageParts.list(blocks.warnings + Array(sentences.dropFirst()) + lines))
  }

  private func overview(_ designs: [JSONTree], _ figures: RunFigures) -> String {
    let shown = Array(figures.workloads.prefix(RunFigures.workloadsMax))
    let table = DesignsOverview(designs: designs, workloads: shown).table
    return "<div class=\"tall\">" + PageParts.section("Designs", table.html) + "</div>"
  }

  /// A change with its sign: "+5.2 %".
  static func signed(_ ratio: Double) -> String {
    (ratio > 0 ? "+" : "") + DecimalText.percent(ratio, decimals: abs(ratio) < 0.1 ? 2 : 1)
  }

  // MARK: Changes

  private var againsts: [String] {
    var names: [String] = []
    for row in summary["rows"].list {
      if let name = row["variant"].string, !names.contains(name) { names.append(name) }
    }
    return names
  }

  private func rows(_ against: String) -> [JSONTree] {
    summary["rows"].list.filter { $0["variant"].string == against && $0["headline"].isTrue }
  }

  private static func name(_ row: JSONTree) -> String {
    let statistic = row["statistic"].string ?? ""
    return [
      row["entity"].string ?? "", (row["metric"].string ?? "").withBlanks,
      statistic == "value" ? "" : statistic,
    ].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// "29.06 ± 0.05 ms": the digits of the summary for people.
  private static func value(_ row: JSONTree, _ name: String, _ unit: TimeUnit) -> String {
    let scale: Double
    let mark: String
    switch row["unit"].string {
    case "ms": (scale, mark) = (1e6 / unit.size, " " + unit.rawValue)
    case "ratio" where Measure.isPercent(row["metric"].string ?? ""): (scale, mark) = (100, " %")
    case "1/s": (scale, mark) = (1, " /s")
    case "1/h": (scale, mark) = (1, " /h")
    default: (scale, mark) = (1, "")
    }
    let text = EstimateText(
      .init(
        value: row[name].number.map { $0 * scale },
        halfWidth: row[name + "_ci95"].number.map { $0 * scale }, perReplication: []),
      decimals: 6, hasInterval: true)
    if text.value == DecimalText.missing { return text.value }
    return DesignTables.cell(text) + mark
  }

  private var changes: String {
    let base = summary["base"].string ?? ""
    return againsts.map { against in
      var table = PageTable([
        .text("measure"), .number(base), .number(against), .number("change"),
        .text("95 % interval"), .text("verdict"),
      ])
      let times = rows(against).filter { $0["unit"].string == "ms" }
      let unit = TimeUnit.fitting(
        times.flatMap { [$0["base"].number, $0["against"].number] }.compactMap { $0 }
          .map { $0 * 1e6 })
      for (number, row) in rows(against).enumerated() {
        let ends = row["change_ci"].list.compactMap(\.number)
        let verdict = row["verdict"].string ?? ""
        table.rows.append([
          Self.name(row), Self.value(row, "base", unit), Self.value(row, "against", unit),
          verdict == "identical" ? "" : row["change_ratio"].number.map(Self.signed) ?? "",
          ends.count == 2 && verdict != "identical"
            ? "[\(Self.signed(ends[0])), \(Self.signed(ends[1]))]" : "",
          verdict,
        ])
        if verdict == "worse" { table.rowStyles[number] = "bad" }
        if verdict == "identical" || verdict == "unclear" { table.rowStyles[number] = "faint" }
      }
      return "<div class=\"tall\">"
        + PageParts.section("What changed: \(against) against \(base)", table.html) + "</div>"
    }.joined()
  }

  /// Chart 10: each measure's change with its interval.
  private var forests: [Figure] {
    againsts.enumerated().compactMap { number, against in
      ForestPlot.figure(
        rows(against).map {
          let ends = $0["change_ci"].list.compactMap(\.number)
          return ForestPlot.Row(
            name: Self.name($0), change: $0["change_ratio"].number,
            low: ends.count == 2 ? ends[0] : nil, high: ends.count == 2 ? ends[1] : nil,
            verdict: $0["verdict"].string ?? "")
        }, id: "forest-\(number)",
        heading: "Changes of \(against) against \(summary["base"].string ?? "")")
    }
  }

  // MARK: Requests and parts

  private var requests: String {
    let pairs = summary["paired_requests"].list
    guard !pairs.isEmpty else { return "" }
    var text = ""
    for pair in pairs {
      let all = pair["served_by_both"].number ?? 0
      func share(_ name: String) -> String {
        all > 0 ? DecimalText.percent((pair[name].number ?? 0) / all) : DecimalText.missing
      }
      let quantiles = pair["difference_ms"].members.filter { $0.name != "mean" }.sorted {
        (Double($0.name.dropFirst()) ?? 0) < (Double($1.name.dropFirst()) ?? 0)
      }.compactMap { name, value in value.number.map { "\(name) \(Self.signedTime($0))" } }
      text +=
        "<h3>\(Markup.escaped("\(pair["workload"].string ?? ""), \(pair["variant"].string ?? "")"))</h3>"
      text += PageParts.paragraph(
        "\(pair["served_by_both"].count) requests served by both: \(share("faster")) faster, "
          + "\(share("slower")) slower. Difference: " + quantiles.joined(separator: " · ") + ".")
      var table = PageTable([
        .text("part of the critical path"), .number("before"), .number("after"), .number("change"),
      ])
      for part in pair["moved"].list {
        let label = [part["entity"].string ?? "", (part["phase"].string ?? "").withBlanks]
          .filter { !$0.isEmpty }.joined(separator: ": ")
        table.rows.append(
          [label] + ["base_mean_ms", "mean_ms"].map { part[$0].number.map(TimeLabel.of) ?? "" }
            + [part["difference_mean_ms"].number.map(Self.signedTime) ?? ""])
      }
      let sums = ["base_mean_ms", "mean_ms"].map { name in
        pair["moved"].list.reduce(0) { $0 + ($1[name].number ?? 0) }
      }
      if !table.rows.isEmpty {
        table.rows.append(
          ["mean"] + sums.map(TimeLabel.of)
            + [pair["difference_ms"]["mean"].number.map(Self.signedTime) ?? ""])
      }
      text += table.html
    }
    return PageParts.section("Request by request, and what moved", text)
  }

  private static func signedTime(_ milliseconds: Double) -> String {
    (milliseconds > 0 ? "+" : "") + TimeLabel.of(milliseconds)
  }

  private func components(_ designs: [JSONTree]) -> String {
    let text = designs.map { design in
      let tables = DesignTables(design)
      return "<h3>\(Markup.escaped(design["variant"].string ?? ""))</h3>"
        + (tables.thresholds?.html ?? "")
        + tables.latency.html + tables.traffic.html + tables.services.html
        + (tables.caches?.html ?? "")
    }
    return PageParts.section("Each design", text.joined())
  }
}
