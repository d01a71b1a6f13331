import Tailrace
import TailraceEngine
import TailraceExperiment
import Testing

@testable import TailraceFit

/// Rows told apart by a column: a law, a rate and a class each.
@Suite("Groups of rows") struct GroupTests {
  /// Requests of two kinds in turn of their times: reads at 30/s, writes at 10/s.
  private static func rows() -> (text: String, mean: Double) {
    let reads = poissonTimes(12_000, perSecond: 30, seed: 1).map { ($0, "read") }
    let writes = poissonTimes(4_000, perSecond: 10, seed: 12).map { ($0, "write") }
    let fast = draws(LognormalLaw(logMean: 2, logDeviation: 0.5), 12_000, seed: 3)
    let slow = draws(ExponentialLaw(mean: 40), 4_000, seed: 4)
    var text = "at_ns,kind,took_ms\n"
    var (f, s, sum) = (0, 0, 0.0)
    for (time, kind) in (reads + writes).sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
      let value = kind == "read" ? fast[f] : slow[s]
      if kind == "read" { f += 1 } else { s += 1 }
      sum += value
      text += "\(time),\(kind),\(value)\n"
    }
    return (text, sum / 16_000)
  }

  private static func report(
    _ text: String, by: String, train: Double? = nil
  ) throws(MeasurementFailure) -> FitReport {
    let input = try read(text) {
      ($0.column, $0.timeColumn, $0.groupColumn) = ("took_ms", "at_ns", by)
    }
    return try FitReport(input, file: "rows.csv", train: train, tolerance: 0.1)
  }

  @Test("Each group gets back the law and the rate that it was drawn from")
  func recovered() throws {
    let (text, _) = Self.rows()
    let found = try Self.report(text, by: "kind").groups
    #expect(found.map(\.group.name) == ["read", "write"])
    #expect(found.map(\.group.count) == [12_000, 4_000])
    let laws = try found.map { try #require($0.laws) }
    #expect(laws.map(\.recommended.name) == ["lognormal", "exponential"])
    // exp(2 + 0.5² / 2) = 8.373 ms; standard errors of the means are 0.5 % and 1.6 %.
    #expect(isClose(laws[0].recommended.mean ?? 0, 8.373e6, within: 0.015))
    #expect(isClose(laws[1].recommended.mean ?? 0, 40e6, within: 0.045))
    for law in laws {
      #expect(law.recommended.worstError < 0.1)
      // Kolmogorov's 1.36 / sqrt(n) of the smaller group is 0.022.
      #expect(law.recommended.distance ?? 1 < 0.02)
    }
    let rates = try found.map { try #require($0.arrivals) }
    #expect(rates.allSatisfy { $0.kind == .poisson })
    #expect(isClose(rates[0].rate, 30, within: 0.03) && isClose(rates[1].rate, 10, within: 0.05))
    // The same rows in two files, each with one kind, say the same.
    let alone = text.split(separator: "\n").filter { !$0.contains("read") }
      .joined(separator: "\n")
    let apart = try Self.report(alone, by: "kind")
    #expect(apart.laws?.recommended.text == laws[1].recommended.text)
    #expect(apart.arrivals?.text == found[1].arrivalText)
  }

  @Test("Classes and laws by class are read by the language, and mean what was measured")
  func simulated() throws {
    let (text, mean) = Self.rows()
    let fit = try Self.report(text, by: "kind")
    let classes = try #require(fit.classes)
    let law = try #require(fit.lawByClass)
    #expect(classes == "{\"read\": 12000, \"write\": 4000}")
    let scenario = try Scenario.load(
      SourceText(
        name: "fit.jsonc",
        text: """
          { "tailrace": 1, "name": "fit", "seed": 5,
            "run": { "duration": "400s", "warm_up": "0s", "replications": 5 },
            "workloads": { "users": { "class": \(classes),
              "arrivals": { "type": "poisson", "rate": "50/s" }, "steps": [{ "call": "server" }] } },
            "services": { "server": { "concurrency": "unlimited",
              "handler": [{ "work": \(law) }] } } }
          """))
    let run = try scenario.variants[0].experiment(of: scenario).run()
    // 100,000 requests whose CV is 1.6: a standard error of 0.5 %, and those of the two fits.
    #expect(isClose(run.workloads[0].latencyMean.value ?? 0, mean * 1e6, within: 0.03))
  }

  @Test("Of more than 12 values the 11 with most rows have a group, the others share one")
  func merged() throws {
    func grouped(_ sizes: [(String, Int)]) throws -> MeasuredInput {
      let lines = sizes.flatMap { name, count in (1...count).map { "\($0),\(name)" } }
      return try read("v_ms,kind\n" + lines.joined(separator: "\n")) {
        ($0.column, $0.groupColumn) = ("v_ms", "kind")
      }
    }
    let sizes = (0..<20).map { ("k\($0)", 40 - $0) }
    let many = try grouped(sizes)
    #expect(many.groups.map(\.name) == (0..<11).map { "k\($0)" } + ["other"])
    #expect(many.groups.map(\.members) == Array(repeating: 1, count: 11) + [9])
    // 29 + 28 + ... + 21 of 40 + 39 + ... + 21.
    #expect(many.groups[11].count == 225 && many.groups[11].values.count == 225)
    #expect(
      many.notes == [
        "20 values, and at most 12 groups: the 11 with most rows have one each, the other 9 (225 of "
          + "610 rows) are 'other'"
      ])
    let twelve = try grouped(Array(sizes.prefix(12)))
    #expect(twelve.groups.count == 12 && twelve.notes.isEmpty)
    #expect(twelve.groups.allSatisfy { $0.members == 1 })
    // Equals in the order in which they came; a group of the merged does not take a value's name.
    let named = try grouped((0..<12).map { ("e\($0)", 5) } + [("other", 6)])
    #expect(named.groups.map(\.name) == ["other"] + (0..<10).map { "e\($0)" } + ["other_"])
  }

  @Test("Rows out of order keep their group and value")
  func order() throws {
    let input = try read("at_s,kind,took_ms\n3,a,30\n1,b,10\n2,a,20\n") {
      ($0.column, $0.timeColumn, $0.groupColumn) = ("took_ms", "at_s", "kind")
    }
    #expect(input.groups.map(\.name) == ["a", "b"])
    #expect(input.groups[0].values == [20e6, 30e6] && input.groups[1].values == [10e6])
    #expect(input.groups[0].times == [2_000_000_000, 3_000_000_000])
  }

  @Test("Mistakes are told with their places, columns that name no groups with their arithmetic")
  func mistakes() {
    let query: (inout MeasurementQuery) -> Void = {
      ($0.column, $0.groupColumn) = ("v_ms", "kind")
    }
    #expect(
      complaint("v_ms,kind\n1,a\n2,\nx,b\n", query) == [
        "3:3: \"\" is no group", "4:1: \"x\" is no number",
      ])
    #expect(
      complaint("v_ms,kin\n1,a\n", query) == [
        "question: the file has no column 'kind'; did you mean 'kin'?"
      ])
    let unique = (0...RowGroups.namesMax).map { "1,u\($0)\n" }.joined()
    #expect(
      complaint("v_ms,kind\n" + unique, query) == [
        "10002:3: \"u10000\" is value 10001 of the column: at most 10000 can be told apart, so it "
          + "names no groups"
      ])
    #expect(
      complaint("v_ms\n1\n") { $0.groupColumn = "kind" } == [
        "question: '--by' tells rows apart: name what was measured, '--column' or '--time'"
      ])
    var refused: MeasurementFailure?
    do throws(MeasurementFailure) {
      _ = try Self.report(Self.rows().text, by: "kind", train: 0.5)
    } catch {
      refused = error
    }
    #expect(refused == .question("'--train' does not go with '--count' or '--by'"))
  }
}
