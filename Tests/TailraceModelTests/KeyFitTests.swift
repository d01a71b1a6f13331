import Foundation
import Testing

@testable import TailraceModel

/// Keys as the simulator takes them: by the shard that each request's call went to.
@Suite("Goodness of fit of keys") struct KeyFitTests {
  /// Requests by key over as many shards as keys, from `requests` requests.
  private func counts(_ keys: CarriedKeys, of cells: Int, requests: Int) -> [Double] {
    var service = ServiceSpec(name: "s", handler: [.work(.constant(1))])
    service.shards = cells
    service.slots = nil
    service.sharding = Sharding(key: keys.space)
    let steps: [StepSpec] = keys.countMax > 1 ? [.scatter("s", .keys)] : [.call("s")]
    let instants = (0..<requests).map { UInt64($0) * 10 }
    let workload = WorkloadSpec(name: "w", arrivals: .instants(instants), steps: steps)
      .with(keys: [keys])
    let run = Replication.run(
      Topology(workloads: [workload], services: [service]),
      .init(seed: 11, number: 3, window: 0..<(1 << 40)))
    #expect(run.violations.isEmpty)
    return run.services[0].rows.map { Double($0.requests) }
  }

  /// Chi-square within 3.9 standard deviations of chance (Wilson and Hilferty 1931), both sides.
  private func isPlausible(_ counts: [Double], _ weights: [Double]) -> Bool {
    let total = counts.reduce(0, +)
    let whole = weights.reduce(0, +)
    var statistic = 0.0
    for (count, weight) in zip(counts, weights) {
      let expected = weight / whole * total
      // Cells are chosen so that the approximation by a chi-square holds.
      #expect(expected > 10)
      statistic += (count - expected) * (count - expected) / expected
    }
    let spread = 2 / (9 * Double(counts.count - 1))
    let deviate = (cbrt(statistic / Double(counts.count - 1)) - (1 - spread)) / spread.squareRoot()
    return abs(deviate) < 3.9
  }

  private func carried(_ law: KeyLaw) -> CarriedKeys { CarriedKeys(space: "key", law: law) }

  @Test("Uniform keys")
  func uniform() {
    let seen = counts(carried(.uniform(0...999)), of: 1_000, requests: 200_000)
    #expect(isPlausible(seen, Array(repeating: 1, count: 1_000)))
  }

  @Test("Zipf keys have the exact probabilities k^-a / H", arguments: [0.4, 0.99, 1, 1.3])
  func zipf(exponent: Double) {
    let seen = counts(
      carried(.zipf(0...199, exponent: exponent)), of: 200, requests: 200_000)
    #expect(isPlausible(seen, (1...200).map { pow(Double($0), -exponent) }))
  }

  @Test("The test can fail: a slightly other exponent is told apart")
  func power() {
    let seen = counts(carried(.zipf(0...199, exponent: 1.02)), of: 200, requests: 200_000)
    #expect(!isPlausible(seen, (1...200).map { 1 / Double($0) }))
  }

  @Test("A range moves the most popular key; a far key has its shard by remainder")
  func range() {
    // Keys 10^12 + 3 and on: remainder 3 by 50, and on.
    let first: UInt64 = 1_000_000_000_003
    let seen = counts(
      carried(.zipf(first...(first + 9), exponent: 1)), of: 50, requests: 20_000)
    #expect(isPlausible(Array(seen[3..<13]), (1...10).map { 1 / Double($0) }))
    #expect(seen[..<3].allSatisfy { $0 == 0 } && seen[13...].allSatisfy { $0 == 0 })
  }

  @Test("Keys of a list by weight; a mixture of a hot set and the rest")
  func lists() {
    let list = counts(
      carried(.list([WeightedKey(1, weight: 5), WeightedKey(3, weight: 1), WeightedKey(4)])),
      of: 6, requests: 20_000)
    #expect([0, 2, 5].allSatisfy { list[$0] == 0 })
    #expect(isPlausible([list[1], list[3], list[4]], [5, 1, 1]))
    let mixture = KeyLaw.mixture([
      WeightedKeyLaw(weight: 3, law: .uniform(0...4)),
      WeightedKeyLaw(weight: 1, law: .uniform(0...99)),
    ])
    let mixed = counts(carried(mixture), of: 100, requests: 100_000)
    #expect(isPlausible(mixed, (0..<100).map { $0 < 5 ? 0.6 + 0.01 : 0.01 }))
  }

  @Test("Two different keys of a request: the second is drawn from what the first left")
  func pairs() {
    let weights = (1...8).map { 1 / Double($0) }
    let whole = weights.reduce(0, +)
    var keys = carried(.zipf(0...7, exponent: 1))
    keys.count = .constant(2)
    let seen = counts(keys, of: 8, requests: 50_000)
    // Chance to be first, or second after any other.
    let either = weights.indices.map { k in
      weights[k] / whole
        + weights.indices.filter { $0 != k }.reduce(0.0) { sum, j in
          sum + weights[j] / whole * weights[k] / (whole - weights[j])
        }
    }
    for (count, chance) in zip(seen, either) {
      let deviation = (50_000 * chance * (1 - chance)).squareRoot()
      #expect(abs(count - 50_000 * chance) < 4 * deviation)
    }
    #expect(seen.reduce(0, +) == 100_000)
  }

  @Test("Keys of two spaces, of neighbouring requests and of the arrivals are independent")
  func independence() {
    // Two spaces of four keys in one request.
    var front = ServiceSpec(name: "front", handler: [.work(.constant(1))])
    front.shards = 4
    front.slots = nil
    front.sharding = Sharding(key: "one")
    var back = front
    back.name = "back"
    back.sharding = Sharding(key: "two")
    let given = (0..<40_000).map { UInt64($0) * 100 }
    var workload = WorkloadSpec(
      name: "w", arrivals: .instants(given), steps: [.call("front"), .call("back")])
    workload.keys = ["one", "two"].map { CarriedKeys(space: $0, law: .uniform(0...3)) }
    var keys = RequestKeys(
      PlanBuilder.build(
        Topology(workloads: [workload], services: [front, back]), seed: 5, window: 0..<1))
    var sampler = Sampler(Plan())
    var cells = [Double](repeating: 0, count: 16)
    var steps = [Double](repeating: 0, count: 16)
    var before = 0
    for number in 0..<40_000 {
      let root = Root(number: UInt64(number), serial: 0, source: 0, counted: false)
      let one = Int(keys.key(0, root, index: 0, &sampler))
      let two = Int(keys.key(1, root, index: 0, &sampler))
      cells[4 * one + two] += 1
      steps[4 * before + one] += 1
      before = one
    }
    #expect(isPlausible(cells, Array(repeating: 1, count: 16)))
    #expect(isPlausible(steps, Array(repeating: 1, count: 16)))
  }

  @Test("A request's key is the same whether it is drawn ahead, remembered, or drawn again")
  func memory() {
    var service = ServiceSpec(name: "s", handler: [.work(.constant(1))])
    service.shards = 4
    service.slots = nil
    service.sharding = Sharding(key: "item")
    var workload = WorkloadSpec(name: "w", arrivals: .instants([0]), steps: [.call("s")])
    workload.keys = [CarriedKeys(space: "item", law: .zipf(0...999, exponent: 0.9))]
    let plan = PlanBuilder.build(
      Topology(workloads: [workload], services: [service]), seed: 5, window: 0..<1)
    var sampler = Sampler(Plan())
    // Far ahead of all that was asked for before, each is drawn by itself.
    var alone = RequestKeys(plan)
    var inTurn = RequestKeys(plan)
    for number in 0..<3_000 {
      for other in [number, max(0, number - 7), max(0, number - 300), number + 1, number + 900] {
        let root = Root(number: UInt64(other), serial: 0, source: 0, counted: false)
        let key = inTurn.key(0, root, index: 0, &sampler)
        if other > 1_000 { #expect(key == alone.key(0, root, index: 0, &sampler), "\(other)") }
      }
    }
    #expect(alone.uses[0].drawnTo == 0 && inTurn.uses[0].drawnTo > 3_000)
  }
}
