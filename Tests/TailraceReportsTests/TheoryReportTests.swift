import TailraceExperiment
import TailraceTheory
import Testing

@testable import TailraceReports

/// Theory beside simulation, in text and JSON.
@Suite("Theory in reports") struct TheoryReportTests {
  private func row(
    _ metric: String, _ statistic: String?, _ unit: TheoryRow.Unit, _ formula: String,
    _ kind: TheoryKind, _ theory: Double, _ value: Double?, _ halfWidth: Double?
  ) -> TheoryRow {
    TheoryRow(
      metric == "utilization" ? .service : .workload, "browse", metric, statistic, unit,
      formula: formula, source: "Erlang 1917", kind: kind, theory: theory,
      simulated: Estimate(value: value, halfWidth: halfWidth, perReplication: []))
  }

  private var report: TheoryReport {
    var report = TheoryReport()
    report.rows = [
      row("latency", "mean", .time, "M/M/1", .exact, 5e6, 5.02e6, 1e5),
      row("latency", "p99", .time, "M/M/1", .exact, 23.03e6, 26e6, 1e6),
      row("latency", "p99.99", .time, "M/M/1", .exact, 46e6, nil, nil),
      row("wait", "mean", .time, "Kingman's bound", .upperBound, 8e6, 4e6, 1e5),
      row("wait", "p99", .time, "if nobody ever waited", .lowerBound, 9e6, 4e6, 1e5),
      row("hit_ratio", nil, .share, "Che's approximation", .approximation, 0.7155, 0.7162, 0.0001),
      row("utilization", nil, .share, "utilization law", .exact, 0.8, 0.799, 0.003),
    ]
    report.rows[0].isHeadline = true
    report.rows[6].basis = "the rate of 'x' is the run's"
    report.gaps = [
      TheoryGap(.service, "db", formula: "M/M/4", "work at 'db' is lognormal", isNearest: true),
      TheoryGap(.service, "db", formula: "M/D/1", "work at 'db' is lognormal", isNearest: false),
      TheoryGap(.service, "db", formula: "Erlang B", "visits may wait", isNearest: false),
    ]
    report.notes = ["'db' is unstable: 250 visits/s × 5 ms = 1.25 busy servers, but there is one"]
    return report
  }

  @Test("A row says theory, simulation, how far apart, and what kind of number it is")
  func text() {
    let lines = TheoryText(sampleResult(), report).text.split(separator: "\n").map(String.init)
    #expect(
      Array(lines.dropFirst(2)) == [
        "'db' is unstable: 250 visits/s × 5 ms = 1.25 busy servers, but there is one",
        "THEORY                         theory   simulated   95 % CI ±   deviation"
          + "             formula",
        "  browse latency mean        5.000 ms      5.0 ms         0.1      +0.4 %"
          + "   within    M/M/1",
        "  browse latency p99         23.03 ms       26 ms           1     +12.9 %"
          + "   outside   M/M/1",
        "  browse wait mean         ≤ 8.000 ms      4.0 ms         0.1            "
          + "   holds     Kingman's bound (upper bound)",
        "  browse wait p99          ≥ 9.000 ms      4.0 ms         0.1            "
          + "   broken    if nobody ever waited (lower bound)",
        "  browse hit ratio          ≈ 71.55 %     71.62 %        0.01      +0.1 %"
          + "             Che's approximation (approximation)",
        "  browse utilization          80.00 %      79.9 %         0.3      -0.1 %"
          + "             utilization law at the run's rate",
        "1 of 2 exact values outside the interval; by chance 1 in 20 is, and neighbours together",
        "NO FORMULA, since",
        "  db               M/M/4: work at 'db' is lognormal",
      ])
  }

  @Test("With -v everything that was tried, by what it lacks")
  func verbose() {
    let text = TheoryText(sampleResult(), report, isVerbose: true).text
    #expect(text.contains("  db               M/M/4; M/D/1: work at 'db' is lognormal\n"))
    #expect(text.contains("  db               Erlang B: visits may wait\n"))
    #expect(text.contains("no data"))
    #expect(text.contains("utilization law; the rate of 'x' is the run's"))
    #expect(text.contains("SOURCES\n  M/M/1: Erlang 1917\n"))
  }

  @Test("The summary of a run shows the headline and one note, or nothing at all")
  func summary() {
    let text = SummaryText(sampleResult(), theory: report).text
    #expect(text.contains("browse latency mean"))
    #expect(!text.contains("browse latency p99 "))
    #expect(text.contains("unstable"))
    #expect(!text.contains("NO FORMULA"))
    #expect(!SummaryText(sampleResult(), theory: TheoryReport()).text.contains("THEORY"))
    #expect(
      SummaryText(sampleResult(), isVerbose: true, theory: report).text.contains("NO FORMULA"))
  }

  @Test("JSON holds every row with its unit, kind and verdict, and every reason")
  func json() throws {
    guard case .object(let root) = try JSONTree(parsing: CheckJSON(sampleResult(), report).text()),
      case .object(let theory)? = root["theory"], case .list(let rows)? = theory["rows"],
      case .list(let gaps)? = theory["gaps"], case .object(let first) = rows[0],
      case .object(let bound) = rows[4]
    else {
      Issue.record("not the document's shape")
      return
    }
    #expect(rows.count == 7)
    #expect(gaps.count == 3)
    #expect(first["theory"] == .integer(5))
    #expect(first["unit"] == .text("ms"))
    #expect(first["kind"] == .text("exact"))
    #expect(first["verdict"] == .text("within"))
    #expect(bound["kind"] == .text("lower_bound"))
    #expect(bound["verdict"] == .text("broken"))
    #expect(theory["notes"] == .list([.text(report.notes[0])]))
    #expect(try SummaryJSON(sampleResult(), theory: report).text().contains("\"theory\""))
    #expect(!(try SummaryJSON(sampleResult()).text().contains("\"theory\"")))
  }
}
