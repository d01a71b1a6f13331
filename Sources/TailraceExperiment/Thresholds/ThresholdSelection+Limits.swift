import TailraceModel
import TailraceStatistics

// What thresholds say of rate limits, pools, admission control and balancers.
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

  /// Of the services with such a limit; all of them in the mean.
  var admissionLimit: ThresholdParts {
    let limits = services.compactMap { $0.admission?.limits }
    let means = limits.compactMap(\.mean)
    return .init(
      means.isEmpty ? nil : means.reduce(0, +) / Double(means.count),
      limits.map { Double($0.least) }, highs: limits.map { Double($0.most) })
  }

  /// Of the services whose balancers know more of replicas than how many calls they have out.
  func perReplication(_ count: KeyPath<ClusterSum, UInt64>) -> ThresholdParts {
    let replications = Double(max(1, result.replications))
    return .init(
      levels: services.compactMap(\.balancing).map { Double($0[keyPath: count]) / replications })
  }

  var remaining: ThresholdParts {
    let total = rateLimits.map(\.total).reduce(into: LimitSum()) { $0 += $1 }
    guard total.asked > 0 else { return .init(nil, []) }
    return .init(
      Double(total.remaining) / Double(total.asked), [Double(total.leastRemaining)],
      highs: [Double(total.mostRemaining)])
  }
}
