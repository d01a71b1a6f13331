/// The designs of a comparison in one table: what each comes to, and which thresholds it meets.
struct DesignsOverview {
  /// Their documents.
  let designs: [JSONTree]
  /// Workloads that are shown, those with most requests first.
  let workloads: [String]

  /// The table; a row for each design and workload.
  var table: PageTable {
    let quantiles = quantiles
    let hasNames = workloads.count > 1
    let hasCosts = designs.contains { $0["cost"]["per_hour"].number != nil }
    let hasStatus = designs.contains { $0["status"].string != "ok" }
    let hasThresholds = designs.contains { !$0["thresholds"].list.isEmpty }
    let unit = TimeUnit.fitting(
      designs.flatMap { design in
        workloads.flatMap { name in
          (["mean"] + quantiles).compactMap { workload(design, name)["latency_ms"][$0].number }
        }
      }.map { $0 * 1e6 })
    var table = PageTable(
      [.text("design (\(unit.rawValue))")] + (hasNames ? [.text("workload")] : [])
        + (["mean"] + quantiles + ["goodput/s", "errors"]).map { .number($0) }
        + (hasCosts ? [.number("per hour")] : []) + (hasStatus ? [.text("status")] : [])
        + (hasThresholds ? [.text("thresholds met")] : []))
    for design in designs {
      for (place, name) in workloads.enumerated() {
        let isFirst = place == 0
        var cells = [isFirst ? design["variant"].string ?? "" : ""]
        if hasNames { cells.append(name) }
        cells += numbers(workload(design, name), quantiles, unit)
        if hasCosts {
          let cost = design["cost"]["per_hour"].number.map { CostText.amount($0) }
          cells.append(isFirst ? cost ?? DecimalText.missing : "")
        }
        if hasStatus { cells.append(isFirst ? design["status"].string ?? "" : "") }
        if hasThresholds { cells.append(isFirst ? thresholds(design) : "") }
        if isFirst, design["thresholds"].list.contains(where: { $0["status"].string != "pass" }) {
          table.rowStyles[table.rows.count] = "bad"
        }
        table.rows.append(cells)
      }
    }
    return table
  }

  private func workload(_ design: JSONTree, _ name: String) -> JSONTree {
    design["workloads"].list.first { $0["name"].string == name } ?? .null
  }

  /// The median, p99 and those that thresholds ask for, as far as they were measured.
  private var quantiles: [String] {
    var known: Set<String> = []
    var asked: Set<Double> = [50, 99]
    for design in designs {
      for name in workloads {
        known.formUnion(
          workload(design, name)["latency_ms"].members.map(\.name).filter { $0.first == "p" })
      }
      for threshold in design["thresholds"].list where threshold["metric"].string == "latency" {
        let selector = threshold["selector"].string ?? ""
        let isOfWorkload = selector.isEmpty || workloads.contains { selector == "workload:\($0)" }
        let condition = threshold["condition"].string ?? ""
        guard isOfWorkload, condition.hasPrefix("p("), let end = condition.firstIndex(of: ")"),
          let percent = Double(String(condition[..<end].dropFirst(2)))
        else { continue }
        asked.insert(percent)
      }
    }
    let percent = { (name: String) in Double(name.dropFirst()) ?? 0 }
    let all = known.sorted { percent($0) < percent($1) }
    let shown = all.filter { asked.contains(percent($0)) }
    return shown.isEmpty ? all.suffix(1) : shown
  }

  private func numbers(
    _ workload: JSONTree, _ quantiles: [String], _ unit: TimeUnit
  ) -> [String] {
    func cell(_ value: JSONTree, _ width: JSONTree, per scale: Double, decimals: Int) -> String {
      DesignTables.cell(
        EstimateText(
          .init(
            value: value.number.map { $0 * scale }, halfWidth: width.number.map { $0 * scale },
            perReplication: []), decimals: decimals, hasInterval: true))
    }
    let times = (["mean"] + quantiles).map { name in
      cell(
        workload["latency_ms"][name], workload["latency_ms_ci95"][name], per: 1e6 / unit.size,
        decimals: unit.power)
    }
    return times + [
      cell(workload["goodput_per_s"], workload["goodput_per_s_ci95"], per: 1, decimals: 3),
      SummaryText.smallPercent(workload["errors_ratio"].number),
    ]
  }

  /// How many hold, and each that does not with what was measured.
  private func thresholds(_ design: JSONTree) -> String {
    guard let rows = DesignTables(design).thresholds?.rows else { return DecimalText.missing }
    let failing = rows.filter { $0[0] != "✓" }.map { row in
      DesignColumns.unmet("\(row[1]): \(row[2])", row[3])
    }
    return DesignColumns.thresholds(count: rows.count, failing: failing)
      .map { $0.trimmingStart() }.joined(separator: "; ")
  }
}
