import Tailrace
import TailraceModel
import TailraceReports
import Testing

@testable import TailraceExperiment

/// Every bundled scenario's variants against its first, on short runs.
@Suite("Comparisons of the bundled scenarios") struct ComparisonLibraryTests {
  /// A comparison of two or three variants over two seconds.
  private func comparison(
    _ scenario: Scenario, _ variants: [Scenario.Variant]
  ) -> Comparison {
    var comparison = Comparison(
      variants.map { variant in
        var experiment = variant.experiment(of: scenario)
        experiment.duration = min(experiment.duration, 2_000_000_000)
        experiment.warmUp = experiment.duration / 4
        experiment.replications = 2
        experiment.interval = nil
        experiment.eventsMax = 2_000_000
        return (variant.name, experiment)
      })
    comparison.jobs = 2
    return comparison
  }

  /// What must hold of requests that two designs served, however they differ.
  private func check(_ result: ComparisonResult, _ what: String) {
    for contrast in result.contrasts {
      for pairs in contrast.requests {
        let base = pairs.parts.reduce(UInt128(0)) { $0 + $1.baseSum }
        let against = pairs.parts.reduce(UInt128(0)) { $0 + $1.againstSum }
        #expect(base == pairs.baseSum, "\(what) \(pairs.workload): parts of the base")
        #expect(against == pairs.againstSum, "\(what) \(pairs.workload): parts of the other")
        guard pairs.oneIn == 1 else { continue }
        for (d, alone) in [(0, pairs.onlyBase), (contrast.against, pairs.onlyAgainst)] {
          let workload = result.designs[d].workloads.first { $0.name == pairs.workload }
          #expect(
            workload?.answered.reduce(0, +) == pairs.count + alone.count,
            "\(what) \(pairs.workload): every answer is paired or alone")
        }
      }
    }
  }

  @Test("Parts of the difference sum to it exactly, and what is compared is what 'run' gives")
  func sums() throws {
    var compared = 0
    for file in Library.files {
      let (_, scenario) = try Library.load(file)
      guard scenario.variants.count > 1 else { continue }
      let chosen = [scenario.variants[0], scenario.variants[1], scenario.variants.last!]
      let comparison = comparison(
        scenario, scenario.variants.count == 2 ? Array(chosen.prefix(2)) : chosen)
      let result = try comparison.run()
      check(result, scenario.name)
      for (design, own) in zip(comparison.designs, result.designs) where own.cutShort == nil {
        var alone = design.experiment
        alone.jobs = 2
        alone.seed = comparison.designs[0].experiment.seed
        #expect(
          try alone.run().digest == own.digest,
          "\(scenario.name)/\(design.name) alone and in a comparison")
      }
      compared += result.contrasts.flatMap(\.requests).count
    }
    #expect(compared >= 50, "\(compared) workloads were compared request by request")
  }

  @Test("The same where only a part of the requests fits in memory")
  func parts() throws {
    var thinned = 0
    for name in ["retry-storm", "cache-vs-no-cache", "closed-loop", "two-tier", "disciplines"] {
      let (_, scenario) = try Library.load(
        Library.root.appending(path: "scenarios/\(name).jsonc"))
      var comparison = comparison(
        scenario, [scenario.variants[0], scenario.variants.last!])
      comparison.requestsMax = 100
      let result = try comparison.run()
      check(result, name)
      for pairs in result.contrasts.flatMap(\.requests) where pairs.oneIn > 1 {
        thinned += 1
        #expect(pairs.count <= 200)
      }
    }
    #expect(thinned >= 4)
  }

  @Test("A design compared with itself is identical in every row and every request")
  func itself() throws {
    for file in Library.files {
      let (_, scenario) = try Library.load(file)
      let first = scenario.variants[0]
      let result = try comparison(scenario, [first, first]).run()
      #expect(!result.contrasts[0].rows.isEmpty, "\(scenario.name)")
      for row in result.contrasts[0].rows {
        #expect(row.change.verdict == .identical, "\(scenario.name): \(row.measure.name)")
      }
      for pairs in result.contrasts[0].requests {
        #expect(pairs.slower == 0 && pairs.faster == 0 && pairs.onlyBase.count == 0)
        #expect(pairs.parts.allSatisfy { $0.baseSum == $0.againstSum })
      }
    }
  }
}
