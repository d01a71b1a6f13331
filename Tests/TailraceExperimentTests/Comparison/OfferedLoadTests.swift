import TailraceModel
import Testing

@testable import TailraceExperiment

/// Who is asked for less answers less, and is no worse for it.
@Suite("Goodput of designs that are offered different rates") struct OfferedLoadTests {
  private func goodput(_ result: ComparisonResult) throws -> Verdict {
    try #require(
      result.contrasts[0].rows.first { $0.measure.name.metric == "goodput" }
    ).change.verdict
  }

  private func design(
    _ name: String, rate: Double, queue: Int? = nil
  ) -> (name: String, experiment: Experiment) {
    var design = TwoDesigns.design(name, mean: 1_000, rate: rate)
    design.experiment.topology.services[0].queueLimit = queue
    return design
  }

  @Test("Fewer arrivals, all answered: goodput is lower, not worse; and higher the other way")
  func lower() throws {
    let result = try Comparison([design("busy", rate: 600), design("calm", rate: 400)]).run()
    #expect(try goodput(result) == .lower)
    let turned = try Comparison([design("calm", rate: 400), design("busy", rate: 600)]).run()
    #expect(try goodput(turned) == .higher)
  }

  @Test("Fewer arrivals, and more of them lost: goodput is worse")
  func worse() throws {
    let result = try Comparison([
      design("busy", rate: 600), design("lossy", rate: 500, queue: 1),
    ]).run()
    #expect(try goodput(result) == .worse)
  }

  @Test("More arrivals, and more of them lost: neither")
  func both() throws {
    let result = try Comparison([
      design("calm", rate: 400, queue: 1), design("busy", rate: 800, queue: 1),
    ]).run()
    #expect(try goodput(result) == .higher)
  }

  @Test("In a closed loop what is offered follows from the answers: more is better")
  func closed() throws {
    let result = try Comparison([design("busy", rate: 600), design("calm", rate: 400)]).run()
    let rows = Contrast.rows(
      result.designs[0].measures, result.designs[1].measures, isPaired: true, openLoops: [])
    let row = try #require(rows.first { $0.measure.name.metric == "goodput" })
    #expect(row.change.verdict == .worse)
  }
}
