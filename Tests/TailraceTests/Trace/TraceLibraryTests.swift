import Tailrace
import TailraceModel
import TailraceReports
import Testing

/// Traces of every bundled scenario, on short runs, against the records of all requests.
@Suite("Traces of the bundled scenarios") struct TraceLibraryTests {
  /// Two replications of two seconds.
  private func short(_ variant: Scenario.Variant, of scenario: Scenario) -> Experiment {
    var experiment = variant.experiment(of: scenario)
    experiment.duration = min(experiment.duration, 2_000_000_000)
    experiment.warmUp = experiment.duration / 4
    experiment.replications = 2
    experiment.interval = nil
    experiment.keepsCalls = false
    experiment.thresholds = []
    experiment.jobs = 2
    return experiment
  }

  /// All requests of the window, by hand: the slowest first.
  private func ranked(_ rows: [RequestRow]) -> [RequestRow] {
    let answered = rows.filter { $0.outcome.isAnswered }
    return answered.sorted { a, b in
      let (x, y) = ((a.finished ?? 0) - a.arrived, (b.finished ?? 0) - b.arrived)
      if x != y { return x > y }
      if a.replication != b.replication { return a.replication < b.replication }
      if a.workload != b.workload { return a.workload < b.workload }
      return Self.number(a.id) < Self.number(b.id)
    }
  }

  private static func number(_ id: String) -> UInt64 {
    RequestID.number(id, isClosed: id.contains("-")) ?? .max
  }

  private func expectSame(_ request: TracedRequest, _ row: RequestRow, _ what: String) {
    #expect(request.id == row.id && request.replication == row.replication, "\(what)")
    let trace = request.trace
    #expect(trace.outcome == row.outcome && trace.began == row.arrived, "\(what)")
    #expect(trace.ended == row.finished, "\(what)")
    #expect(trace.isExact, "\(what)")
    if row.finished == nil { return }
    #expect(trace.time(in: .queue) == row.queue, "\(what)")
    #expect(trace.time(in: .work) == row.work, "\(what)")
    #expect(trace.time(in: .network) == row.network, "\(what)")
    #expect(trace.path.reduce(0) { $0 + $1.length } == trace.latency, "\(what)")
  }

  private func expectReadable(_ result: TraceResult, _ what: String) throws {
    let chrome = try ChromeChecker(ChromeTrace(result).text, what)
    #expect(chrome.slices > 0)
    let otlp = try OTLPChecker(OTLPTrace(result, version: "1").text, what)
    #expect(otlp.roots == result.requests.count, "\(what)")
    #expect(otlp.spans == result.requests.reduce(0) { $0 + $1.trace.spans.count }, "\(what)")
    let latencies = result.requests.reduce(UInt64(0)) { $0 + ($1.trace.latency ?? 0) }
    #expect(try foldedSum(FoldedTrace(result).text) == latencies, "\(what)")
    for text in [TraceText(result).text, TraceText(result, isVerbose: true).text] {
      for line in text.split(separator: "\n") {
        #expect(line.count <= 100 || line.hasPrefix("request "), "\(what): \(line)")
      }
    }
  }

  @Test("The slowest are the top of all requests; each is its row to the nanosecond")
  func slowest() throws {
    var scenarios = 0
    var failed = 0
    for file in Library.files {
      let (_, scenario) = try Library.load(file)
      var variants = [scenario.variants[0]]
      if scenario.variants.count > 1 { variants.append(scenario.variants[1]) }
      for variant in variants {
        let what = "\(scenario.name)/\(variant.name)"
        let experiment = short(variant, of: scenario)
        var all = experiment
        all.requestsMax = 1_000_000
        let run = try all.run()
        guard run.cutShort == nil else { continue }
        let rows = run.details.requests
        let top = ranked(rows).prefix(4)
        if top.isEmpty { continue }
        let result = try experiment.trace(.slowest(4, workload: nil))
        #expect(result.requests.count == top.count, "\(what)")
        #expect(result.answered == UInt64(rows.count { $0.outcome.isAnswered }), "\(what)")
        for (request, row) in zip(result.requests, top) { expectSame(request, row, what) }
        try expectReadable(result, what)
        scenarios += 1
        // Those that failed, by name.
        let others = rows.filter { $0.replication == 1 && !$0.outcome.isAnswered }.prefix(3)
        if others.isEmpty { continue }
        let names = others.map {
          TraceChoice.Name(workload: $0.workload, number: Self.number($0.id))
        }
        let named = try experiment.trace(.named(names), in: 1)
        for (request, row) in zip(named.requests, others) { expectSame(request, row, what) }
        try expectReadable(named, what)
        failed += others.count
      }
    }
    #expect(scenarios > 50, "\(scenarios)")
    #expect(failed > 5, "\(failed)")
  }

  @Test("The same bytes for one and for two threads, and twice")
  func threads() throws {
    let (_, scenario) = try Library.load(
      Library.root.appending(path: "scenarios/hedged-leaves.jsonc"))
    var experiment = short(scenario.variants[0], of: scenario)
    func texts(_ jobs: Int) throws -> [String] {
      experiment.jobs = jobs
      let result = try experiment.trace(.slowest(9, workload: nil))
      return [
        TraceText(result).text, ChromeTrace(result).text, FoldedTrace(result).text,
        OTLPTrace(result, version: "1").text,
      ]
    }
    let one = try texts(1)
    #expect(try one == texts(2))
    #expect(try one == texts(1))
  }
}
