import Foundation
import Testing

@testable import TailraceReports

/// Text, document and page of a comparison say the same.
@Suite("The report of a comparison") struct ComparisonReportTests {
  private struct Written {
    var text: String
    var html: String
    var summary: JSONTree
    var blocks: [String] { text.components(separatedBy: "\n\n") }
  }

  private func compare(_ arguments: [String]) throws -> Written {
    let place = try temporaryFolder().appending(path: "out")
    defer { try? FileManager.default.removeItem(at: place.deletingLastPathComponent()) }
    let ended = try Program(["compare"] + arguments + ["-o", place.path(), "-q"])
    #expect(ended.status == 0, "\(ended.errors)")
    func read(_ name: String) throws -> String {
      try String(contentsOf: place.appending(path: name), encoding: .utf8)
    }
    return Written(
      text: try read("summary.txt"), html: try read("report.html"),
      summary: try JSONTree(parsing: read("summary.json")))
  }

  @Test("Each number of the designs' table stands on the page, each unmet threshold in all forms")
  func designs() throws {
    let written = try compare([
      "scenarios/cache-vs-no-cache.jsonc", "--variants", "no-cache,cache", "--replications", "2",
      "--set", "run.duration=62s",
    ])
    let block = try #require(written.blocks.first { $0.hasPrefix("DESIGNS") })
    let start = try #require(written.html.range(of: "<h2>Designs</h2>"))
    let end = try #require(
      written.html.range(of: "</table>", range: start.upperBound..<written.html.endIndex))
    let table = written.html[start.upperBound..<end.lowerBound]
    let lines = block.split(separator: "\n").map(String.init)
    for line in lines.dropFirst() where line.hasPrefix("  ") && !line.hasPrefix("   ") {
      for number in line.split(separator: " ").dropFirst().prefix(4) {
        #expect(table.contains("<td class=\"n\">\(number)"), "\(line)")
      }
    }
    // What the document says of each design's thresholds, the text and the page say too.
    var unmet = 0
    for design in written.summary["designs"].list {
      for threshold in design["thresholds"].list where threshold["status"].string != "pass" {
        let selector = threshold["selector"].string ?? ""
        let words =
          "\(threshold["metric"].string ?? "")\(selector.isEmpty ? "" : "{\(selector)}"): "
          + (threshold["condition"].string ?? "")
        #expect(block.contains(words))
        #expect(table.contains(Markup.escaped(words)))
        unmet += 1
      }
    }
    #expect(unmet > 0)
    // The sentence at the end is the document's and the page's.
    let verdict = try #require(written.summary["verdict"].list.first?.string)
    #expect(written.text.hasSuffix("\(verdict)\n"))
    #expect(written.html.contains(Markup.escaped(verdict)))
    #expect(verdict.contains("p99 ") && !verdict.contains("p99.9"))
  }

  @Test("What moved and what did not sum to the means")
  func moved() throws {
    let written = try compare([
      "scenarios/cache-vs-no-cache.jsonc", "--variants", "no-cache,cache", "--replications", "2",
      "--set", "run.duration=62s",
    ])
    let block = try #require(written.blocks.first { $0.hasPrefix("WHAT MOVED") })
    var sums = [0.0, 0, 0]
    var names: [String] = []
    for line in block.split(separator: "\n").dropFirst() {
      let cells = line.components(separatedBy: "  ").map {
        $0.trimmingCharacters(in: .whitespaces)
      }.filter { !$0.isEmpty }
      let values = cells.dropFirst().prefix(3).compactMap {
        Double($0.replacing(",", with: "").replacing("+", with: ""))
      }
      try #require(values.count == 3, "\(line)")
      names.append(cells[0])
      if cells[0] == "mean" {
        for place in 0..<3 {
          #expect(abs(sums[place] - values[place]) < 0.01 * Double(names.count), "\(block)")
        }
      } else {
        for place in 0..<3 { sums[place] += values[place] }
      }
    }
    #expect(names.suffix(2) == ["unchanged", "mean"])
  }

  @Test("An imbalance is a number beside 1 in text and page alike, no per cent")
  func imbalance() throws {
    let written = try compare([
      "scenarios/hot-shard-cures.jsonc", "--variants", "hot,sixteen-shards", "--replications",
      "2", "--set", "run.duration=12s",
    ])
    let row = try #require(
      written.text.split(separator: "\n").first { $0.contains("  imbalance ") })
    let words = row.components(separatedBy: "imbalance")[1].split(separator: " ").map(String.init)
    #expect(written.html.contains("imbalance</td><td class=\"n\">\(words[0]) ± \(words[1])</td>"))
  }
}
