import TailraceExperiment
import Testing

@testable import TailraceReports

@Suite("Reports of shards") struct ShardReportTests {
  private var result: RunResult {
    var result = sampleResult()
    func estimate(_ value: Double) -> Estimate {
      Estimate(value: value, halfWidth: 0.1, perReplication: Array(repeating: value, count: 10))
    }
    var load = ShardLoad(
      hottest: 1, requests: 1_500, imbalance: estimate(1.5), variation: estimate(0.5),
      utilization: estimate(0.75), waitMean: estimate(2e6), waitP99: estimate(9e6))
    load.shards = [
      ShardRow(
        shard: 0, requests: 500, load: 0.5, utilization: 0.25, waitMean: 1e6, waitP99: nil),
      ShardRow(
        shard: 1, requests: 1_500, load: 1.5, utilization: 0.75, waitMean: 2e6, waitP99: 9e6),
    ]
    load.hotKeys = [HotKey(key: 7, shard: 1, requests: 800, share: 0.4, errorBound: 0.001)]
    result.services[0].shards = 2
    result.services[0].shardLoad = load
    return result
  }

  @Test("The text names the hottest shard and its hottest key; verbose text has every shard")
  func text() {
    let text = SummaryText(result).text
    #expect(text.contains("  db               1 of 2      1,500      1.5        75.0 %"))
    #expect(text.contains("wait p99") && text.contains("hottest keys"))
    #expect(text.contains("1: 40.0 %"))
    #expect(!text.contains("SHARDS  "))
    let verbose = SummaryText(result, isVerbose: true).text
    #expect(verbose.contains("SHARDS "))
    #expect(verbose.contains("  db 0 ") && verbose.contains("  db cv "))
  }

  @Test("hot_keys.csv has a row for each hot key, and is not there where no key decides")
  func hotKeys() {
    let expected = """
      scenario,variant,replication,seed,service,shard,key,requests,share_ratio,error_bound_ratio
      cache-vs-no-cache,cache,,7,db,1,7,800,0.4,0.001

      """
    #expect(ReportTables.hotKeys([result, sampleResult()]) == expected)
    #expect(ReportTables.hotKeys([sampleResult()]) == nil)
    #expect(ReportTables.all([result]).map(\.name).contains("hot_keys.csv"))
  }

  @Test("summary.csv has the spread beside the imbalance")
  func summary() {
    let rows = ReportTables.summary([result]).split(separator: "\n")
    #expect(rows.contains { $0.contains("service,db,imbalance,value,ratio,1.5,1.4,1.6,10") })
    #expect(rows.contains { $0.contains("service,db,imbalance,cv,ratio,0.5,0.4,0.6,10") })
  }
}
