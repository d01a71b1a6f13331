import Foundation
import Tailrace
import TailraceExperiment
import Testing

@testable import TailraceReports

@Suite("Graphs of runs") struct GraphMeasureTests {
  private static func load(_ name: String) throws -> Scenario {
    try Library.load(Library.root.appending(path: "scenarios/\(name).jsonc")).1
  }

  private static func run(
    _ name: String, _ variant: String? = nil, _ change: (inout Experiment) -> Void = { _ in }
  ) throws -> (Experiment, RunResult) {
    let scenario = try load(name)
    var experiment = try #require(scenario.variant(variant)).experiment(of: scenario)
    experiment.replications = 2
    experiment.duration = 20_000_000_000
    experiment.warmUp = 5_000_000_000
    experiment.jobs = 2
    change(&experiment)
    return (experiment, try experiment.run())
  }

  private func edge(_ graph: TopologyGraph, _ from: String, _ to: String) throws
    -> TopologyGraph.Edge
  {
    try #require(graph.edges.first { $0.from == from && $0.to == to })
  }

  @Test("Caches, their fetches and what holds them: whose calls are whose")
  func caches() throws {
    let (experiment, result) = try Self.run("cache-tiers")
    let graph = TopologyGraph(experiment.topology, result)
    let seconds = Double(result.measuredTime) / 1e9
    let calls = result.details.calls
    func sum(_ from: String, _ to: String) -> Double {
      Double(calls.filter { $0.from == from && $0.to == to }.reduce(0) { $0 + $1.calls }) / seconds
    }
    let fetch = try edge(graph, "service:web", "service:db")
    #expect(fetch.kinds == [.fetch] && fetch.callsPerSecond == sum("web", "db"))
    let host = try edge(graph, "cache:far", "service:memory")
    #expect(host.kinds == [.host] && host.callsPerSecond == sum("web", "memory"))
    let near = try edge(graph, "service:web", "cache:near")
    let lookups = try #require(result.caches.first { $0.name == "near" }?.lookups)
    #expect(near.kinds == [.lookup] && near.callsPerSecond == Double(lookups) / seconds)
    #expect(sum("web", "db") > 0 && sum("web", "memory") > 0 && lookups > 0)
  }

  @Test("Without calls by caller, attempts are known at services that one node calls")
  func totals() throws {
    let (experiment, result) = try Self.run("cache-vs-no-cache") { $0.keepOnlyTotals() }
    let graph = TopologyGraph(experiment.topology, result)
    let fetch = try edge(graph, "service:web", "service:db")
    let db = try #require(result.services.first { $0.name == "db" })
    #expect(fetch.callsPerSecond == nil)
    #expect(fetch.attemptsPerSecond == Double(db.requests) / Double(result.measuredTime) * 1e9)
  }

  @Test("A cache that is switched off is not there, and its fetches are calls")
  func withoutCache() throws {
    let scenario = try Self.load("cache-vs-no-cache")
    let variant = try #require(scenario.variant("no-cache"))
    let graph = TopologyGraph(variant.experiment(of: scenario).topology)
    #expect(graph.nodes.map(\.id) == ["workload:browse", "service:db", "service:web"])
    #expect(try edge(graph, "service:web", "service:db").kinds == [.call])
  }

  @Test("A failed threshold marks its node; one for all marks those that break it alone")
  func failures() throws {
    let scenario = try Self.load("cache-vs-no-cache")
    let source = SourceText(
      name: "s",
      bytes: Array(
        try Data(contentsOf: Library.root.appending(path: "scenarios/cache-vs-no-cache.jsonc"))))
    let strict = try Scenario.load(
      source, thresholds: ["utilization: value < 15%", "hit_ratio{cache:page_cache}: value > 99%"])
    #expect(strict.name == scenario.name)
    var experiment = try #require(strict.variant(nil)).experiment(of: strict)
    experiment.replications = 1
    experiment.duration = 20_000_000_000
    experiment.warmUp = 5_000_000_000
    let result = try experiment.run()
    let graph = TopologyGraph(experiment.topology, result)
    let failed = Dictionary(
      uniqueKeysWithValues: graph.nodes.map { ($0.id, $0.failedThresholds) })
    // All slots are about 17 % busy: those of db 40 %, those of web 11 %.
    #expect(failed["service:db"] == ["utilization: value < 15%"])
    #expect(failed["service:web"] == [])
    #expect(failed["cache:page_cache"]?.last == "hit_ratio{cache:page_cache}: value > 99%")
  }

  @Test("summary.json gives back the very graph, for every bundled scenario's structure")
  func roundTrip() throws {
    let (experiment, result) = try Self.run("cache-tiers")
    let graph = TopologyGraph(experiment.topology, result)
    let text = try SummaryJSON(result, topology: graph).text()
    let saved = try TopologyGraph.saved(summary: Array(text.utf8))
    #expect(saved.graph == graph && saved.title == "cache-tiers · \(result.variant)")
    #expect(saved.graph.structure == TopologyGraph(experiment.topology) && graph.isMeasured)
    for file in Library.files {
      let (_, scenario) = try Library.load(file)
      for variant in scenario.variants {
        let graph = TopologyGraph(variant.experiment(of: scenario).topology)
        let text = try SummaryJSON(result, topology: graph).text()
        #expect(try TopologyGraph.saved(summary: Array(text.utf8)).graph == graph)
      }
    }
  }

  @Test("A summary without a graph, or with one that does not fit, is refused in words")
  func refusals() {
    let broken = [
      "{}": "it holds no topology of a run; 'tailrace run -o' writes one",
      """
      {"scenario": "s", "variant": "v", "topology": {"nodes": [],
       "edges": [{"from": "service:a", "to": "service:b", "kinds": ["call"]}]}}
      """: "nodes and edges of its topology do not fit",
    ]
    for (text, expected) in broken {
      let mistake = #expect(throws: SavedRun.Mistake.self) {
        try TopologyGraph.saved(summary: Array(text.utf8))
      }
      #expect(mistake?.text == expected)
    }
  }
}
