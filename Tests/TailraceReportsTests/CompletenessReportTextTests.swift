import Testing

@testable import TailraceExperiment
@testable import TailraceReports

@Suite("Completeness in reports") struct CompletenessReportTextTests {
  private var result: RunResult {
    var result = sampleResult()
    result.completeness = [
      CompletenessReport(
        workload: "browse", from: "web", to: "db", members: 4, isByReplica: true, joins: 2_000,
        complete: 1_800, asked: 8_000, answers: 7_704,
        mean: Estimate(value: 0.75, halfWidth: 0.125, perReplication: [0.5, 1]),
        shares: [
          CompletenessShare(0.25, 50), CompletenessShare(0.75, 150), CompletenessShare(1, 1_800),
        ], missing: [(member: 3, count: 200), (member: 1, count: 100)])
    ]
    return result
  }

  @Test("The text: mean, low percentiles, how many are complete, and who is missing most")
  func text() {
    let text = SummaryText(result).text
    let words = text.split { $0 == " " || $0 == "\n" }.map(String.init)
    let expected = """
      COMPLETENESS mean p10 p1 min complete most often missing fair
      web → db 75.0 % 75.0 % 25.0 % 25.0 % 90.0 % replica 3: 10.0 % 3.7 %
      """.split { $0 == " " || $0 == "\n" }.map(String.init)
    let start = words.firstIndex(of: "COMPLETENESS") ?? 0
    #expect(Array(words[start...].prefix(expected.count)) == expected, "\(text)")
    #expect(!SummaryText(sampleResult()).text.contains("COMPLETENESS"))
  }

  @Test("completeness.csv: the scatter, then its members; no file where all joins wait for all")
  func table() {
    #expect(
      ReportTables.completeness([result]) == """
        scenario,variant,replication,seed,workload,from,service,shard,replica,joins,asked,\
        missing_count,missing_ratio,completeness_mean_ratio,completeness_p1_ratio,\
        completeness_p10_ratio,completeness_min_ratio,complete_ratio
        cache-vs-no-cache,cache,,7,browse,web,db,,,2000,8000,296,0.037,0.75,0.25,0.75,0.25,0.9
        cache-vs-no-cache,cache,,7,browse,web,db,,1,2000,,100,0.05,,,,,
        cache-vs-no-cache,cache,,7,browse,web,db,,3,2000,,200,0.1,,,,,

        """)
    #expect(ReportTables.all([result]).map(\.name).contains("completeness.csv"))
    #expect(!ReportTables.all([sampleResult()]).map(\.name).contains("completeness.csv"))
    let rows = ReportTables.summary([result]).split(separator: "\n")
    #expect(
      rows.contains {
        $0.contains("scatter,browse web db,completeness,mean,ratio,0.75,0.625,0.875,2")
      })
    #expect(rows.contains { $0.contains("scatter,browse web db,complete,value,ratio,0.9,") })
  }

  @Test("The document has the same numbers")
  func document() throws {
    guard case .object(let root) = try JSONTree(parsing: SummaryJSON(result).text()),
      case .list(let all)? = root["completeness"], case .object(let first) = all[0],
      case .object(let shares)? = first["completeness_ratio"]
    else { throw Missing() }
    #expect(shares["mean"] == .number(0.75) && shares["p1"] == .number(0.25))
    #expect(shares["p10"] == .number(0.75) && shares["min"] == .number(0.25))
    #expect(first["complete_ratio"] == .number(0.9) && first["member"] == .text("replica"))
    #expect(
      first["missing"]
        == .list([
          .object([
            "member": .integer(3), "missing_count": .integer(200), "missing_ratio": .number(0.1),
          ]),
          .object([
            "member": .integer(1), "missing_count": .integer(100), "missing_ratio": .number(0.05),
          ]),
        ]))
  }

  private struct Missing: Error {}
}
