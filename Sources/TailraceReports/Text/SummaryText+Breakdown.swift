import TailraceExperiment

extension SummaryText {
  /// The parts of a workload's mean latency, largest first, as bars.
  func breakdownLines(_ workload: WorkloadResult) -> [String] {
    let rows = workload.breakdown.filter { $0.share > 0 }.sorted { one, other in
      one.share == other.share
        ? (one.entity, one.phase) < (other.entity, other.phase) : one.share > other.share
    }
    guard let largest = rows.first?.share else { return [] }
    let limit = isVerbose ? rows.count : (result.workloads.count == 1 ? 6 : 3)
    var table = TextTable(alignments: [.left, .right, .left], gap: 2, firstWidth: 16)
    for row in rows.prefix(limit) {
      table.append([
        "  " + label(row), DecimalText.percent(row.share), Bar.text(row.share, largest: largest),
      ])
    }
    let rest = rows.dropFirst(limit)
    if !rest.isEmpty {
      let share = rest.reduce(0) { $0 + $1.share }
      table.append([
        "  \(rest.count) others", DecimalText.percent(share), Bar.text(share, largest: largest),
      ])
    }
    let unit = latencyUnit
    let mean = EstimateText(workload.latencyMean, unit: unit, hasInterval: hasIntervals).value
    let title = "WHERE THE TIME GOES (\(workload.name), mean \(mean) \(unit.rawValue))"
    return [ink.heading(title)] + table.lines
  }

  private func label(_ row: BreakdownRow) -> String {
    let phase = String(row.phase.map { $0 == "_" ? " " : $0 })
    return row.entity.isEmpty ? phase : "\(row.entity): \(phase)"
  }
}
