import Foundation
import Tailrace
import TailraceEngine
import TailraceExperiment
import TailraceReports
import Testing

@testable import TailraceFit

/// What a fit prints is a scenario's language, and means there what the fit says.
@Suite("Fits in scenarios") struct FitScenarioTests {
  /// A service without queues whose work is the law, and one request a time.
  private static func scenario(_ work: String, arrivals: String? = nil) throws -> Scenario {
    let text = """
      { "tailrace": 1, "name": "fit", "seed": 5,
        "run": { "duration": "400s", "warm_up": "0s", "replications": 5 },
        "workloads": { "users": {
          "arrivals": \(arrivals ?? "{ \"type\": \"poisson\", \"rate\": \"50/s\" }"),
          "steps": [{ "call": "server" }] } },
        "services": { "server": { "concurrency": "unlimited", "handler": [{ "work": \(work) }] } } }
      """
    return try Scenario.load(
      SourceText(name: "fit.jsonc", text: text), folder: Repository.root.path())
  }

  /// Quantiles of 100,000 simulated requests.
  private static func simulated(_ work: String) throws -> [Double: Double] {
    let scenario = try scenario(work)
    var experiment = scenario.variants[0].experiment(of: scenario)
    experiment.quantiles = [0.5, 0.9, 0.99, 0.999]
    let latency = try experiment.run().workloads[0]
    var found: [Double: Double] = [:]
    for quantile in latency.quantiles {
      found[quantile.quantile] = quantile.latency.value
    }
    return found
  }

  static let samples: [(name: String, values: [Double])] = [
    ("lognormal", draws(LognormalLaw(logMean: 16, logDeviation: 0.7), 20_000, seed: 1)),
    ("gamma", draws(GammaLaw(shape: 3, scale: 2e6), 20_000, seed: 2)),
    ("weibull", draws(WeibullLaw(scale: 6e6, shape: 0.8), 20_000, seed: 3)),
    ("exponential", draws(ExponentialLaw(mean: 6e6), 20_000, seed: 4)),
    ("uniform", draws(UniformLaw(minimum: 2e6, maximum: 9e6), 20_000, seed: 5)),
    ("normal", draws(NormalLaw(mean: 9e6, deviation: 1e6), 20_000, seed: 6)),
    ("pareto", draws(ParetoLaw(minimum: 2e6, shape: 2.5), 20_000, seed: 7)),
    (
      "two kinds",
      draws(LognormalLaw(logMean: 15, logDeviation: 0.3), 19_000, seed: 8)
        + draws(LognormalLaw(logMean: 18, logDeviation: 0.3), 1_000, seed: 9)
    ),
  ]

  @Test("Simulated, a recommended law has the quantiles that were measured", arguments: samples)
  func simulated(name: String, values: [Double]) throws {
    let laws = report(values)
    for law in [laws.recommended, laws.empirical] {
      let found = try Self.simulated(law.text)
      for measured in laws.quantiles {
        guard let value = found[measured.level] else { continue }
        // What the fit says to be off, and what chance and rounding to buckets add.
        let error = law.checks.first { $0.level == measured.level }?.error ?? 0
        let noise = max(0.01, (measured.high - measured.low) / measured.value)
        #expect(
          ((value - measured.value) / measured.value - error).magnitude < noise,
          "\(name) \(law.name) p\(measured.level): \(value) for \(measured.value)")
      }
    }
  }

  @Test("Every law that a fit writes is read by the scenario language", arguments: samples)
  func valid(name: String, values: [Double]) throws {
    for law in report(values).fits {
      // A mean that the language refuses to have is no law to write.
      _ = try Self.scenario(law.text)
    }
    let counts = LawReport(
      .values(values.map { $0 / 1e6 }), in: .count, tolerance: 0.1)
    for law in counts.fits + [counts.empirical] {
      let text = """
        { "tailrace": 1, "name": "fit", "run": { "duration": "1s", "warm_up": "0s" },
          "workloads": { "users": { "arrivals": { "type": "constant", "rate": "1/s" },
            "attributes": { "tokens": \(law.text) }, "steps": [{ "call": "server" }] } },
          "services": { "server": { "handler": [
            { "work": { "type": "linear", "per": { "tokens": "1ms" } } }] } } }
        """
      _ = try Scenario.load(SourceText(name: "fit.jsonc", text: text))
    }
    let sizes = LawReport(.values(values.map { $0 / 1e3 }), in: .bytes, tolerance: 0.1)
    for law in sizes.fits + [sizes.empirical] {
      let text = """
        { "tailrace": 1, "name": "fit", "run": { "duration": "1s", "warm_up": "0s" },
          "workloads": { "users": { "arrivals": { "type": "constant", "rate": "1/s" },
            "steps": [{ "call": "server", "request_size": \(law.text) }] } },
          "services": { "server": { "handler": [{ "work": "1ms" }] } } }
        """
      _ = try Scenario.load(SourceText(name: "fit.jsonc", text: text))
    }
  }

  @Test("Every kind of arrivals is read, and comes at the measured rate")
  func arrivals() throws {
    let poisson = poissonTimes(20_000, perSecond: 60, seed: 1)
    let changing =
      poissonTimes(8_000, perSecond: 40, seed: 2)
      + poissonTimes(16_000, perSecond: 80, seed: 3, from: 200_000_000_000)
    var instant = 0.0
    let renewal = draws(LognormalLaw(mean: 2e7, variation: 2), 20_000, seed: 4).map { gap in
      instant += gap
      return Int64(instant)
    }
    let constant = (0..<400).map { Int64($0) * 25_000_000 }
    for (times, kind) in [
      (poisson, ArrivalReport.Kind.poisson), (changing.sorted(), .changing), (renewal, .renewal),
      (constant, .constant),
    ] {
      let found = try #require(ArrivalReport(times, trace: "", tolerance: 0.1))
      #expect(found.kind == kind)
      let scenario = try Self.scenario("\"1ms\"", arrivals: found.text)
      let run = try scenario.variants[0].experiment(of: scenario).run()
      let perSecond = Double(run.workloads[0].requests) / 2_000
      #expect(isClose(perSecond, found.rate, within: 0.06), "\(kind): \(perSecond) \(found.rate)")
    }
  }
}
