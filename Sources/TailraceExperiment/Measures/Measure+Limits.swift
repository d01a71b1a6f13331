import TailraceModel

extension MeasureList {
  /// What balancers did beside choosing.
  mutating func addBalancing(_ sum: ClusterSum) {
    count("balanced_calls", sum.calls)
    count("capped", sum.capped)
    count("hostless", sum.hostless)
    count("panicked", sum.panicked)
    count("ejections", sum.ejections)
    count("restarts", sum.restarts)
    ratio("capped", sum.share(\.capped))
    ratio("hostless", sum.share(\.hostless))
    ratio("panicked", sum.share(\.panicked))
  }

  /// What admission control refused, and the limits in force.
  mutating func addAdmission(_ sum: AdmissionSum) {
    count("admission_refused", sum.refused)
    guard let limits = sum.limits else { return }
    add(
      "limit", .mean, .count,
      .estimate(Estimate(value: limits.mean, halfWidth: nil, perReplication: [])))
    count("limit", .min, UInt64(limits.least))
    count("limit", .max, UInt64(limits.most))
  }
}

extension ClusterSum {
  /// A part of the calls that balancers were asked for; nil without any.
  func share(_ part: KeyPath<ClusterSum, UInt64>) -> Double? {
    calls == 0 ? nil : Double(self[keyPath: part]) / Double(calls)
  }
}

extension Measure {
  /// Numbers of rate limits, pools and breakers.
  static func limits(of result: RunResult) -> [Measure] {
    result.rateLimits.flatMap(all) + result.pools.flatMap(all) + result.breakers.flatMap(all)
  }

  private static func all(of limit: RateLimitResult) -> [Measure] {
    var list = MeasureList("rate_limit", limit.name)
    list.add("remaining", .mean, .count, .estimate(limit.remaining))
    list.add("refused_ratio", .value, .ratio, .estimate(limit.refused))
    for (name, sum) in [("", limit.total)] + limit.classes.map({ (".\($0.name)", $0.sum) }) {
      list.count("admitted\(name)", sum.admitted)
      list.count("refused\(name)", sum.refused)
      list.count("delayed\(name)", sum.delayed)
    }
    return list.all
  }

  private static func all(of pool: PoolResult) -> [Measure] {
    var list = MeasureList("pool", pool.name)
    list.add("utilization", .value, .ratio, .estimate(pool.utilization))
    list.add("held", .mean, .count, .estimate(pool.held))
    list.add("pool_wait", .mean, .time, .estimate(pool.waitMean))
    list.add("pool_wait", .quantile(0.99), .time, .estimate(pool.waitP99), isExact: true)
    list.count("granted", pool.total.granted)
    list.count("waited", pool.total.waited)
    list.count("refused", pool.total.refused)
    list.count("timed_out", pool.total.timedOut)
    return list.all
  }

  private static func all(of breaker: BreakerResult) -> [Measure] {
    var list = MeasureList("breaker", "\(breaker.from) \(breaker.to)")
    list.add("open", .value, .ratio, .estimate(breaker.open))
    list.count("trips", breaker.sum.trips)
    list.count("attempts", breaker.sum.asked)
    list.count("rejected_by_breaker", breaker.sum.rejectedByBreaker)
    list.count("rejected_by_throttle", breaker.sum.rejectedByThrottle)
    return list.all
  }
}
