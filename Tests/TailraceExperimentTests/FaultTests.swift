import TailraceModel
import TailraceStatistics
import Testing

@testable import TailraceExperiment

@Suite("What an experiment does with its replications") struct FaultTests {
  private var experiment: Experiment {
    let server = ServiceSpec(name: "server", handler: [StepSpec(.work(.exponential(mean: 1e6)))])
    let users = WorkloadSpec(
      name: "users", arrivals: .poisson(ratePerSecond: 800),
      steps: [StepSpec(.call(CallSpec("server")))])
    var experiment = Experiment(
      scenario: "mm1", variant: "base",
      topology: Topology(workloads: [users], services: [server]), duration: 2_000_000_000)
    experiment.warmUp = 0
    experiment.replications = 4
    return experiment
  }

  @Test("A replication that breaks an invariant is a fault with its number and the run's seed")
  func fault() throws {
    var broken = Replication.run(
      experiment.topology, .init(seed: 0, number: 0, window: 0..<1_000_000_000))
    let sound = broken
    broken.violations = ["a planted break"]
    try experiment.check([sound, sound])
    let error = #expect(throws: Experiment.Fault.self) {
      try experiment.check([sound, broken, sound])
    }
    #expect(error?.replication == 1)
    #expect(error?.violations == ["a planted break"])
  }

  @Test("A run cut short in its first replication has the rates of what was simulated")
  func cutShort() throws {
    var experiment = experiment
    experiment.interval = 100_000_000
    experiment.eventsMax = 1_500
    let result = try experiment.run()
    #expect(result.cutShort == .maxEvents)
    #expect(result.replications == 1)
    // Two happenings a request: 750 requests in about 0.94 s.
    let offered = try #require(result.workloads[0].offered.value)
    #expect(abs(offered - 800) < 100)
    let utilization = try #require(result.services[0].utilization.value)
    #expect(abs(utilization - 0.8) < 0.2)
    let series = try #require(result.details.series)
    #expect((7...11).contains(series.bounds.count - 1), "whole intervals only")
  }

  @Test("A time series averages rates over replications and pools latencies")
  func series() throws {
    var experiment = experiment
    experiment.interval = 450_000_000
    let result = try experiment.run()
    let series = try #require(result.details.series)
    #expect(series.bounds == [0, 450, 900, 1_350, 1_800, 2_000].map { $0 * 1_000_000 })
    #expect(series.entities.map(\.name) == ["users", "server"])
    func values(_ entity: Int, _ metric: SeriesTrack.Metric) throws -> [Double] {
      let track = try #require(series.entities[entity].tracks.first { $0.metric == metric })
      return track.values.compactMap { $0 }
    }
    let lengths = zip(series.bounds.dropFirst(), series.bounds).map { Double($0 - $1) }
    func mean(_ values: [Double]) -> Double {
      zip(values, lengths).reduce(0) { $0 + $1.0 * $1.1 } / 2e9
    }
    let offered = try #require(result.workloads[0].offered.value)
    let utilization = try #require(result.services[0].utilization.value)
    let queue = try #require(result.services[0].queueMean.value)
    #expect(abs(mean(try values(0, .offered)) - offered) < 1e-6)
    #expect(abs(mean(try values(1, .utilization)) - utilization) < 1e-9)
    #expect(abs(mean(try values(1, .queueLength)) - queue) < 1e-9)
    #expect(try values(0, .latency(quantile: 0.99)).count == 4, "the short one lacks samples")
    #expect(try values(0, .latency(quantile: 0.5)).count == 5)
  }

  @Test("An interval that makes too much of it is refused with the arithmetic")
  func refusal() {
    #expect(TimeSeries.refusal(interval: 10, duration: 10, entities: 1) == nil)
    #expect(
      TimeSeries.refusal(interval: 11, duration: 10, entities: 1)
        == "'interval' must not be longer than 'duration'")
    #expect(
      TimeSeries.refusal(interval: 1_000, duration: 1_000_000_000, entities: 3)
        == "'interval' makes 1000000 intervals x 3 workloads and services = 3000000; "
        + "at most 100000")
    #expect(TimeSeries.standardInterval(duration: 1_000, entities: 2) == 10)
    #expect(TimeSeries.standardInterval(duration: 1_001, entities: 2) == 11)
    #expect(TimeSeries.standardInterval(duration: 1_000, entities: 20_000) == 200)
    #expect(TimeSeries.standardInterval(duration: 7, entities: 2) == 1)
    #expect(TimeSeries.standardInterval(duration: 7, entities: 200_000) == nil)
  }
}
