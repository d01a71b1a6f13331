import TailraceExperiment
import Testing

@testable import TailraceReports

/// The verdict stands first, in all forms alike.
@Suite("Thresholds in reports") struct ThresholdReportTests {
  private func threshold(
    _ metric: String, _ label: ThresholdLabel, _ name: String, _ condition: String,
    _ comparison: ThresholdComparison, _ bound: Double
  ) throws -> Threshold {
    Threshold(
      metric: try #require(ThresholdMetrics.all.first { $0.name == metric }),
      labels: [(label, name)], statistic: metric == "latency" ? .quantile(0.99) : .value,
      comparison: comparison, bound: bound, condition: condition)
  }

  private func judged() throws -> RunResult {
    var result = sampleResult()
    result.thresholds = [
      ThresholdResult(
        try threshold("latency", .workload, "browse", "p(99) < 150ms", .below, 150e6),
        measured: 82.04e6),
      ThresholdResult(
        try threshold("hit_ratio", .cache, "pages", "value > 80%", .above, 0.8), measured: 0.697),
      ThresholdResult(
        try threshold("latency", .workload, "browse", "p(99) < 9ms", .below, 9e6),
        measured: .infinity),
      ThresholdResult(
        try threshold("goodput", .workload, "browse", "value > 5/s", .above, 5), measured: nil),
    ]
    return result
  }

  @Test("A measured time has the unit of its bound, unless it is far below")
  func unitOfBound() throws {
    let row = try threshold("latency", .workload, "browse", "p(99) < 150ms", .below, 150e6)
    #expect(ThresholdResult(row, measured: 310.1e6).measuredText(unit: nil) == "310.1 ms")
    #expect(ThresholdResult(row, measured: 3e3).measuredText(unit: nil) == "3.000 us")
    #expect(ThresholdResult(row, measured: 310.1e6).measuredText(unit: .seconds) == "0.3101 s")
    let slow = try threshold("latency", .workload, "browse", "p(99) < 2s", .below, 2e9)
    #expect(ThresholdResult(slow, measured: 310.1e6).measuredText(unit: nil) == "0.3101 s")
  }

  @Test("What was asked for and what was measured come before all else")
  func text() throws {
    let lines = SummaryText(try judged()).text.split(separator: "\n")
    #expect(
      lines[2...6].map(String.init) == [
        "THRESHOLDS                                         measured",
        "  ✓ latency{workload:browse}       p(99) < 150ms   82.04 ms",
        "  ✗ hit_ratio{cache:pages}         value > 80%      69.70 %",
        "  ✗ latency{workload:browse}       p(99) < 9ms            ∞",
        "  ✗ goodput{workload:browse}       value > 5/s      no data",
      ])
    #expect(lines.contains("✗ 3 of 4 thresholds failed (exit 99)"))
    // Once, beside quantiles of the answered requests that are finite.
    #expect(lines.count { $0.hasPrefix("∞: requests without an answer") } == 1)
    var finite = try judged()
    finite.thresholds.removeAll { $0.measured == .infinity }
    #expect(!SummaryText(finite).text.contains("∞: requests"))
    #expect(!SummaryText(sampleResult()).text.contains("THRESHOLDS"))
  }

  @Test("Files say pass, fail or no-data")
  func files() throws {
    let result = try judged()
    let csv = try #require(ReportTables.thresholds([result]))
    #expect(
      csv.split(separator: "\n").map(String.init) == [
        "scenario,variant,replication,seed,metric,selector,condition,measured,unit,status",
        "cache-vs-no-cache,cache,,7,latency,workload:browse,p(99) < 150ms,82.04,ms,pass",
        "cache-vs-no-cache,cache,,7,hit_ratio,cache:pages,value > 80%,0.697,ratio,fail",
        "cache-vs-no-cache,cache,,7,latency,workload:browse,p(99) < 9ms,,ms,fail",
        "cache-vs-no-cache,cache,,7,goodput,workload:browse,value > 5/s,,1/s,no-data",
      ])
    let json = try SummaryJSON(result).text()
    for part in [
      "\"measured\": 82.04", "\"measured\": null", "\"status\": \"pass\"",
      "\"status\": \"no-data\"", "\"selector\": \"cache:pages\"",
    ] { #expect(json.contains(part), "\(part)") }
    #expect(ReportTables.thresholds([sampleResult()]) == nil)
  }
}
