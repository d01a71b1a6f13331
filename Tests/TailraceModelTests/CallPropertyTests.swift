import TailraceStatistics
import Testing

@testable import TailraceModel

/// What a simulation of these mechanisms must show: see Tests/PROPERTIES.md.
@Suite("Properties of calls, servers and workloads") struct CallPropertyTests {
  private static let second: UInt64 = 1_000_000_000

  private func run(
    _ services: [ServiceSpec], _ arrivals: ArrivalSpec, _ steps: [StepSpec], seed: UInt64 = 4,
    from start: UInt64 = 10, to end: UInt64 = 60
  ) -> Replication {
    let topology = Topology(
      workloads: [WorkloadSpec(name: "w", arrivals: arrivals, steps: steps)], services: services)
    let run = Replication.run(
      topology, .init(seed: seed, number: 0, window: start * Self.second..<end * Self.second))
    #expect(run.violations.isEmpty)
    return run
  }

  @Test("With timeouts shorter than the wait a server is busy with what nobody waits for")
  func expiredWork() {
    let server = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e7))])
    var call = CallSpec("s")
    call.timeout = Self.second
    // 20 a second too many: after 30 s the queue is 6 s long.
    let run = run(
      [server], .poisson(ratePerSecond: 120), [StepSpec(.call(call))], from: 30, to: 60)
    #expect(run.workloads[0].outcomes[Int(Outcome.success.rawValue)] == 0)
    #expect(run.services[0].rows[0].busyArea == 30 * Self.second)
  }

  @Test("Copies shorten the tail of idle servers; of busy ones they raise the mean")
  func busyHedges() {
    func run(_ load: Double, hedged: Bool) -> Replication {
      var server = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e6))])
      (server.replicas, server.balancing) = (10, RandomChoice())
      var call = CallSpec("s")
      if hedged {
        var hedge = HedgePolicy(delay: .fixed(3_000_000))
        hedge.attempts = 2
        call.hedge = hedge
      }
      return self.run(
        [server], .poisson(ratePerSecond: 10_000 * load), [StepSpec(.call(call))], to: 40)
    }
    func p99(_ run: Replication) -> UInt64 { run.workloads[0].latencies.quantile(0.99) ?? 0 }
    func mean(_ run: Replication) -> Double { run.workloads[0].latencies.mean ?? 0 }
    #expect(p99(run(0.1, hedged: true)) < p99(run(0.1, hedged: false)))
    #expect(mean(run(0.1, hedged: true)) < mean(run(0.1, hedged: false)))
    #expect(mean(run(0.75, hedged: true)) > 2 * mean(run(0.75, hedged: false)))
  }

  @Test("Throughput is the least of what cores and threads allow: 800/s with 80, 400/s with 20")
  func coresAndThreads() {
    // Four cores do 800 times 5 ms of work; a thread comes round 20 times a second.
    for (threads, rate) in [(80, 800.0), (20, 400)] {
      var server = ServiceSpec(
        name: "s", handler: [.work(.exponential(mean: 5e6)), .wait(.exponential(mean: 45e6))])
      (server.slots, server.cores, server.discipline) = (threads, 4, .ps)
      let run = run(
        [server], .closed(ClosedLoop(clients: 200, thinkTime: .constant(0))), [.call("s")])
      let served = Double(run.services[0].rows[0].starts) / 50
      #expect(abs(served - rate) < 0.04 * rate, "\(threads) threads: \(served)/s")
    }
  }

  @Test("One dispatcher that takes d caps the throughput at 1 / d, whatever the pool's size")
  func dispatcher() {
    for workers in [20, 100] {
      var dispatcher = ServiceSpec(
        name: "dispatcher", handler: [.work(.constant(1e6)), .call("worker")])
      dispatcher.concurrencyModel = .eventLoop
      var worker = ServiceSpec(name: "worker", handler: [.work(.constant(1e7))])
      worker.slots = workers
      let run = run(
        [dispatcher, worker], .closed(ClosedLoop(clients: 500, thinkTime: .constant(0))),
        [.call("dispatcher")])
      let served = Double(run.services[1].rows[0].starts) / 50
      #expect(abs(served - 1_000) < 10, "\(workers) workers: \(served)/s")
    }
  }

  @Test("Hops of what stands in between add up; at load 1 it is a bottleneck that the app hides")
  func hops() {
    func run(between: Double?, ratePerSecond rate: Double) -> Replication {
      var app = ServiceSpec(name: "app", handler: [.work(.constant(2e6))])
      (app.slots, app.latency) = (8, .constant(5e5))
      var side = ServiceSpec(
        name: "side", handler: [.work(.constant(between ?? 1)), .call("app")])
      (side.concurrencyModel, side.latency) = (.eventLoop, .constant(5e5))
      return self.run(
        between == nil ? [app] : [app, side], .constant(ratePerSecond: rate),
        [.call(between == nil ? "app" : "side")], from: 1, to: 11)
    }
    // With nothing to wait for: 0.5 + 2 + 0.5 ms, and 0.5 + 1 + 0.5 more.
    #expect(run(between: nil, ratePerSecond: 10).workloads[0].latencies.maximum == 3_000_000)
    #expect(run(between: 1e6, ratePerSecond: 10).workloads[0].latencies.maximum == 5_000_000)
    // The app could do 4,000/s; what stands before it 1,000/s, and is asked for 1,100/s.
    let direct = run(between: nil, ratePerSecond: 1_100)
    #expect(direct.workloads[0].latencies.maximum == 3_000_000)
    let hidden = run(between: 1e6, ratePerSecond: 1_100)
    #expect(hidden.services[0].rows[0].busyArea < UInt64(0.26 * 8 * 1e10))
    #expect(hidden.services[0].rows[0].queueArea == 0)
    #expect(hidden.services[1].rows[0].busyArea == 10 * Self.second)
    #expect((hidden.workloads[0].latencies.mean ?? 0) > 5e8)
  }

  @Test("An arm of a split gets its share, within three standard errors")
  func splitShares() {
    var (rare, usual) = (
      ServiceSpec(name: "rare", handler: [.work(.constant(1))]),
      ServiceSpec(name: "usual", handler: [.work(.constant(1))])
    )
    (rare.slots, usual.slots) = (nil, nil)
    let arms = [
      SplitArm(weight: 1, steps: [.call("rare")]), SplitArm(weight: 19, steps: [.call("usual")]),
    ]
    let run = run(
      [rare, usual], .poisson(ratePerSecond: 2_000), [StepSpec(.split(arms))])
    let taken = run.services.map { Double($0.rows[0].requests) }
    let all = taken[0] + taken[1]
    #expect(abs(taken[0] / all - 0.05) < 3 * (0.05 * 0.95 / all).squareRoot())
  }

  @Test("Runs with the same luck differ less than independent ones: pairs show small effects")
  func commonLuck() {
    func mean(_ work: Double, seed: UInt64) -> Double {
      let server = ServiceSpec(name: "s", handler: [.work(.exponential(mean: work))])
      return run(
        [server], .poisson(ratePerSecond: 700), [.call("s")], seed: seed, from: 1, to: 11
      ).workloads[0].latencies.mean ?? 0
    }
    func variance(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    }
    let seeds = 1...30 as ClosedRange<UInt64>
    let pairs = seeds.map { mean(1.02e6, seed: $0) - mean(1e6, seed: $0) }
    let strangers = seeds.map { mean(1.02e6, seed: $0) - mean(1e6, seed: $0 + 100) }
    #expect(variance(pairs) < variance(strangers) / 10)
    #expect(pairs.allSatisfy { $0 > 0 } && !strangers.allSatisfy { $0 > 0 })
  }
}
