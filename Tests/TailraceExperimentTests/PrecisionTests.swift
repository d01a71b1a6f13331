import Testing

@testable import TailraceExperiment

@Suite("Precision on demand") struct PrecisionTests {
  private func run(_ relative: Double, most: Int = 1_000, rate: Double = 500) throws -> RunResult {
    var experiment = TwoDesigns.design("base", mean: 1_000, rate: rate).experiment
    experiment.precision = Precision(relative: relative, replicationsMax: most)
    experiment.jobs = 2
    return try experiment.run()
  }

  @Test("A run goes on until every headline interval is narrow, and says what it took")
  func reached() throws {
    let coarse = try run(0.05)
    let fine = try run(0.01)
    for (result, wanted) in [(coarse, 0.05), (fine, 0.01)] {
      let report = try #require(result.precision)
      #expect(report.isReached && report.replications == result.replications)
      for measure in result.measures where measure.isHeadline {
        guard let estimate = measure.estimate, let value = estimate.value, value > 0,
          measure.name.metric != "errors"
        else { continue }
        #expect(try #require(estimate.halfWidth) <= wanted * value, "\(measure.name)")
      }
    }
    #expect(coarse.replications < fine.replications)
  }

  @Test("It never takes more than it may, and says that it did not get there")
  func capped() throws {
    let result = try run(0.0005, most: 25)
    let report = try #require(result.precision)
    #expect(result.replications == 25 && !report.isReached)
    #expect(try #require(report.widest).relative > 0.0005)
  }

  @Test("The result is that of as many replications asked for at once, for any number of cores")
  func sameAsGiven() throws {
    let onDemand = try run(0.02)
    var given = TwoDesigns.design("base", mean: 1_000).experiment
    given.replications = onDemand.replications
    #expect(try given.run().digest == onDemand.digest)
  }

  @Test("A comparison goes on until every change is known that well; pairing gets there sooner")
  func comparisons() throws {
    var took: [Int] = []
    for isPaired in [true, false] {
      var comparison = Comparison([
        TwoDesigns.design("slow", mean: 1_000), TwoDesigns.design("fast", mean: 990),
      ])
      comparison.jobs = 2
      comparison.isPaired = isPaired
      comparison.precision = Precision(relative: 0.01)
      let result = try comparison.run()
      let report = try #require(result.precision)
      #expect(report.isReached && report.replications == result.designs[1].replications)
      for row in result.contrasts[0].rows where row.measure.isHeadline {
        guard let value = row.base.value, value > 0, let width = row.change.halfWidth else {
          continue
        }
        #expect(width <= 0.01 * value, "\(row.measure.name)")
      }
      took.append(report.replications)
    }
    #expect(took[0] * 3 < took[1], "\(took)")
  }
}
