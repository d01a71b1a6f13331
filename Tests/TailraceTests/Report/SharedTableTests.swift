import Foundation
import Testing

@testable import TailraceReports

/// What stands in a table of the text stands in the same table of the page, and nowhere else.
@Suite("Tables of text and page") struct SharedTableTests {
  private struct Run: Sendable {
    var scenario: String
    var variant: String
    var seconds: Int
    var settings: [String] = []
    /// Headings of tables that it must have.
    var has: [String]
  }

  private static let runs = [
    Run(scenario: "rate-limits", variant: "one-for-all", seconds: 45, has: ["Rate limits"]),
    Run(scenario: "overload-queues", variant: "aimd", seconds: 25, has: ["Admission"]),
    Run(scenario: "bulkheads", variant: "breaker", seconds: 60, has: ["Breakers", "Given up"]),
    Run(scenario: "bulkheads", variant: "bulkhead", seconds: 60, has: ["Pools"]),
    Run(
      scenario: "zone-loss", variant: "zone-aware-probes", seconds: 60,
      settings: ["services.api.outlier_detection={}"], has: ["Balancers", "Attempts"]),
  ]

  /// Text and page of what a command wrote into a folder.
  private func written(_ arguments: [String]) throws -> (text: String, html: String) {
    let place = try temporaryFolder().appending(path: "out")
    defer { try? FileManager.default.removeItem(at: place.deletingLastPathComponent()) }
    let ended = try Program(arguments + ["--replications", "2", "-o", place.path(), "-q"])
    #expect([0, 99].contains(ended.status), "\(ended.errors)")
    func read(_ name: String) throws -> String {
      try String(contentsOf: place.appending(path: name), encoding: .utf8)
    }
    return (try read("summary.txt"), try read("report.html"))
  }

  /// What stands between a heading of the page and the end of its table; nil without it.
  private func table(_ heading: String, _ html: String) -> Substring? {
    guard let start = html.range(of: "<h2>\(heading)</h2>"),
      let end = html.range(of: "</table>", range: start.upperBound..<html.endIndex)
    else { return nil }
    return html[start.upperBound..<end.lowerBound]
  }

  @Test("Every cell of the text's tables is one of the page's", arguments: 0..<5)
  func cells(number: Int) throws {
    let run = Self.runs[number]
    let (text, html) = try written(
      [
        "run", "scenarios/\(run.scenario).jsonc", "--variant", run.variant, "--set",
        "run.duration=\(run.seconds)s",
      ] + run.settings.flatMap { ["--set", $0] })
    let blocks = text.components(separatedBy: "\n\n")
    for shared in SummaryTable.all {
      let block = blocks.first { $0.hasPrefix(shared.title + " ") }
      let page = table(shared.heading, html)
      #expect((block == nil) == (page == nil), "\(shared.heading)")
      guard let block, let page else {
        #expect(!run.has.contains(shared.heading), "\(shared.heading)")
        continue
      }
      #expect(!html.contains("<pre>\(shared.title)"))
      for line in block.split(separator: "\n").dropFirst() {
        let cells = line.components(separatedBy: "   ").map {
          $0.trimmingCharacters(in: .whitespaces)
        }.filter { !$0.isEmpty }
        #expect(cells.count > 1)
        for cell in cells { #expect(page.contains("\(cell)</td>"), "\(line)") }
      }
    }
  }

  @Test("A comparison has the designs beside each other")
  func comparison() throws {
    let html = try written([
      "compare", "scenarios/rate-limits.jsonc", "--variants", "none,one-for-all,by-class",
      "--set", "run.duration=45s",
    ]).html
    let page = try #require(table("Rate limits", html))
    for name in ["one-for-all", "by-class", "everybody", "\u{2003}anonymous"] {
      #expect(page.contains("<td>\(name)</td>"), "\(name)")
    }
    #expect(!page.contains("<td>none</td>"))
    #expect(try MarkupCheck(html).mistakes == [])
  }
}
