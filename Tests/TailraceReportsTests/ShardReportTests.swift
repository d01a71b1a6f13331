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
      utilization: estimate(0.75), waitMean: estimate(2e6), waitP99: estimate(9e6),
      latencyMean: estimate(3e6), latencyP99: estimate(11e6))
    load.shards = [
      ShardRow(
        shard: 0, requests: 500, load: 0.5, utilization: 0.25, waitMean: 1e6, waitP99: nil,
        latencyMean: 1_500_000, latencyP99: nil),
      ShardRow(
        shard: 1, requests: 1_500, load: 1.5, utilization: 0.75, waitMean: 2e6, waitP99: 9e6,
        latencyMean: 3e6, latencyP99: 11e6),
    ]
    load.parts = [ShardPart(replication: 0, row: load.shards[0], answered: 490, failed: 3)]
    load.hotKeys = [
      HotKey(key: 7, shard: 1, requests: 800, share: 0.4, errorBound: 0.001, workShare: 0.35)
    ]
    result.services[0].shards = 2
    result.services[0].shardLoad = load
    return result
  }

  @Test("The text names the hottest shard and its hottest key; verbose text has every shard")
  func text() {
    let text = SummaryText(result).text
    #expect(text.contains("  db               1 of 2      1,500      1.5        75.0 %"))
    #expect(text.contains("wait p99") && text.contains("hottest keys"))
    #expect(text.contains("latency mean") && text.contains("of work"))
    #expect(text.contains("1: 40.0 %") && text.contains("35.0 %"))
    #expect(!text.contains("SHARDS  "))
    let verbose = SummaryText(result, isVerbose: true).text
    #expect(verbose.contains("SHARDS "))
    #expect(verbose.contains("  db 0 ") && verbose.contains("  db cv "))
    #expect(verbose.contains("7: 40.0 %") && verbose.contains("1.5"))
  }

  @Test("hot_keys.csv has a row for each hot key, and is not there where no key decides")
  func hotKeys() {
    let expected = """
      scenario,variant,replication,seed,service,shard,key,requests,share_ratio,error_bound_ratio,\
      work_share_ratio
      cache-vs-no-cache,cache,,7,db,1,7,800,0.4,0.001,0.35

      """
    #expect(ReportTables.hotKeys([result, sampleResult()]) == expected)
    #expect(ReportTables.hotKeys([sampleResult()]) == nil)
    #expect(ReportTables.all([result]).map(\.name).contains("hot_keys.csv"))
  }

  @Test("shards.csv has a row for each shard and replication, with an empty cell for no p99")
  func shards() {
    let expected = """
      scenario,variant,replication,seed,service,shard,requests,over_mean_ratio,utilization_ratio,\
      wait_mean_ms,wait_p99_ms,answered_count,failed_count,latency_mean_ms,latency_p99_ms
      cache-vs-no-cache,cache,0,7,db,0,500,0.5,0.25,1.0,,490,3,1.5,

      """
    #expect(ReportTables.shards([result, sampleResult()]) == expected)
    #expect(ReportTables.shards([sampleResult()]) == nil)
    #expect(ReportTables.all([result]).map(\.name).contains("shards.csv"))
  }

  @Test("summary.csv has the spread beside the imbalance")
  func summary() {
    let rows = ReportTables.summary([result]).split(separator: "\n")
    #expect(rows.contains { $0.contains("service,db,imbalance,value,ratio,1.5,1.4,1.6,10") })
    #expect(rows.contains { $0.contains("service,db,imbalance,cv,ratio,0.5,0.4,0.6,10") })
  }
}
