import Testing

@testable import TailraceExperiment
@testable import TailraceModel

@Suite("The cheapest design")
struct CheapestTests {
  /// A grid of two capacities at two prices, and what an oracle says of each design.
  private struct Grid {
    var candidates: [CheapestSearch.Candidate] = []
    var meets: [Bool] = []

    /// The cheapest that meets, by looking at all; the first of equal ones.
    var cheapest: Double? {
      zip(candidates, meets).filter(\.1).map(\.0.standing).min()
    }
  }

  /// Designs of one or two kinds; those meet whose parts reach an amount, each part worth something.
  private func grid(_ random: inout Dice) -> Grid {
    var grid = Grid()
    let sides = [Int(random.next() % 6) + 1, Int(random.next() % 6) + 1]
    let prices = [Double(random.next() % 9), Double(random.next() % 9 + 1)]
    let worth = [Double(random.next() % 7), Double(random.next() % 7)]
    let need = Double(random.next() % 50)
    for kind in 0..<Int(random.next() % 2 + 1) {
      for a in 0..<sides[0] {
        for b in 0..<sides[1] {
          let cost = Double(a) * prices[0] + Double(b) * prices[1] + Double(kind) * 3
          grid.candidates.append(.init(standing: cost, capacities: [a, b], kind: kind))
          grid.meets.append(
            Double(a) * worth[0] + Double(b) * worth[1] + Double(kind) * 5 >= need)
        }
      }
    }
    return grid
  }

  @Test("What is left out by reason is never the answer: as a look at every design finds")
  func pruning() {
    var random = Dice(state: 4)
    var looked = 0
    var all = 0
    for _ in 0..<2_000 {
      let grid = grid(&random)
      var field = Field(grid.candidates)
      var best: Double?
      while let next = field.next() {
        looked += 1
        let cost = grid.candidates[next].standing
        if grid.meets[next] { best = min(best ?? .infinity, cost) }
        field.note(next, grid.meets[next] ? .meets : .fails, cost: cost)
      }
      all += grid.candidates.count
      #expect(best == grid.cheapest)
    }
    // A search that looks at everything would be right, too.
    #expect(looked * 3 < all, "\(looked) of \(all) designs were looked at")
  }

  @Test("A design that cannot be told is left alone, and rules nothing out")
  func unclear() {
    var field = Field([
      .init(standing: 1, capacities: [0], kind: 0), .init(standing: 2, capacities: [1], kind: 0),
      .init(standing: 3, capacities: [2], kind: 0),
    ])
    #expect(field.next() == 1)
    field.note(1, .unclear, cost: 2)
    field.note(2, .meets, cost: 3)
    #expect(field.next() == 0)
    #expect((field.smaller, field.dearer) == (0, 0))
  }

  /// Two stations in series, M/M/c each: users -> web -> db.
  private static func tandem(web: Int, db: Int) -> Experiment {
    func station(_ name: String, _ slots: Int, _ mean: Double, _ then: [StepSpec]) -> ServiceSpec {
      var service = ServiceSpec(
        name: name, handler: [StepSpec(.work(.exponential(mean: mean)))] + then)
      service.slots = slots
      return service
    }
    let users = WorkloadSpec(
      name: "users", arrivals: .poisson(ratePerSecond: 900),
      steps: [StepSpec(.call(CallSpec("web")))])
    let topology = Topology(
      workloads: [users],
      services: [
        station("db", db, 5e6, []), station("web", web, 2e6, [StepSpec(.call(CallSpec("db")))]),
      ])
    var experiment = Experiment(
      scenario: "tandem", variant: "base", topology: topology, duration: 21_000_000_000)
    experiment.topology.services[1].concurrencyModel = .eventLoop
    experiment.warmUp = 1_000_000_000
    experiment.prices.items = [
      Price(.service("db"), .replicaHour, amount: 3, units: Double(db)),
      Price(.service("db"), .millionRequests, amount: 0.25),
      Price(.service("web"), .replicaHour, amount: 1, units: Double(web)),
    ]
    return experiment
  }

  /// By Erlang's C both stations' means add up to 7.55 ms at (4, 7), 8.03 at (3, 7), 7.74 at (3, 8),
  /// 8.41 at (6, 6): below 7.8 ms the first is the cheapest. 3.24 million requests an hour come on top.
  @Test("Two stations in series: the cheapest for a mean below 7.8 ms is the exact one")
  func exactAnswer() throws {
    let designs = (2...6).flatMap { web in (5...9).map { (web: web, db: $0) } }
    var search = CheapestSearch(
      designs.map { design in
        .init(
          standing: Self.tandem(web: design.web, db: design.db).prices.standing,
          capacities: [design.web, design.db], kind: 0)
      })
    search.jobs = 2
    let metric = try #require(ThresholdMetrics.all.first { $0.name == "latency" })
    let answer = try search.run(
      make: { point in
        var experiment = Self.tandem(web: designs[point].web, db: designs[point].db)
        experiment.thresholds = [
          Threshold(
            metric: metric, labels: [], statistic: .mean, comparison: .below, bound: 7.8e6,
            condition: "mean < 7.8ms")
        ]
        return .success(experiment)
      }, spelled: { "\(designs[$0])" })
    let best = try #require(answer.best)
    #expect(designs[best.candidate] == (4, 7))
    #expect(abs(best.cost - (4 + 3 * 7 + 0.25 * 3.24)) < 0.02, "\(best.cost)")
    #expect(answer.probes.count + answer.smaller + answer.dearer == designs.count)
    #expect(answer.probes.count <= 10, "\(answer.probes.count) of \(designs.count) tried")
  }
}

/// Numbers for tests: the multiplier of Knuth's MMIX.
private struct Dice {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
