import TailraceExperiment

extension SummaryText {
  /// Mean, quantiles and maximum for each workload, with the half-widths below them.
  var latencyLines: [String] {
    guard !result.workloads.isEmpty else { return [] }
    let unit = latencyUnit
    let quantiles = result.workloads[0].quantiles.map(\.quantile)
    var table = TextTable(gap: 3, firstWidth: 16)
    let names = quantiles.map(DecimalText.percentile)
    table.append(["LATENCY (\(unit.rawValue))", "mean"] + names + ["max"])
    for workload in result.workloads {
      let estimates = [workload.latencyMean] + workload.quantiles.map(\.latency)
      let cells = estimates.map { EstimateText($0, unit: unit, hasInterval: hasIntervals) }
      let largest = workload.latencyMax.map {
        DecimalText.significant(unit.value(of: Double($0)), digits: 4, decimals: unit.power)
      }
      table.append(["  " + workload.name] + cells.map(\.value) + [largest ?? DecimalText.missing])
      if hasIntervals {
        table.append(["    95 % CI ±"] + cells.map(\.halfWidth) + [DecimalText.missing])
      }
    }
    return styled(table)
  }

  /// The unit of the latency table and of the headings that name a latency.
  var latencyUnit: TimeUnit {
    if let timeUnit { return timeUnit }
    let values = result.workloads.flatMap { workload in
      [workload.latencyMean.value] + workload.quantiles.map(\.latency.value)
    }
    return .fitting(values.compactMap { $0 })
  }

  /// The table's lines, the first as a heading and the intervals faint.
  func styled(_ table: TextTable) -> [String] {
    table.lines.enumerated().map { index, line in
      if index == 0 { return ink.heading(line) }
      return line.hasPrefix("    95 %") ? ink.faint(line) : line
    }
  }
}
