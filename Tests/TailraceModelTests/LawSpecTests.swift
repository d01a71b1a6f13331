import Testing

@testable import TailraceEngine
@testable import TailraceModel

@Suite("Laws of a scenario") struct LawSpecTests {
  /// Draws of a law for requests 0..<count of one workload.
  private func draws(_ law: LawSpec, count: UInt64, classes: [ClassWeight] = []) -> [Double] {
    var workload = WorkloadSpec(name: "w", arrivals: .constant(ratePerSecond: 1), steps: [])
    workload.classes = classes
    var plan = Plan()
    plan.seed = 17
    let topology = Topology(workloads: [workload], services: [])
    PlanBuilder.layOutClasses(topology, topology.workloads, &plan)
    let row = PlanBuilder.law(law, &plan)
    var sampler = Sampler(plan)
    return (0..<count).map { number in
      let luck = Luck.root(seed: 17, source: 3, request: number)
      return Double(sampler.time(row, luck: luck, salt: 5, number: number, source: 0))
    }
  }

  private static let composed: [LawSpec] = [
    .mixture([
      WeightedLaw(weight: 9, law: .exponential(mean: 1e6)),
      WeightedLaw(weight: 1, law: .exponential(mean: 2e7)),
    ]),
    .mixture([
      WeightedLaw(weight: 1, law: .constant(1e6)),
      WeightedLaw(
        weight: 2,
        law: .mixture([
          WeightedLaw(weight: 1, law: .uniform(0, 2e6)),
          WeightedLaw(weight: 1, law: .discrete([WeightedValue(value: 5e6, weight: 1)])),
        ])),
    ]),
    .discrete([
      WeightedValue(value: 1e6, weight: 0.99), WeightedValue(value: 2e7, weight: 0.01),
    ]),
    .quantiles([
      Quantile(level: 0.5, value: 9e6), Quantile(level: 0.9, value: 2e7),
      Quantile(level: 0.99, value: 8e7),
    ]),
    .buckets([
      CountedBucket(upperBound: 1e7, count: 70), CountedBucket(upperBound: 2e7, count: 25),
      CountedBucket(upperBound: 1e8, count: 5),
    ]),
    .geometric(mean: 40),
  ]

  @Test("The mean of the draws is the mean of the law", arguments: composed)
  func mean(law: LawSpec) throws {
    let values = draws(law, count: 400_000)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let expected = try #require(law.mean)
    #expect(abs(mean - expected) <= 4 * (variance / count).squareRoot())
    #expect(abs(mean - expected) <= 0.02 * expected)
  }

  @Test("Each class draws from its own law, in proportion to its weight")
  func byClass() {
    let law = LawSpec.byClass(["a": .constant(1), "b": .constant(2)])
    let values = draws(
      law, count: 100_000, classes: [ClassWeight("a", weight: 3), ClassWeight("b", weight: 1)])
    let second = values.count { $0 == 2 }
    #expect(values.allSatisfy { $0 == 1 || $0 == 2 })
    #expect(abs(Double(second) - 25_000) < 4 * (100_000 * 0.25 * 0.75).squareRoot())
  }
}
