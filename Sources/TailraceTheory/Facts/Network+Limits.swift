import TailraceExperiment
import TailraceModel

// Limits and pools that did nothing in a run leave theory as it is.
extension Network {
  /// Why requests do not all pass a rate limit at once; nil where they did in this run.
  func thinning(by use: LimitUse) -> String? {
    guard let limit = result.rateLimits.first(where: { $0.name == use.limit }),
      limit.total.refused + limit.total.delayed > 0
    else { return nil }
    return "rate limit '\(use.limit)' refused or delayed requests in this run"
  }

  /// Why steps do not all get their permits at once; nil where they did in this run.
  func holding(_ use: HoldUse) -> String? {
    guard let pool = result.pools.first(where: { $0.name == use.pool }),
      // Who waits at the end of the run never got one.
      pool.total.waited + pool.total.refused + pool.total.timedOut + pool.total.longest > 0
    else { return nil }
    return "requests waited for permits of pool '\(use.pool)' in this run"
  }

  /// Why some attempts to call a service were not sent; nil where all were.
  func rejection(of service: String) -> String? {
    let isRejected = result.breakers.contains { $0.to == service && $0.rejected > 0 }
    return isRejected ? "calls to '\(service)' were rejected by their callers in this run" : nil
  }
}
