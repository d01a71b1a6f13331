import TailraceModel
import TailraceStatistics

// What thresholds say of rate limits and pools.
extension ThresholdSelection {
  /// Of permits that were given.
  func poolWait(_ statistic: ThresholdStatistic) -> Double? {
    let waits = pools.reduce(into: Waits()) { $0.add($1.waits) }
    guard waits.starts > 0 else { return nil }
    switch statistic {
    case .min: return waits.value(atRank: 1)
    case .max: return waits.value(atRank: waits.starts)
    case .mean:
      return Double(pools.reduce(0) { $0 + $1.total.waitTime }) / Double(waits.starts)
    case .quantile(let q):
      return NearestRank.supportedRank(of: q, among: waits.starts).map(waits.value)
    case .value: return nil
    }
  }

  var poolUtilization: ThresholdParts {
    let all = pools.flatMap(\.instanceUtilization)
    let known = pools.compactMap(\.utilization.value)
    return .init(known.isEmpty ? nil : known.reduce(0, +) / Double(known.count), all)
  }

  var remaining: ThresholdParts {
    let total = rateLimits.map(\.total).reduce(into: LimitSum()) { $0 += $1 }
    guard total.asked > 0 else { return .init(nil, []) }
    return .init(
      Double(total.remaining) / Double(total.asked), [Double(total.leastRemaining)],
      highs: [Double(total.mostRemaining)])
  }
}
