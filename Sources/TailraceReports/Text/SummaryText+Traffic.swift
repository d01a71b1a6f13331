import TailraceExperiment

extension SummaryText {
  /// What was offered, what was answered well, and how the rest failed.
  var trafficLines: [String] {
    guard !result.workloads.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(
      ["TRAFFIC", "offered/s", "goodput/s", "errors", "timeouts", "in flight (mean)"])
    for workload in result.workloads {
      let rates = [workload.offered, workload.goodput].map {
        EstimateText($0, decimals: 3, hasInterval: hasIntervals)
      }
      let inFlight = EstimateText(workload.inFlight, decimals: 3, hasInterval: hasIntervals)
      let shares = [workload.errorsShare, workload.share(of: .timeout)].map(Self.smallPercent)
      table.append(["  " + workload.name] + rates.map(\.value) + shares + [inFlight.value])
      if hasIntervals {
        table.append(["    95 % CI ±"] + rates.map(\.halfWidth) + ["", "", inFlight.halfWidth])
      }
    }
    return styled(table) + result.workloads.compactMap(failureLine)
  }

  private func failureLine(_ workload: WorkloadResult) -> String? {
    let kinds = Outcome.failures + [.degraded, .unfinished]
    let parts = kinds.filter { workload.count(of: $0) > 0 }.map { outcome in
      let share = Self.smallPercent(workload.share(of: outcome))
      return "\(outcome.words) \(DecimalText.count(workload.count(of: outcome))) (\(share))"
    }
    if parts.isEmpty { return nil }
    return "  not plain successes of \(workload.name): " + parts.joined(separator: " · ")
  }

  /// A share that may be tiny: two digits that count, and only a true zero is "0 %".
  static func smallPercent(_ share: Double?) -> String {
    guard let share else { return DecimalText.missing }
    if share == 0 { return "0 %" }
    if share < 0.00001 { return "<0.001 %" }
    return DecimalText.percent(share, decimals: share >= 0.001 ? 2 : 3)
  }
}
