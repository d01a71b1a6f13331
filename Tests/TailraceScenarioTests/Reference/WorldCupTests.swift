import Foundation
import Tailrace
import TailraceTables
import Testing

@testable import TailraceModel
@testable import TailraceScenario

/// The World Cup counts: read exactly, and a thousandth of them simulated against the fluid.
@Suite("World Cup counts") struct WorldCupTests {
  /// The cases that are judged: the whole summer, and June with a short queue.
  static let names = ["worldcup_fluid_whole_C60000", "worldcup_fluid_june_C40000_Q200000"]
  private static let minute: UInt64 = 60_000_000_000
  /// 1 to 30 June among the rows, every minute of them there.
  private static let june = 44_780..<87_980

  /// What a queue of fluid does, minute by minute.
  private struct Fluid {
    var requests = 0, minutes = 0, peakMinute = 0, backlog = 0, peak = 0, behind = 0
    var sum = 0, shed = 0

    mutating func add(_ count: Int, capacity: Int, limit: Int?) {
      requests += count
      minutes += 1
      peakMinute = max(peakMinute, count)
      backlog = max(0, backlog + count - capacity)
      if let limit, backlog > limit {
        shed += backlog - limit
        backlog = limit
      }
      peak = max(peak, backlog)
      behind += backlog > 0 ? 1 : 0
      sum += backlog
    }
  }

  @Test("The fluid's backlog, from the counts as a replication reads them")
  func fluid() throws {
    var query = TraceQuery(
      path: Corpus.bundled.appending(path: "data/worldcup98_requests_per_minute.csv").path())
    query.timeColumn = "period"
    query.countColumn = "count"
    query.interval = Self.minute
    let survey = TraceSurvey(query)
    #expect(survey.mistakes.isEmpty && survey.rows == 125_300)
    let reader = TraceFileReader(TraceReplay(query: query, survey: survey, shownPath: "counts"))
    var (whole, june) = (Fluid(), Fluid())
    // The first row is 30 April 21:30; June begins 31 days and two and a half hours later.
    let first = UInt64(31 * 1_440 + 150) * Self.minute
    while true {
      var chunk = TraceChunk()
      try reader.read(into: &chunk)
      if chunk.instants.isEmpty { break }
      for (instant, count) in zip(chunk.instants, chunk.counts) {
        whole.add(Int(count), capacity: 60_000, limit: nil)
        if instant >= first && instant < first + 30 * 1_440 * Self.minute {
          june.add(Int(count), capacity: 40_000, limit: 200_000)
        }
      }
    }
    try expect(whole, Self.names[0])
    try expect(june, Self.names[1])
  }

  private func expect(_ fluid: Fluid, _ name: String) throws {
    let numbers = try TraceReplayTests.reference(name)
    let found = [
      "requests": fluid.requests, "minutes": fluid.minutes, "peak_minute": fluid.peakMinute,
      "peak_backlog": fluid.peak, "minutes_with_backlog": fluid.behind,
      "sum_backlog_request_minutes": fluid.sum, "shed": fluid.shed,
      "final_backlog": fluid.backlog,
    ]
    #expect(found.count == numbers.count)
    for (metric, expected) in numbers { #expect(found[metric] == Int(expected), "\(metric)") }
  }

  /// A server for a thousandth of the capacity meets a thousandth of the counts: its longest wait
  /// is the peak of the backlog over the capacity.
  @Test("The whole summer through one server")
  func summer() throws {
    let run = try Self.run(skip: 1, minutes: 125_300, work: "1s", queue: "'unlimited'")
    let numbers = try TraceReplayTests.reference(Self.names[0])
    #expect(run.requests.count == Int((numbers["requests"] ?? 0) / 1_000))
    let longest = run.requests.map { $0.ended - $0.began }.max() ?? 0
    let expected = (numbers["peak_backlog"] ?? 0) / 1_000 + 1
    #expect(abs(Double(longest) / 1e9 - expected) < 0.002 * expected)
  }

  @Test("June through a server with a short queue")
  func juneBounded() throws {
    let run = try Self.run(
      skip: 1 + Self.june.lowerBound, minutes: Self.june.count, work: "1500ms", queue: "200")
    let numbers = try TraceReplayTests.reference(Self.names[1])
    #expect(run.requests.count == Int((numbers["requests"] ?? 0) / 1_000))
    let shed = run.requests.count { $0.outcome == .shed }
    let expected = (numbers["shed"] ?? 0) / 1_000
    #expect(abs(Double(shed) - expected) < 0.005 * expected)
  }

  private static func run(
    skip: Int, minutes: Int, work: String, queue: String
  ) throws -> Replication {
    let text = """
      { tailrace: 1, run: { duration: "\(minutes)m" },
        workloads: { w: {
          arrivals: { type: "trace", file: "data/worldcup98_requests_per_minute.csv",
            header: false, skip_lines: \(skip), scale: 0.001,
            count: { column: "2", interval: "1m" } },
          steps: [{ call: "s" }] } },
        services: { s: { handler: [{ work: "\(work)" }], queue: { max_length: \(queue) } } } }
      """
    let scenario = try Scenario.load(
      SourceText(name: "w.jsonc", text: text), folder: Corpus.bundled.path())
    let topology = try #require(scenario.variants.first).topology
    var settings = Replication.Settings(
      seed: 1, number: 0, window: 0..<(UInt64(minutes) * minute))
    settings.keepsRequests = true
    let run = Replication.run(topology, settings)
    #expect(run.violations.isEmpty)
    return run
  }
}
