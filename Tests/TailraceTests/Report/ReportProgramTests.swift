import Foundation
import Testing

@testable import TailraceReports

/// `report.html`: what it holds, what it agrees with, and that it can be made again.
@Suite("The report") struct ReportProgramTests {
  /// A folder of results that a command wrote.
  private func folder(_ arguments: [String]) throws -> URL {
    let place = try temporaryFolder().appending(path: "out")
    let ended = try Program(arguments + ["-o", place.path(), "-q"])
    #expect([0, 99].contains(ended.status), "\(ended.errors)")
    return place
  }

  private static let commands: [[String]] = [
    ["run", "scenarios/cache-vs-no-cache.jsonc", "--replications", "2"],
    ["run", "Tests/Fixtures/report/one-request.jsonc"],
    ["run", "Tests/Fixtures/report/failures-only.jsonc"],
    ["run", "scenarios/flash-crowd.jsonc", "--replications", "1"],
    ["run", "scenarios/hot-shard.jsonc", "--replications", "2"],
    ["run", "scenarios/scatter-gather-100.jsonc", "--replications", "2"],
    ["run", "scenarios/trigger-sweep.jsonc", "--replications", "2"],
    [
      "compare", "scenarios/cache-vs-no-cache.jsonc", "--variants", "no-cache,cache",
      "--replications", "2",
    ],
    [
      "sweep", "scenarios/one-server.jsonc", "--replications", "2", "--set", "run.duration=30s",
      "--param", "workloads.users.arrivals.rate=200/s..1000/s step 200/s",
    ],
    [
      "plan", "scenarios/one-server.jsonc", "--find-max", "workloads.users.arrivals.rate",
      "--threshold", "latency: p(99) < 20ms", "--set", "run.duration=20s",
    ],
    [
      "plan", "Tests/Fixtures/report/cheapest.jsonc", "--cheapest", "--param",
      "services.web.replicas=1..6",
    ],
  ]

  @Test(
    "Whole, closed, small, without network or script, and the same bytes again", arguments: commands
  )
  func page(arguments: [String]) throws {
    let place = try folder(arguments)
    defer { try? FileManager.default.removeItem(at: place.deletingLastPathComponent()) }
    let report = place.appending(path: "report.html")
    let html = try String(contentsOf: report, encoding: .utf8)
    #expect(html.utf8.count < 1_500_000)
    for word in ["http://", "https://", "@import", "<script", "url(", "javascript:", "src="] {
      #expect(!html.contains(word), "\(word)")
    }
    #expect(html.contains("default-src 'none'; style-src 'unsafe-inline'"))
    #expect(try MarkupCheck(html).mistakes == [])
    // Each picture has a title, a description and its numbers.
    let figures = html.components(separatedBy: "<figure").dropFirst()
    for figure in figures {
      #expect(figure.contains("<title id=") && figure.contains("<desc id="))
      #expect(figure.contains("<details><summary>Numbers</summary>") && figure.contains("<td"))
    }
    if arguments[0] == "run" { #expect(figures.count >= 3) }

    let again = place.deletingLastPathComponent().appending(path: "again.html")
    let ended = try Program(["report", place.path(), "-o", again.path()])
    #expect(ended.status == 0 && ended.errors.isEmpty)
    #expect(try Data(contentsOf: again) == Data(contentsOf: report))
    // And once more from the start, into the page alone.
    let alone = place.deletingLastPathComponent().appending(path: "alone.html")
    _ = try Program(arguments + ["--html", alone.path(), "-q"])
    #expect(try Data(contentsOf: alone) == Data(contentsOf: report))
  }

  @Test("A table that was changed by hand, a lost file and a folder of something else are refused")
  func tampered() throws {
    let place = try folder(["run", "Tests/Fixtures/report/failures-only.jsonc"])
    let table = place.appending(path: "services.csv")
    let bytes = try Data(contentsOf: table)
    try (bytes + Data("x".utf8)).write(to: table)
    var ended = try Program(["report", place.path()])
    #expect(ended.status == 1)
    #expect(ended.errors.contains("services.csv"))
    let manifest = place.appending(path: "manifest.json")
    let head = try String(contentsOf: manifest, encoding: .utf8)
    try head.replacing("\"schema_version\": 2", with: "\"schema_version\": 1")
      .write(to: manifest, atomically: true, encoding: .utf8)
    ended = try Program(["report", place.path()])
    #expect(
      ended.status == 1
        && ended.errors.contains("its schema_version is 1, and this program reads 2"))
    try FileManager.default.removeItem(at: table)
    ended = try Program(["report", place.path()])
    #expect(ended.status == 1 && ended.errors.contains("services.csv"))
    ended = try Program(["report", "scenarios"])
    #expect(ended.status == 1 && ended.errors.contains("manifest.json"))
    #expect(try Program(["report"]).status == 2)
  }

  @Test("The first line answers: of a search what was found, of a sweep where the thresholds hold")
  func firstLines() throws {
    func verdict(_ arguments: [String]) throws -> String {
      let place = try folder(arguments)
      defer { try? FileManager.default.removeItem(at: place.deletingLastPathComponent()) }
      let html = try String(contentsOf: place.appending(path: "report.html"), encoding: .utf8)
      let box = try #require(html.range(of: "<div class=\"verdict"))
      let end = try #require(html.range(of: "</div>", range: box.upperBound..<html.endIndex))
      return String(html[box.upperBound..<end.lowerBound])
    }
    let cheapest = try verdict(Self.commands[10])
    #expect(cheapest.contains("Cheapest of 6 designs") && cheapest.contains("at 1.0000 an hour"))
    // 1,000 per second is the server's capacity.
    let sweep = try verdict(
      Self.commands[8] + ["--threshold", "latency: p(99) < 20ms"])
    #expect(sweep.contains("3 of 5 points meet every threshold."))
    let beyond = try verdict([
      "sweep", "scenarios/one-server.jsonc", "--replications", "2", "--set", "run.duration=30s",
      "--param", "workloads.users.arrivals.rate=500/s,1300/s,1500/s",
    ])
    #expect(beyond.contains("2 of 3 points: no steady state, more comes than goes."))
  }

  @Test("To standard output goes the page and nothing else")
  func standardOutput() throws {
    let page = try Program(
      ["run", "Tests/Fixtures/report/one-request.jsonc", "--html", "-", "-q"])
    #expect(page.output.hasPrefix("<!doctype html>") && page.output.hasSuffix("</html>\n"))
    #expect(
      try Program(["run", "Tests/Fixtures/report/one-request.jsonc", "--html", "-", "--json"])
        .status
        == 2)
  }

  @Test("Text, JSON, CSV and HTML give the same latencies, rates, services and thresholds")
  func agreement() throws {
    for arguments in [Self.commands[0], Self.commands[2], Self.commands[4]] {
      let place = try folder(arguments)
      let text = try String(contentsOf: place.appending(path: "summary.txt"), encoding: .utf8)
      let html = try String(contentsOf: place.appending(path: "report.html"), encoding: .utf8)
      let csv = try String(contentsOf: place.appending(path: "summary.csv"), encoding: .utf8)
      let summary = try JSONTree(
        parsing: String(contentsOf: place.appending(path: "summary.json"), encoding: .utf8))
      let tables = HTMLTables(html)

      // Every number of the text's latency table stands in the page's.
      let lines = text.split(separator: "\n").map(String.init)
      let head = try #require(lines.firstIndex { $0.hasPrefix("LATENCY") })
      let values = lines[head + 1].split(separator: " ").dropFirst().map(String.init)
      let row = try #require(tables.row(after: "Latency of answered requests"))
      #expect(row.dropFirst().map { $0.components(separatedBy: " ±")[0] } == values)

      // The JSON's p99 and goodput are the CSV's.
      let workload = try #require(summary["workloads"].list.first)
      for (name, value) in workload["latency_ms"].members {
        let cells = csv.split(separator: "\n").first {
          $0.contains(",,") && $0.contains(",latency,\(name),ms,")
        }?.split(separator: ",", omittingEmptySubsequences: false)
        let cell = try #require(cells)[9]
        if let number = value.number {
          #expect(Double(cell) == number, "\(name)")
        } else {
          #expect(cell.isEmpty)
        }
      }
      // Thresholds: the same number of marks in all three.
      let marks = lines.count { $0.hasPrefix("  ✗ ") || $0.hasPrefix("  ✓ ") }
      #expect(summary["thresholds"].list.count == marks)
      #expect(
        html.components(separatedBy: "<td>✗</td>").count - 1
          == lines.count { $0.hasPrefix("  ✗ ") })
      for line in lines where line.hasPrefix("  ✗ ") || line.hasPrefix("  ✓ ") {
        let measured = line.components(separatedBy: "  ").last?.trimmingCharacters(in: .whitespaces)
        #expect(html.contains("<td class=\"n\">\(measured ?? "?")</td>"), "\(line)")
      }
    }
  }
}

/// The rows of a page's tables by the heading above them.
private struct HTMLTables {
  let html: String

  init(_ html: String) { self.html = html }

  /// The first row of the first table after a heading.
  func row(after heading: String) -> [String]? {
    guard let start = html.range(of: "<h2>\(heading)</h2>"),
      let body = html.range(of: "<tbody><tr>", range: start.upperBound..<html.endIndex),
      let end = html.range(of: "</tr>", range: body.upperBound..<html.endIndex)
    else { return nil }
    return html[body.upperBound..<end.lowerBound].components(separatedBy: "</td>").dropLast()
      .compactMap { $0.components(separatedBy: ">").last }
  }
}

/// A strict reader of the markup that we write: elements close, attributes are quoted, ids are unique.
struct MarkupCheck {
  private(set) var mistakes: [String] = []

  init(_ html: String) throws {
    var open: [String] = []
    var ids: Set<String> = []
    var rest = Substring(html)
    while let start = rest.firstIndex(of: "<") {
      let text = rest[..<start]
      if text.contains(">") { mistakes.append("a lone > in '\(text.suffix(40))'") }
      guard let end = rest[start...].firstIndex(of: ">") else {
        mistakes.append("an element without end")
        return
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("!doctype") { continue }
      if tag.hasPrefix("/") {
        if open.popLast() != String(tag.dropFirst()) { mistakes.append("<\(tag)> closes another") }
        continue
      }
      let name = String(tag.prefix { $0.isLetter || $0.isNumber })
      if let id = tag.firstMatch(of: /id="([^"]*)"/), !ids.insert(String(id.1)).inserted {
        mistakes.append("id \(id.1) twice")
      }
      let attributes = tag.dropFirst(name.count).replacing(/[a-zA-Z0-9-]+="[^"<]*"/, with: "")
      if attributes.contains(where: { $0 != " " && $0 != "/" }) {
        mistakes.append("attributes of <\(tag.prefix(80))>")
      }
      if name == "style" {
        let close = rest.range(of: "</style>")
        rest = close.map { rest[$0.upperBound...] } ?? ""
        continue
      }
      if tag.hasSuffix("/") || name == "meta" { continue }
      open.append(name)
    }
    if !open.isEmpty { mistakes.append("left open: \(open)") }
  }
}
