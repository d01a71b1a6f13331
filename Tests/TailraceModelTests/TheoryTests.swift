import TailraceEngine
import TailraceStatistics
import Testing

@testable import TailraceModel

@Suite("Theory") struct TheoryTests {
  /// Mean latency over independent replications, with its standard error.
  private func meanLatency(_ topology: Topology, seconds: UInt64, replications: UInt64) -> (
    mean: Double, error: Double
  ) {
    var means: [Double] = []
    for number in 0..<replications {
      let window = (seconds / 10 * 1_000_000_000)..<(seconds * 1_000_000_000)
      let run = Replication.run(topology, .init(seed: 11, number: number, window: window))
      #expect(run.violations.isEmpty)
      means.append((run.workloads[0].latencies.mean ?? 0) / 1e6)
    }
    let mean = means.reduce(0, +) / Double(means.count)
    let variance =
      means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(means.count - 1)
    return (mean, (variance / Double(means.count)).squareRoot())
  }

  @Test("M/M/1 at load 0.8 takes 1 / (mu - lambda)")
  func mm1() {
    let s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e6))])
    let w = WorkloadSpec(name: "w", arrivals: .poisson(ratePerSecond: 800), steps: [.call("s")])
    let (mean, error) = meanLatency(
      Topology(workloads: [w], services: [s]), seconds: 200, replications: 10)
    // 1.6 million requests: three standard errors are well within 2 % of 5 ms.
    #expect(3 * error < 0.02 * 5)
    #expect(abs(mean - 5) <= max(0.02 * 5, 3 * error))
  }

  @Test("Two choices of ten beat random by far and round-robin by some")
  func balancing() {
    func mean(_ policy: any BalancingPolicy) -> Double {
      var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e6))])
      s.replicas = 10
      s.balancing = policy
      let w = WorkloadSpec(name: "w", arrivals: .poisson(ratePerSecond: 8_000), steps: [.call("s")])
      return meanLatency(Topology(workloads: [w], services: [s]), seconds: 20, replications: 4).mean
    }
    let random = mean(RandomChoice())
    #expect(abs(random - 5) < 0.5)
    let roundRobin = mean(RoundRobin())
    let twoChoices = mean(LeastRequest())
    #expect(roundRobin < 0.75 * random)
    #expect(twoChoices < 0.8 * roundRobin)
  }

  @Test("Same seed, same numbers; another order of declarations changes nothing")
  func determinism() {
    func run(_ services: [ServiceSpec]) -> Replication {
      let w = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 500),
        steps: [.parallel([[.call("a")], [.call("b", timeout: 3)]]).onError(.ignore)])
      return Replication.run(
        Topology(workloads: [w], services: services),
        .init(seed: 5, number: 2, window: 0..<20_000_000_000))
    }
    let a = ServiceSpec(name: "a", handler: [.work(.exponential(mean: 1e6))])
    var b = ServiceSpec(name: "b", handler: [.work(.lognormal(.init(mean: 1e6, variation: 2)))])
    b.cancel = .running
    let unused = ServiceSpec(name: "aa", handler: [.work(.ticks(1))])
    let one = run([a, b])
    let other = run([b, unused, a])
    #expect(one.workloads[0].latencies == other.workloads[0].latencies)
    #expect(one.workloads[0].outcomes == other.workloads[0].outcomes)
    #expect(one.services[1].rows == other.services[2].rows)
    #expect(one.workloads[0].outcomes[Int(Outcome.degraded.rawValue)] > 100)
  }
}
