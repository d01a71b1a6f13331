import Tailrace
import TailraceReports
import Testing

@Suite("Time that replicas are down") struct DownTimeTests {
  /// Window from 2 s to 10 s: replica 0 is down until 4 s, and both from 9.5 s on.
  private let text = """
    {
      tailrace: 1, name: "outage", run: { duration: "10s", warm_up: "2s", replications: 2 },
      keys: { item: { count: 100 } },
      workloads: { users: { arrivals: { type: "constant", rate: "20/s" }, keys: { item: 1 },
        steps: [{ call: "pair", on_error: "ignore" }, { call: "crowd", on_error: "ignore" }] } },
      services: {
        pair: { replicas: 2, handler: [{ work: "1ms" }] },
        crowd: { shards: 2, shard_by: { key: "item", policy: "MODULO" }, replicas: 600,
                 handler: [{ work: "1ms" }] },
      },
      faults: {
        one: { service: "pair", replica: 0, at: "1s", for: "3s", crash: true },
        both: { service: "pair", at: "9500ms", crash: true },
        few: { service: "crowd", shard: 1, fraction: 0.01, at: "3s", for: "1s", crash: true },
        slow: { service: "pair", at: "5s", for: "1s", pause: true },
      },
    }
    """

  private func run() throws -> RunResult {
    let source = SourceText(name: "outage.json5", bytes: Array(text.utf8))
    let scenario = try Scenario.load(source)
    return try scenario.variants[0].experiment(of: scenario).run()
  }

  @Test("A crash counts from its start to its end within the window; a pause does not")
  func arithmetic() throws {
    let result = try run()
    let rows = ReportTables.services([result]).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(rows[0].last == "down_s")
    for replication in 0..<2 {
      func down(_ service: String, _ place: [Substring]) -> Substring? {
        rows.first { $0[2] == "\(replication)" && $0[4] == service && Array($0[5...6]) == place }?
          .last
      }
      #expect(down("pair", ["0", "0"]) == "2.500000000")
      #expect(down("pair", ["0", "1"]) == "0.500000000")
      // Of the 600 of a shard, six are down for a second.
      #expect(down("crowd", ["0", ""]) == "0.000000000")
      #expect(down("crowd", ["1", ""]) == "6.000000000")
    }
  }

  @Test("The summaries say which part of all replicas' time that is")
  func share() throws {
    let result = try run()
    #expect(result.services.map(\.name) == ["crowd", "pair"])
    #expect(result.services[0].down.value == 6 / (8.0 * 1_200))
    #expect(result.services[1].down.value == 3 / (8.0 * 2))
    #expect(result.services[1].down.halfWidth == 0)
    let lines = SummaryText(result).text.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("SERVICES") && $0.hasSuffix("   down") })
    #expect(lines.contains { $0.hasPrefix("  crowd") && $0.hasSuffix("  0.062 %") })
    #expect(lines.contains { $0.hasPrefix("  pair") && $0.hasSuffix("  18.75 %") })
  }

  @Test("A fault that would begin after the end is said not to have happened; no other is")
  func late() throws {
    let changed = text.replacing("at: \"9500ms\"", with: "at: \"10s\"")
    let source = SourceText(name: "outage.json5", bytes: Array(changed.utf8))
    let scenario = try Scenario.load(source)
    let result = try scenario.variants[0].experiment(of: scenario).run()
    let lines = SummaryText(result).text.split(separator: "\n").filter {
      $0.contains("did not happen")
    }
    #expect(
      lines == [
        "fault both did not happen: it begins at 10.000 s, and the run ends at 10.000 s"
      ])
    #expect(try !SummaryText(run()).text.contains("did not happen"))
  }
}
