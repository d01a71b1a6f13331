import Foundation
import TailraceExperiment
import Testing

@testable import TailraceModel
@testable import TailraceReports

/// Text and page show the same cells, which stand in one declaration.
@Suite("Tables that text and page share") struct SummaryTableTests {
  private var result: RunResult {
    var result = sampleResult()
    var balancing = ClusterSum()
    (balancing.calls, balancing.capped, balancing.hostless) = (4_000, 30, 20)
    (balancing.panicked, balancing.ejections, balancing.restarts) = (700, 6, 2)
    result.services[0].balancing = balancing
    result.services[0].admission = AdmissionSum(
      refused: 500,
      limits: .init(area: 840, time: 20, least: 20, most: 90, last: 130, count: 2))
    result.services[1].admission = AdmissionSum(refused: 1)
    var limit = RateLimitResult(
      name: "quota", classes: [], total: LimitSum(),
      refused: Estimate(value: 0.4, halfWidth: nil, perReplication: []),
      remaining: Estimate(value: 0.5, halfWidth: nil, perReplication: []))
    (limit.total.admitted, limit.total.refused, limit.total.remaining) = (60, 40, 50)
    var (gold, free) = (limit.total, limit.total)
    (gold.refused, free.admitted) = (0, 0)
    limit.classes = [("free", free), ("gold", gold)]
    result.rateLimits = [limit]
    return result
  }

  private func written(_ result: RunResult) throws -> JSONTree {
    try JSONTree(parsing: SummaryJSON(result).text())
  }

  private func words(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
  }

  @Test("The columns say what they count, and what no service has has none")
  func text() {
    let lines = words(SummaryText(result).text)
    #expect(
      lines.contains(
        "BALANCERS calls rejected: cap rejected: no replica sent in panic ejections restarts"))
    #expect(lines.contains("db 4,000 30 20 700 6 2"))
    #expect(
      lines.contains(
        "ADMISSION visits refused refused share limit mean limit min limit max limit at end"))
    #expect(lines.contains("db 2,000 500 25.00 % 42.0 20 90 65.0"))
    #expect(lines.contains("web 2,000 1 0.050 % — — — —"))
    var doors = result
    doors.services[0].admission?.limits = nil
    doors.services[0].balancing?.restarts = 0
    #expect(words(SummaryText(doors).text).contains("ADMISSION visits refused refused share"))
    #expect(words(SummaryText(doors).text).contains { $0.hasSuffix("in panic ejections") })
  }

  @Test("Each row of the text is a row of the page, under its heading and a sentence")
  func page() throws {
    let lines = words(SummaryText(result).text)
    let document = try written(result)
    var rows = 0
    for table in SummaryTable.all {
      guard let page = table.page([document]) else { continue }
      #expect(
        lines.contains(
          ([table.title] + page.columns.dropFirst().map(\.name)).joined(separator: " ")))
      for row in page.rows {
        let cells = row.map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(lines.contains(cells.joined(separator: " ")))
        rows += 1
      }
      let section = table.section([document])
      #expect(section.hasPrefix("<h2>\(table.heading)</h2>\n<p class=\"note\">"))
      #expect(section.contains(Markup.escaped(table.reading)))
    }
    #expect(rows == 6)
  }

  @Test("Designs stand beside each other; one that has nothing to say is left out")
  func designs() throws {
    var other = result
    other.variant = "other"
    let documents = [try written(sampleResult()), try written(result), try written(other)]
    let page = try #require(SummaryTable.rateLimits.page(documents))
    #expect(page.columns.map(\.name).prefix(2) == ["design", "rate limit"])
    #expect(page.rows.map { $0[0] } == ["cache", "", "", "other", "", ""])
    #expect(page.rows[1][1] == "\u{2003}free")
    for table in SummaryTable.all { #expect(table.section([documents[0]]) == "") }
  }

  @Test("Numbers of balancers and doors are measures too")
  func measures() {
    let summary = ReportTables.summary([result])
    for row in [
      "db,balanced_calls,count,1,4000,", "db,panicked,count,1,700,", "db,ejections,count,1,6,",
      "db,restarts,count,1,2,",
      "db,limit,mean,1,42.0,", "db,limit,min,1,20,", "db,limit,max,1,90,",
      "db,admission_refused,count,1,500,",
    ] {
      #expect(summary.contains(",service,\(row)"), "\(row)")
    }
  }
}
