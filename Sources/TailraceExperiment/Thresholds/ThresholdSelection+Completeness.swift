extension ThresholdSelection {
  /// The share of the answers that joins had; a request without any answer had none of them.
  ///
  /// Nil where nothing scatters. Where all scatters wait for all, answered requests are complete.
  func completeness(_ statistic: ThresholdStatistic) -> Double? {
    let reports = result.completeness.filter { isMeant($0.workload, $0.to) }
    let others = result.stragglers.filter { isMeant($0.workload, $0.to) }
    let names = reports.isEmpty ? others.map(\.workload) : reports.map(\.workload)
    guard !names.isEmpty else { return nil }
    // A scatter that is told for all workloads together is every one's.
    let workloads = workloads.filter { names.contains(nil) || names.contains($0.name) }
    let answered = workloads.reduce(UInt64(0)) { $0 + $1.answered.reduce(0, +) }
    let failed = workloads.reduce(UInt64(0)) { $0 + $1.requests } - answered
    var shares = [CompletenessShare(0, failed)] + reports.flatMap(\.shares)
    if reports.isEmpty { shares.append(CompletenessShare(1, answered)) }
    shares = shares.filter { $0.count > 0 }.sorted { $0.share < $1.share }
    guard let least = shares.first, let most = shares.last else { return nil }
    switch statistic {
    case .min: return least.share
    case .max: return most.share
    case .quantile(let q): return CompletenessShare.quantile(q, of: shares)
    case .mean, .value:
      if failed == 0, reports.count == 1 { return reports[0].mean.value }
      var (sum, count) = (0.0, Double(failed))
      for report in reports {
        sum += (report.mean.value ?? 0) * Double(report.joins)
        count += Double(report.joins)
      }
      if reports.isEmpty { (sum, count) = (Double(answered), Double(answered + failed)) }
      return sum / count
    }
  }

  private func isMeant(_ workload: String?, _ service: String) -> Bool {
    matches(service, .service) && (workload.map { matches($0, .workload) } ?? true)
  }
}
