import Foundation
import TailraceExperiment
import TailraceModel
import Testing

@testable import TailraceReports

@Suite("Reports of limits, pools and breakers") struct LimitReportTests {
  private func estimate(_ value: Double) -> Estimate {
    Estimate(value: value, halfWidth: 0.01, perReplication: [value, value])
  }

  private var result: RunResult {
    var (gold, free) = (LimitSum(), LimitSum())
    (gold.admitted, gold.remaining, gold.leastRemaining) = (900, 4_950, 2)
    (free.admitted, free.refused, free.delayed, free.delay) = (60, 40, 30, 90_000_000)
    (free.remaining, free.leastRemaining) = (50, 0)
    var total = gold
    total += free
    var limit = RateLimitResult(
      name: "quota", classes: [("free", free), ("gold", gold)], total: total,
      refused: estimate(0.04), remaining: estimate(5))
    limit.rows = [LimitClassRow(replication: 0, requestClass: "free", sum: free)]
    var permits = PermitSum()
    (permits.granted, permits.waited, permits.refused, permits.timedOut) = (1_000, 300, 20, 5)
    let pool = PoolResult(
      name: "threads", size: 8, instances: 3, total: permits, utilization: estimate(0.5),
      instanceUtilization: [0.4, 0.5, 0.6], held: estimate(12), waitMean: estimate(2e6),
      waitP99: estimate(3e7))
    var guards = GuardSum()
    (guards.asked, guards.rejectedByBreaker, guards.trips) = (2_000, 700, 3)
    var result = sampleResult()
    result.rateLimits = [limit]
    result.pools = [pool]
    result.breakers = [
      BreakerResult(
        from: "web", to: "db", hasBreaker: true, hasThrottle: false, sum: guards,
        open: estimate(0.35))
    ]
    return result
  }

  @Test("The text has a line for each class, pool and pair of services, and none without them")
  func text() {
    let lines = SummaryText(result).text.split(separator: "\n").map { line in
      line.split(separator: " ").joined(separator: " ")
    }
    #expect(lines.contains("RATE LIMITS admitted refused refused share delayed remaining (mean)"))
    #expect(lines.contains("quota 960 40 4.00 % 30 5.0"))
    #expect(lines.contains("free 60 40 40.00 % 30 0.5"))
    #expect(lines.contains("gold 900 0 0 % 0 5.5"))
    #expect(lines.contains("threads 3 × 8 12.0 50.0 % 1,000 25 2.00 ms 30.0 ms"))
    #expect(lines.contains("web → db 2,000 700 3 35.0 %"))
    let bare = SummaryText(sampleResult()).text
    for heading in ["RATE LIMITS", "POOLS", "BREAKERS"] { #expect(!bare.contains(heading)) }
  }

  @Test("JSON and CSV have the same figures")
  func files() throws {
    let object = try JSONSerialization.jsonObject(with: Data(try SummaryJSON(result).text().utf8))
    let document = try #require(object as? [String: Any])
    let limit = try #require((document["rate_limits"] as? [[String: Any]])?.first)
    #expect(limit["refused"] as? Int == 40 && limit["refused_ratio"] as? Double == 0.04)
    let free = try #require((limit["classes"] as? [[String: Any]])?.first)
    #expect(free["delay_mean_ms"] as? Double == 3 && free["remaining_min"] as? Int == 0)
    #expect(free["refused_ratio"] as? Double == 0.4 && free["remaining_mean"] as? Double == 0.5)
    let pool = try #require((document["pools"] as? [[String: Any]])?.first)
    #expect(pool["timed_out"] as? Int == 5 && pool["pool_wait_mean_ms"] as? Double == 2)
    let breaker = try #require((document["breakers"] as? [[String: Any]])?.first)
    #expect(
      breaker["rejected_by_breaker"] as? Int == 700 && breaker["open_ratio"] as? Double == 0.35)
    #expect(breaker["rejected_by_throttle"] == nil)
    let summary = ReportTables.summary([result])
    #expect(summary.contains(",rate_limit,quota,refused.free,count,1,40,"))
    #expect(summary.contains(",pool,threads,utilization,value,ratio,0.5,"))
    #expect(summary.contains(",breaker,web db,open,value,ratio,0.35,"))
    let table = ReportTables.rateLimits([result])
    #expect(table.contains(",quota,free,60,40,30,0.09,0.5,0"))
    #expect(ReportTables.all([result]).map(\.name).contains("rate_limits.csv"))
    #expect(!ReportTables.all([sampleResult()]).map(\.name).contains("rate_limits.csv"))
  }
}
