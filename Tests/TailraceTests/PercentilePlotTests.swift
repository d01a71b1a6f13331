import Foundation
import TailraceExperiment
import Testing

@testable import TailraceReports

@Suite("Files for HdrHistogram's plotter") struct PercentilePlotTests {
  private static let scenario = [
    "run", "scenarios/one-server.jsonc", "--set", "run.duration=5s", "--set", "run.warm_up=1s",
    "--replications", "2",
  ]

  /// The rows of a text as numbers.
  private static func rows(_ text: String) -> [[Double]] {
    text.split(separator: "\n").dropFirst().filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: " ").compactMap { Double($0) } }
  }

  @Test("Heading, ticks, last row and sums are HdrHistogram's")
  func shape() throws {
    let program = try Program(Self.scenario + ["--hdrplot", "-"])
    #expect(program.status == 0)
    let lines = program.output.components(separatedBy: "\n")
    #expect(lines[0] == "       Value     Percentile TotalCount 1/(1-Percentile)" && lines[1] == "")
    let rows = Self.rows(program.output)
    // Five ticks per half distance: exact in decimal.
    let ticks = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.775, 0.8]
    #expect(zip(rows, ticks).allSatisfy { abs($0[1] - $1) < 1e-12 })
    #expect(rows.dropLast().allSatisfy { $0.count == 4 } && rows.last?.count == 3)
    #expect(rows.last?[1] == 1)
    for (row, next) in zip(rows, rows.dropFirst()) {
      #expect(row[0] <= next[0] && row[1] < next[1] && row[2] <= next[2])
    }
    // At least as many as the percentile says lie at or below each value.
    let total = try #require(rows.last?[2])
    #expect(rows.dropLast().allSatisfy { $0[2] >= ($0[1] * total).rounded(.down) })
    #expect(lines.contains { $0.hasPrefix("#[Mean    = ") && $0.contains("StdDeviation   = ") })
    #expect(lines.contains { $0.hasPrefix("#[Max     = ") && $0.hasSuffix(" \(Int(total))]") })
  }

  @Test("The same percentiles as the summary's, and 'fit' reads the file back")
  func agreement() throws {
    let place = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: place) }
    let file = place.appending(path: "p.txt").path()
    let json = try Program(Self.scenario + ["--json", "--hdrplot", file])
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let workload = try #require((root["workloads"] as? [[String: Any]])?.first)
    let latency = try #require(workload["latency_ms"] as? [String: Any])
    let rows = Self.rows(try String(contentsOfFile: file, encoding: .utf8))
    #expect(rows.last?[0] == latency["max"] as? Double)
    for (name, percentile) in [("p50", 0.5), ("p90", 0.9)] {
      // Buckets are 0.2 % wide.
      let row = try #require(rows.first { abs($0[1] - percentile) < 1e-9 })
      #expect(abs(row[0] / (latency[name] as? Double ?? 0) - 1) < 0.002)
    }
    let fit = try Program(["fit", file])
    #expect(fit.status == 0, "\(fit.errors)")
  }

  @Test("Ranks by hand: ten values of one to ten milliseconds")
  func ranks() {
    var result = sampleRun()
    result.workloads[0].histogram = (1...10).map {
      HistogramRow(low: UInt64($0) * 1_000_000, high: UInt64($0) * 1_000_000, count: 1)
    }
    result.workloads[0].latencyMax = 10_000_000
    let rows = Self.rows(PercentilePlotText(result).text)
    #expect(
      rows.map { $0[0] } == [1, 1, 2, 3, 4, 5, 6, 6, 7, 7, 8, 8, 8, 9, 9, 9, 9, 9, 10, 10])
    result.workloads[0].histogram = []
    #expect(Self.rows(PercentilePlotText(result).text) == [])
  }

  private func sampleRun() -> RunResult {
    func none() -> Estimate { Estimate(value: nil, halfWidth: nil, perReplication: []) }
    let workload = WorkloadResult(
      name: "w", isOpenLoop: true, outcomes: [], requests: 10, latencyMean: none(), answered: [],
      quantiles: [], latencyMax: nil, offered: none(), goodput: none(), inFlight: none(),
      histogram: [], breakdown: [])
    return RunResult(
      scenario: "s", variant: "v", seed: 1, replications: 1, replicationsPlanned: 1, duration: 1,
      warmUp: 0, warmUpRule: .given, cutShort: nil, workloads: [workload], services: [], digest: 0)
  }
}

@Suite("--max-wall") struct WallLimitTests {
  private let long = ["scenarios/one-server.jsonc", "--set", "run.duration=3000s"]

  @Test("A run stops with what is done, marked, and exit 4")
  func run() throws {
    let began = ContinuousClock.now
    let program = try Program(
      ["run"] + long + ["--replications", "10000", "--max-wall", "1500ms"])
    #expect(program.status == 4, "\(program.errors)")
    #expect(program.output.contains("PARTIAL: stopped by --max-wall; the figures cover"))
    #expect(ContinuousClock.now - began < .seconds(40))
    let json = try Program(
      ["run"] + long + ["--replications", "10000", "--max-wall", "300ms", "--json"])
    #expect(json.status == 4 && json.output.contains("\"cut_short\": \"max-wall\""))
    #expect(json.output.contains("\"partial\": true"))
  }

  @Test("A limit that is not reached changes nothing")
  func unused() throws {
    let short = [
      "run", "scenarios/one-server.jsonc", "--set", "run.duration=12s", "--replications", "2",
    ]
    let with = try Program(short + ["--max-wall", "1h"])
    #expect(with.status == 0)
    #expect(with.output == (try Program(short).output))
  }

  @Test("A sweep keeps whole points and goes on from there")
  func sweep() throws {
    let place = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: place) }
    let out = place.appending(path: "out").path()
    let sweep = [
      "sweep", "scenarios/one-server.jsonc", "--set", "run.duration=40s", "--replications", "2",
      "--param", "workloads.users.arrivals.rate=100/s,110/s,120/s,130/s,140/s,150/s", "-o", out,
    ]
    let stopped = try Program(sweep + ["--max-wall", "1ms"])
    #expect(stopped.status == 4 && stopped.errors.contains("start it again to go on"))
    let whole = try Program(sweep)
    #expect(whole.status == 0)
    let csv = try String(contentsOfFile: out + "/sweep.csv", encoding: .utf8)
    let fresh = place.appending(path: "fresh").path()
    var again = sweep
    again[again.count - 1] = fresh
    #expect(try Program(again).status == 0)
    #expect(try String(contentsOfFile: fresh + "/sweep.csv", encoding: .utf8) == csv)
    let search = try Program([
      "sweep", "scenarios/one-server.jsonc", "--find-max", "workloads.users.arrivals.rate",
      "--max-wall", "1s",
    ])
    #expect(search.status == 2 && search.errors.contains("no meaning for a search"))
    let wrong = try Program(["run", "scenarios/one-server.jsonc", "--max-wall", "10"])
    #expect(wrong.status == 2 && wrong.errors.contains("max-wall"))
  }
}
