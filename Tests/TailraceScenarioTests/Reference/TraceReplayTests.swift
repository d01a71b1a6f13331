import Foundation
import Tailrace
import TailraceModel
import TailraceTables
import Testing

@testable import TailraceScenario

/// The Azure LLM trace through small services, against exact replays in ticks of 100 ns.
///
/// Every request is judged in whole nanoseconds; percentiles are nearest rank.
@Suite("Replays of the reference") struct TraceReplayTests {
  private static let tick: UInt64 = 100

  /// A case: the changes to the scenario, and whether tokens are half as dear.
  struct Case: CustomTestStringConvertible {
    var name: String
    var settings: [String]
    var isLight: Bool { name.contains("light") }
    var testDescription: String { name }
  }

  static let cases: [Case] =
    replays("replay_azure_code", slots: 3, cap: 20, patience: "2.0")
    + replays("replay_azure_code_light", slots: 4, cap: 10, patience: "1.0")

  private static func replays(
    _ name: String, slots n: Int, cap: Int, patience: String
  ) -> [Case] {
    let slots = "services.gpus.concurrency=\(n)"
    let replicas = ["services.gpus.concurrency=1", "services.gpus.replicas=\(n)"]
    return [
      Case(name: "\(name)_fcfs_c\(n)", settings: [slots]),
      Case(name: "\(name)_lifo_c\(n)", settings: [slots, "services.gpus.queue.discipline=LIFO"]),
      Case(name: "\(name)_sjf_c\(n)", settings: [slots, "services.gpus.queue.discipline=SJF"]),
      Case(
        name: "\(name)_fcfs_c\(n)_cap\(cap)",
        settings: [slots, "services.gpus.queue.max_length=\(cap)"]),
      Case(
        name: "\(name)_fcfs_c\(n)_timeout\(patience)",
        settings: [slots, "services.gpus.queue.timeout=\(patience)s"]),
      Case(name: "\(name)_rr_n\(n)", settings: replicas),
      Case(
        name: "\(name)_lwl_n\(n)",
        settings: replicas + ["services.gpus.lb_policy=LEAST_WORK_LEFT"]),
      Case(
        name: "\(name)_jsq_n\(n)",
        settings: replicas + [
          "services.gpus.lb_policy=LEAST_REQUEST",
          "services.gpus.least_request_lb_config={full_scan: true, tie_break: 'FIRST'}",
        ]),
    ]
  }

  private static let infos = ["replay_azure_code_info", "replay_azure_code_light_info"]
  private static let shared = ["replay_azure_code_ps_speed3", "replay_azure_code_light_ps_speed4"]

  @Test("No case is left out but those of caches")
  func everyCase() throws {
    let judged = Set(Self.cases.map(\.name) + Self.infos + Self.shared + WorldCupTests.names)
    let others = try Self.rows().map { $0[0] }.filter { !$0.hasPrefix("cache_") }
    #expect(judged == Set(others))
  }

  @Test("Every wait and every server's share", arguments: cases)
  func waits(_ replay: Case) throws {
    let numbers = try Self.reference(replay.name)
    let run = try Self.run(replay.settings, isLight: replay.isLight)
    let work = try Self.work(isLight: replay.isLight)
    #expect(run.requests.count == work.count)
    let answered = run.requests.filter { $0.outcome == .success }
    let waits = answered.map { $0.ended - $0.began - work[Int($0.number)] }.sorted()
    #expect(waits.allSatisfy { $0 % Self.tick == 0 })
    for (metric, expected) in numbers {
      let found: UInt64
      switch metric {
      case "sum_wait_ticks": found = waits.reduce(0, +) / Self.tick
      case "p50": found = waits[(waits.count * 50 + 99) / 100 - 1]
      case "p90": found = waits[(waits.count * 90 + 99) / 100 - 1]
      case "p99": found = waits[(waits.count * 99 + 99) / 100 - 1]
      case "max": found = waits[waits.count - 1]
      case "waited": found = UInt64(waits.count { $0 > 0 })
      case "served": found = UInt64(waits.count)
      case "rejected", "timed_out": found = UInt64(run.requests.count { $0.outcome == .shed })
      case "makespan_ticks": found = (run.requests.map(\.ended).max() ?? 0) / Self.tick
      case "mean_wait_s":
        let mean = Double(waits.reduce(0, +)) / 1e9 / Double(waits.count)
        #expect(abs(mean - expected) <= 1e-9 * expected, "\(metric)")
        continue
      case let name where name.hasPrefix("per_server_requests_"):
        let server = try #require(Int(name.dropFirst("per_server_requests_".count)))
        found = run.services[0].rows[server].requests
      default:
        Issue.record("\(metric) is not judged")
        continue
      }
      // Seconds are written with seven digits: whole ticks.
      let isSeconds = ["p50", "p90", "p99", "max"].contains(metric)
      #expect(found == UInt64((isSeconds ? expected * 1e9 : expected).rounded()), "\(metric)")
    }
  }

  @Test("Totals of the trace", arguments: [false, true])
  func totals(isLight: Bool) throws {
    let numbers = try Self.reference(Self.infos[isLight ? 1 : 0])
    #expect(numbers.count == 4)
    let run = try Self.run([], isLight: isLight)
    let work = try Self.work(isLight: isLight).reduce(0, +)
    let span = run.requests.map(\.began).max() ?? 0
    #expect(Double(run.requests.count) == numbers["requests"])
    #expect(Double(span / Self.tick) == numbers["span_ticks"])
    #expect(Double(work / Self.tick) == numbers["work_ticks"])
    let load = Double(work) / Double(span)
    #expect(abs(load - (numbers["offered_load"] ?? 0)) <= 1e-9 * load)
  }

  /// A server of speed 3 (4) is one to which each request brings a third (a quarter) of its work.
  @Test("Processor sharing", arguments: [false, true])
  func sharing(isLight: Bool) throws {
    let speed = isLight ? 4.0 : 3.0
    let numbers = try Self.reference(Self.shared[isLight ? 1 : 0])
    let run = try Self.run(
      ["services.gpus.queue.discipline=PS", "services.gpus.concurrency=unlimited"],
      isLight: isLight
    ) { topology in
      let unit = (isLight ? 0.5 : 1) / speed
      let work = LawSpec.linear(
        base: .constant(0),
        [
          AttributeTerm("context", .constant(1e5 * unit)),
          AttributeTerm("generated", .constant(2e7 * unit)),
        ])
      topology.services[0].handlers[0].steps = [StepSpec(.work(work))]
    }
    let times = run.requests.map { Double($0.ended - $0.began) / 1e9 }.sorted()
    let found = [
      "mean": times.reduce(0, +) / Double(times.count),
      "p50": times[(times.count * 50 + 99) / 100 - 1],
      "p90": times[(times.count * 90 + 99) / 100 - 1],
      "p99": times[(times.count * 99 + 99) / 100 - 1], "max": times[times.count - 1],
    ]
    #expect(found.count == numbers.count)
    for (metric, expected) in numbers {
      #expect(abs((found[metric] ?? 0) - expected) <= 1e-6 * expected, "\(metric)")
    }
  }

  // MARK: Runs and tables

  private static func run(
    _ settings: [String], isLight: Bool, change: (inout Topology) -> Void = { _ in }
  ) throws -> Replication {
    let file = Corpus.bundled.appending(path: "llm-trace.jsonc")
    let source = SourceText(name: "llm-trace.jsonc", bytes: try Corpus.bytes(file))
    let light =
      isLight
      ? ["services.gpus.handler.work.work.per={context: '50us', generated: '10ms'}"] : []
    let scenario = try Scenario.load(
      source, settings: settings + light, folder: Corpus.bundled.path())
    let variant = try #require(scenario.variants.first)
    var topology = variant.topology
    change(&topology)
    var run = Replication.Settings(seed: 1, number: 0, window: 0..<(100 * 3_600_000_000_000))
    run.keepsRequests = true
    let result = Replication.run(topology, run)
    #expect(result.violations.isEmpty)
    return result
  }

  /// The work of each request in nanoseconds, read without the simulator.
  private static func work(isLight: Bool) throws -> [UInt64] {
    let file = Corpus.bundled.appending(path: "data/azure_llm_2023_code.csv")
    let text = try String(contentsOf: file, encoding: .utf8)
    return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
      let fields = line.split(separator: ",").dropFirst().compactMap { UInt64($0) }
      return (fields[0] * 100_000 + fields[1] * 20_000_000) / (isLight ? 2 : 1)
    }
  }

  /// The expected numbers of a case by metric.
  static func reference(_ name: String) throws -> [String: Double] {
    var numbers: [String: Double] = [:]
    for row in try rows() where row[0] == name { numbers[row[2]] = Double(row[3]) }
    #expect(!numbers.isEmpty)
    return numbers
  }

  private static func rows() throws -> [[String]] {
    let file = Corpus.tests.appending(path: "Fixtures/reference/trace_replay.csv")
    let reader = CSVReader(try InputFile(file.path()), CSVFormat())
    try reader.open()
    var rows: [[String]] = []
    while try reader.next() { rows.append(reader.fields.map { reader.text(of: $0) ?? "" }) }
    return rows
  }
}
