import Tailrace
import Testing

@testable import TailraceTheory

@Suite("Order of declarations") struct OrderTests {
  @Test("Services and workloads declared the other way round: the same report, row by row")
  func reversed() throws {
    let more = [
      "services.third={handler: [{work: {type: 'exponential', mean: '1ms'}}]}",
      "workloads.again={arrivals: {type: 'poisson', rate: '9/s'}, steps: [{call: 'other'}, {call: 'third'}]}",
    ]
    let source = SourceText(name: "t.jsonc", bytes: Array(Checked.server.utf8))
    let scenario = try Scenario.load(source, settings: more)
    let experiment = scenario.variants[0].experiment(of: scenario)
    let result = try experiment.run()
    var turned = experiment.topology
    turned.services.reverse()
    turned.workloads.reverse()
    func words(_ report: TheoryReport) -> [String] {
      report.rows.map { "\($0.name) \($0.metric) \($0.statistic ?? "") \($0.formula) \($0.theory)" }
        + report.gaps.map { "\($0.name) \($0.reason)" } + report.notes
    }
    let straight = words(Theory.report(experiment.topology, result))
    #expect(straight.count > 4)
    #expect(words(Theory.report(turned, result)) == straight)
  }
}
