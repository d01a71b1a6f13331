import TailraceExperiment

extension SummaryText {
  /// The parts of a workload's mean latency, largest first, as bars; beside them the same parts of
  /// the requests above p50 and p99.
  func breakdownLines(_ workload: WorkloadResult) -> [String] {
    let bands = [0.5, 0.99].compactMap { q in workload.bands.first { $0.quantile == q } }
    let rows = shares(workload, bands)
    guard let largest = rows.map({ $0.shares[0] }).max() else { return [] }
    let limit = isVerbose ? rows.count : (result.workloads.count == 1 ? 6 : 3)
    // What is large anywhere is shown; in the order of the mean.
    let ranks = rows.indices.sorted {
      (rows[$1].largest, $0) < (rows[$0].largest, $1)
    }
    let shown = ranks.prefix(limit).sorted()
    var table = TextTable(
      alignments: [.left] + Array(repeating: .right, count: 1 + bands.count) + [.left], gap: 2,
      firstWidth: 16)
    if !bands.isEmpty {
      table.append(["", "all"] + bands.map { DecimalText.percentile($0.quantile) + "+" })
    }
    for i in shown {
      table.append(
        ["  " + rows[i].label] + rows[i].shares.map { DecimalText.percent($0) }
          + [Bar.text(rows[i].shares[0], largest: largest)])
    }
    let rest = ranks.dropFirst(limit).map { rows[$0] }
    if !rest.isEmpty {
      let sums = (0...bands.count).map { k in rest.reduce(0) { $0 + $1.shares[k] } }
      table.append(
        [rest.count == 1 ? "  " + rest[0].label : "  \(rest.count) others"]
          + sums.map { DecimalText.percent($0) }
          + [Bar.text(sums[0], largest: largest)])
    }
    let unit = latencyUnit
    let mean = EstimateText(workload.latencyMean, unit: unit, hasInterval: hasIntervals).value
    let title = "WHERE THE TIME GOES (\(workload.name), mean \(mean) \(unit.rawValue))"
    return [ink.heading(title)] + table.lines
  }

  /// A part with its shares of the mean and of the bands.
  private struct Shares {
    var label: String
    var shares: [Double]
    var largest: Double { shares.max() ?? 0 }
  }

  /// Parts in the order of their shares of the mean, then by name.
  private func shares(_ workload: WorkloadResult, _ bands: [BreakdownBand]) -> [Shares] {
    let rows = workload.breakdown.filter { $0.share > 0 }.sorted { one, other in
      one.share == other.share
        ? (one.entity, one.phase) < (other.entity, other.phase) : one.share > other.share
    }
    return rows.map { row in
      let tails = bands.map { band in
        band.rows.first { $0.entity == row.entity && $0.phase == row.phase }?.share ?? 0
      }
      return Shares(label: label(row), shares: [row.share] + tails)
    }
  }

  private func label(_ row: BreakdownRow) -> String {
    row.entity.isEmpty ? words(row.phase) : "\(row.entity): \(words(row.phase))"
  }
}
