import Testing

@testable import TailraceExperiment
@testable import TailraceReports

@Suite("Tail blame and stragglers in reports")
struct TailReportTests {
  private func result() -> RunResult {
    var result = sampleResult()
    result.workloads[0].bands = [
      BreakdownBand(
        quantile: 0.5, start: 1_700_000, requests: 1_200_010, mean: 16e6,
        rows: [
          BreakdownRow(phase: "work", entity: "db", mean: 14e6, share: 0.875),
          BreakdownRow(phase: "work", entity: "web", mean: 2e6, share: 0.125),
        ]),
      BreakdownBand(
        quantile: 0.99, start: 81_000_000, requests: 24_100, mean: 100e6,
        rows: [BreakdownRow(phase: "work", entity: "db", mean: 100e6, share: 1)]),
    ]
    result.stragglers = [
      StragglerReport(
        workload: "browse", from: "web", to: "db", members: 100, isByReplica: false, joins: 2_000,
        gathered: 125, overSecond: 5e6, overMedian: 6.25e6,
        causes: [("work", 1_500), ("slow_node", 500)],
        rows: [
          StragglerRow(
            member: 17, cause: "work", count: 196, overSecond: 4e6, overMedian: nil),
          StragglerRow(
            member: 63, cause: "slow_node", count: 500, overSecond: 8e6, overMedian: 9e6),
        ],
        times: [
          StragglerTime(share: 1, p50: 20_000_000, p99: 700_000_000, mean: 30e6),
          StragglerTime(share: 0.99, p50: 15_000_000, p99: 400_000_000, mean: 20e6),
          StragglerTime(share: 0.95, p50: 9_000_000, p99: nil, mean: 12e6),
        ])
    ]
    return result
  }

  @Test("Beside the mean, the slow half and the slowest 1 %")
  func text() {
    let text = SummaryText(result()).text
    let block = """
      WHERE THE TIME GOES (browse, mean 9.00 ms)
                           all    p50+     p99+
        db: work        84.4 %  87.5 %  100.0 %  ████████████████████████████████████
        web: work       11.1 %  12.5 %      0 %  █████
        back off         4.4 %     0 %      0 %  ██

      """
    #expect(text.contains(block), "\(text)")
    let stragglers = """
      STRAGGLERS         most often last   fair   because of   over second (ms)   over median   \
      p99 of all   of 99 %   of 95 %
        web → db        shard 63: 25.0 %  1.0 %  work 75.0 %               5.00          6.25   \
             700       400   mean 12.0
      """
    // Columns apart by however many blanks.
    func words(_ text: String) -> [Substring] { text.split { $0 == " " || $0 == "\n" } }
    #expect(Array(words(text).suffix(41).dropLast(2)) == words(stragglers), "\(text)")
  }

  @Test("One row per subset and part, and per member and cause")
  func tables() {
    let lines = ReportTables.breakdown([result()]).split(separator: "\n")
    #expect(lines.count == 1 + 3 + 2 + 1)
    #expect(lines[4] == "cache-vs-no-cache,cache,,7,browse,above_p50,work,db,14.0,0.875")
    #expect(lines[6] == "cache-vs-no-cache,cache,,7,browse,above_p99,work,db,100.0,1.0")
    #expect(
      ReportTables.stragglers([result()]) == """
        scenario,variant,replication,seed,workload,service,shard,cause,last_count,\
        last_share_ratio,over_second_mean_ms,over_median_mean_ms,from,replica,fair_share_ratio
        cache-vs-no-cache,cache,,7,browse,db,17,work,196,0.098,4.0,,web,,0.01
        cache-vs-no-cache,cache,,7,browse,db,63,slow_node,500,0.25,8.0,9.0,web,,0.01

        """)
    #expect(ReportTables.all([result()]).map(\.name).contains("stragglers.csv"))
    #expect(!ReportTables.all([sampleResult()]).map(\.name).contains("stragglers.csv"))
  }

  @Test("The document names each subset and each scatter")
  func document() throws {
    guard case .object(let root) = try JSONTree(parsing: SummaryJSON(result()).text()),
      case .list(let workloads)? = root["workloads"], case .object(let browse) = workloads[0],
      case .object(let parts)? = browse["breakdown"],
      case .list(let bands)? = browse["breakdown_bands"],
      case .list(let stragglers)? = root["stragglers"], case .object(let first) = stragglers[0]
    else { throw Missing() }
    #expect(parts.keys.sorted() == ["above_p50", "above_p99", "all"])
    #expect(
      bands[1]
        == .object([
          "subset": .text("above_p99"), "from_ms": .integer(81), "requests": .integer(24_100),
          "mean_ms": .integer(100),
        ]))
    #expect(first["causes_ratio"] == .object(["work": .number(0.75), "slow_node": .number(0.25)]))
    #expect(first["over_median_mean_ms"] == .number(6.25))
    guard case .list(let last)? = first["last"], case .object(let most) = last[0] else {
      throw Missing()
    }
    #expect(most["member"] == .integer(63) && most["last_share_ratio"] == .number(0.25))
  }

  private struct Missing: Error {}
}
