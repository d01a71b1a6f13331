import TailraceExperiment
import TailraceModel

extension SummaryText {
  /// What rate limits did, by class where several asked.
  var limitLines: [String] {
    let used = result.rateLimits.filter { $0.total.asked > 0 }
    guard !used.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(["RATE LIMITS", "admitted", "refused", "share", "delayed", "remaining"])
    for limit in used {
      table.append(cells("  " + limit.name, limit.total))
      guard limit.classes.count > 1 else { continue }
      for entry in limit.classes { table.append(cells("    " + entry.name, entry.sum)) }
    }
    return styled(table)
  }

  private func cells(_ name: String, _ sum: LimitSum) -> [String] {
    let asked = Double(sum.asked)
    return [
      name, DecimalText.count(sum.admitted), DecimalText.count(sum.refused),
      DecimalText.percent(Double(sum.refused) / asked), DecimalText.count(sum.delayed),
      DecimalText.significant(Double(sum.remaining) / asked, digits: 4, decimals: 1),
    ]
  }

  /// How full pools of permits were.
  var poolLines: [String] {
    let used = result.pools.filter { $0.instances > 0 }
    guard !used.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append([
      "POOLS", "permits", "held", "utilization", "granted", "rejected", "wait mean", "wait p99",
    ])
    for pool in used {
      table.append([
        "  " + pool.name,
        pool.size.map { size in
          pool.instances == 1 ? "\(size)" : "\(pool.instances) × \(size)"
        } ?? "per key",
        pool.held.value.map { DecimalText.significant($0, digits: 3, decimals: 2) }
          ?? DecimalText.missing,
        pool.utilization.value.map { DecimalText.percent($0) } ?? DecimalText.missing,
        DecimalText.count(pool.total.granted),
        DecimalText.count(pool.total.refused + pool.total.timedOut),
        time(pool.waitMean), time(pool.waitP99),
      ])
    }
    return styled(table)
  }

  private func time(_ estimate: Estimate) -> String {
    estimate.value.map { DecimalText.significant($0 / 1e6, digits: 3, decimals: 2) + " ms" }
      ?? DecimalText.missing
  }

  /// What callers rejected themselves.
  var breakerLines: [String] {
    guard !result.breakers.isEmpty else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    table.append(["BREAKERS", "attempts", "by breaker", "by throttle", "trips", "time open"])
    for breaker in result.breakers {
      let sum = breaker.sum
      table.append([
        "  \(breaker.from) → \(breaker.to)", DecimalText.count(sum.asked),
        breaker.hasBreaker ? DecimalText.count(sum.rejectedByBreaker) : DecimalText.missing,
        breaker.hasThrottle ? DecimalText.count(sum.rejectedByThrottle) : DecimalText.missing,
        breaker.hasBreaker ? DecimalText.count(sum.trips) : DecimalText.missing,
        breaker.open.value.map { DecimalText.percent($0) } ?? DecimalText.missing,
      ])
    }
    return styled(table)
  }
}
