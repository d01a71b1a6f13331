import Synchronization
import TailraceModel
import Testing

@testable import TailraceExperiment

@Suite("Many points in one pool of work") struct PointPoolTests {
  /// M/M/1 with 1 ms of work at 100/s, 200/s, ... by point; the warm-up is looked for.
  private func experiment(_ point: Int) -> Experiment {
    var experiment = TwoDesigns.design(
      "base", mean: 1_000, rate: Double(100 * (point + 1))
    ).experiment
    experiment.duration = 5_000_000_000
    experiment.warmUp = nil
    experiment.replications = 3
    return experiment
  }

  private func digests(_ points: [Int], jobs: Int) -> [Int: UInt64] {
    let found = Mutex<[Int: UInt64]>([:])
    PointPool(jobs: jobs).run(points, make: { .success(experiment($0)) }) { point, outcome in
      if case .result(let result) = outcome {
        found.withLock { $0[point] = result.digest }
      }
    }
    return found.withLock { $0 }
  }

  @Test("Each point is what its experiment gives alone, for any number of threads")
  func alone() throws {
    let points = [4, 0, 7, 2, 5]
    var expected: [Int: UInt64] = [:]
    for point in points { expected[point] = try experiment(point).run().digest }
    for jobs in [1, 2, 5, 16] {
      #expect(digests(points, jobs: jobs) == expected, "\(jobs) threads")
    }
    #expect(digests([], jobs: 3).isEmpty)
  }

  @Test("Points without an experiment are told, and the others go on")
  func invalid() {
    let mistakes = Mutex<[Int: String]>([:])
    let done = Mutex<Set<Int>>([])
    PointPool(jobs: 2).run(
      Array(0..<9),
      make: { $0 % 3 == 0 ? .failure(PointMistake("no \($0)")) : .success(experiment($0)) }
    ) { point, outcome in
      switch outcome {
      case .invalid(let text): mistakes.withLock { $0[point] = text }
      case .result: _ = done.withLock { $0.insert(point) }
      case .fault: Issue.record("a broken invariant")
      }
    }
    #expect(mistakes.withLock { $0 } == [0: "no 0", 3: "no 3", 6: "no 6"])
    #expect(done.withLock { $0 } == [1, 2, 4, 5, 7, 8])
  }

  @Test(
    "Who is asked to stop stops: nobody waits for work that does not come", arguments: [1, 2, 8])
  func stop(jobs: Int) {
    let done = Atomic<Int>(0)
    PointPool(jobs: jobs).run(
      Array(0..<200), make: { _ in .success(experiment(2)) },
      shouldStop: { done.load(ordering: .relaxed) >= 3 }
    ) { _, _ in done.wrappingAdd(1, ordering: .relaxed) }
    #expect((3...(3 + 2 * jobs)).contains(done.load(ordering: .relaxed)))
  }
}

@Suite("Steady states") struct SteadinessTests {
  private func steadiness(rate: Double, seed: UInt64 = 1, limit: Int? = nil) throws -> Steadiness {
    var design = TwoDesigns.design("base", mean: 1_000, rate: rate).experiment
    design.topology.services[0].queueLimit = limit
    design.duration = 21_000_000_000
    design.seed = seed
    return try design.run().steadiness
  }

  @Test("Below capacity a queue is steady, near it too", arguments: [100.0, 500, 800, 900, 950])
  func steady(rate: Double) throws {
    for seed in UInt64(1)...20 {
      #expect(try steadiness(rate: rate, seed: seed) == .steady, "seed \(seed)")
    }
  }

  @Test(
    "Above capacity requests pile up: the end has more than the mean",
    arguments: [1_030.0, 1_100, 2_000])
  func growing(rate: Double) throws {
    for seed in UInt64(1)...5 {
      guard case .growing(let mean, let end) = try steadiness(rate: rate, seed: seed) else {
        Issue.record("\(rate) per second of 1000 with seed \(seed)")
        continue
      }
      // From nothing in a straight line, less the first second of 21.
      #expect((1.3...2.5).contains(end / mean))
      #expect(abs(end - (rate - 1_000) * 21) < 0.6 * (rate - 1_000) * 21)
    }
  }

  @Test("A bounded queue sheds and is steady, whatever comes")
  func bounded() throws {
    #expect(try steadiness(rate: 2_000, limit: 100) == .steady)
  }

  @Test("Callers that give up leave their work behind: no more in flight, but ever more that waits")
  func givenUp() throws {
    var design = TwoDesigns.design("base", mean: 1_000, rate: 1_300).experiment
    var call = CallSpec("server")
    call.timeout = 500_000_000
    design.topology.workloads[0].steps = [StepSpec(.call(call))]
    design.duration = 21_000_000_000
    guard case .backlog("server", let mean, let end) = try design.run().steadiness else {
      Issue.record("1,300 per second of 1,000 are no backlog")
      return
    }
    #expect((1.3...2.5).contains(end / mean))
    #expect(abs(end - 300 * 21) < 0.2 * 300 * 21)
    // Below capacity the same call is steady, and so is one whose work leaves with its caller.
    design.topology.workloads[0].arrivals = .poisson(ratePerSecond: 900)
    #expect(try design.run().steadiness == .steady)
  }

  @Test("The number at the end of the window is the same on arrival and as events")
  func bothWays() throws {
    for rate in [500.0, 1_100] {
      var design = TwoDesigns.design("base", mean: 1_000, rate: rate).experiment
      let settings = design.settings(0, window: 1_000_000_000..<11_000_000_000)
      let onArrival = Replication.run(design.topology, settings)
      design.forcesEvents = true
      let asEvents = Replication.run(
        design.topology, design.settings(0, window: 1_000_000_000..<11_000_000_000))
      #expect(onArrival.inFlightAtEnd == asEvents.inFlightAtEnd)
      #expect(rate < 1_000 || onArrival.inFlightAtEnd > 500)
      #expect(onArrival.services[0].waitingAtEnd == asEvents.services[0].waitingAtEnd)
      // All but the one at work.
      #expect(rate < 1_000 || onArrival.services[0].waitingAtEnd + 1 == onArrival.inFlightAtEnd)
    }
  }
}
