import TailraceEngine
import Testing

@testable import TailraceModel

@Suite("Balancers: latency, loads, connections") struct LatencyPolicyTests {
  private static let second: UInt64 = 1_000_000_000

  @Test("Peak EWMA: one slow answer is enough, and it is forgotten as e^(-t / 10 s)")
  func peak() {
    let bench = PolicyBench(weights: [1, 1])
    var policy = PeakEWMA()
    let start = 100 * Self.second
    bench.hosts[0].note(latency: 9_000_000, at: start - 1, decayTime: policy.decayTime)
    bench.hosts[1].note(latency: 10_000_000, at: start - 1, decayTime: policy.decayTime)
    #expect(bench.pick(&policy, now: start) == 0)
    bench.hosts[0].note(latency: Self.second, at: start, decayTime: policy.decayTime)
    #expect(abs(bench.hosts[0].latency - 1e9) < 1)
    // The other one goes on answering in 10 ms: 1 s x e^(-t / 10 s) is that after 46.05 s.
    for (after, chosen) in [(0.0, 1), (10, 1), (46.0, 1), (46.1, 0)] {
      let now = start + UInt64(after * 1e9)
      bench.hosts[1].latency = 10_000_000
      bench.hosts[1].latencyAt = now
      #expect(bench.pick(&policy, now: now) == chosen, "\(after)")
    }
    // With 11 ms against 10 one more call out decides, whoever is drawn first.
    bench.hosts[0].latency = 11_000_000
    bench.hosts[0].latencyAt = start
    bench.hosts[1].latencyAt = start
    bench.loads[1] = 1
    for turn in 0..<20 { #expect(bench.pick(&policy, now: start, turn: turn) == 0) }
  }

  @Test("Shorter answers are averaged in by the time that has passed")
  func average() {
    var row = HostRow()
    row.note(latency: 1_000_000, at: 1, decayTime: 10 * Self.second)
    row.note(latency: 0, at: 1 + 10 * Self.second, decayTime: 10 * Self.second)
    #expect(abs(row.latency - 1_000_000 * 0.36787944) < 1)
  }

  /// Shares of visits of ten replicas of which the first fails at once, at 300 calls a second.
  private func sinkhole(_ policy: some BalancingPolicy) -> Double {
    var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 5e7))])
    (s.replicas, s.slots) = (10, 4)
    s.balancing = policy
    if policy.readsHosts { s.cluster = ClusterSpec() }
    let workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: 300), steps: [.call("s")])
    var topology = Topology(workloads: [workload], services: [s])
    topology.faults = [.at(0, .fail(1), from: 0)]
    let run = Replication.run(
      topology, .init(seed: 3, number: 0, window: Self.second..<(40 * Self.second)))
    #expect(run.violations.isEmpty)
    let visits = run.services[0].rows.map { Double($0.requests) }
    return visits[0] / visits.reduce(0, +)
  }

  @Test("Who fails fast draws calls of those that count or time them, unless failures cost")
  func sinkholes() {
    #expect(abs(sinkhole(RoundRobin()) - 0.1) < 0.001)
    #expect(sinkhole(LeastRequest()) > 0.15)
    var scan = LeastRequest()
    scan.fullScan = true
    #expect(sinkhole(scan) > 0.4)
    #expect(sinkhole(PeakEWMA()) > 0.15)
    var careful = PeakEWMA()
    careful.failurePenalty = 5 * Self.second
    #expect(sinkhole(careful) < 0.002)
  }

  @Test("Round robin sends a slow replica as many calls as any other")
  func slowHost() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    s.groups = [ReplicaGroup("a", speed: 0.1), ReplicaGroup("b", replicas: 9)]
    #expect(BalancerRun([s], every: 1, count: 1_000).visits == Array(repeating: 100, count: 10))
  }

  @Test("PICK_FIRST stays, moves on when a connection is refused, and stays there")
  func pickFirst() {
    let s = ServiceSpec.quick(3) { spec, _ in spec.balancing = PickFirst() }
    let found = BalancerRun(
      [s], every: 10, count: 100,
      faults: [.at(0, .crash(drops: false), from: 300, for: 100)])
    #expect(found.ends(.connectionFailure) == [301])
    #expect(found.visits[1] == 69 && found.visits[2] == 0)
    // A slow answer or an error of the application is no reason to go.
    let failing = BalancerRun([s], every: 10, count: 50, faults: [.at(0, .fail(1), from: 0)])
    #expect(failing.visits == [50, 0, 0])
  }

  /// The mean response of ten servers of 10 ms at 80 %, in milliseconds.
  private func mean(_ change: (inout LeastRequest, inout ClusterSpec) -> Void) -> Double {
    var (policy, cluster) = (LeastRequest(), ClusterSpec())
    change(&policy, &cluster)
    var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e7))])
    s.replicas = 10
    s.balancing = policy
    s.cluster = cluster
    let workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: 800), steps: [.call("s")])
    let run = Replication.run(
      Topology(workloads: [workload], services: [s]),
      .init(seed: 6, number: 0, window: (5 * Self.second)..<(65 * Self.second)))
    #expect(run.violations.isEmpty)
    let latencies = run.workloads[0].latencies
    return Double(latencies.sum) / Double(latencies.count) / 1e6
  }

  @Test("Views that are old make the least loaded a herd's: worse than two choices, than random")
  func herds() {
    func scan(_ milliseconds: UInt64) -> Double {
      mean {
        $0.fullScan = true
        $1.reportDelay = milliseconds * 1_000_000
      }
    }
    func two(_ milliseconds: UInt64) -> Double {
      mean { $1.reportDelay = milliseconds * 1_000_000 }
    }
    #expect(scan(2) < 0.9 * two(2))
    #expect(scan(20) > 1.3 * two(20))
    #expect(scan(20) < 50 && scan(50) > 60)
    #expect(two(50) < 45)
  }

  @Test("A look at all is the shortest queue only where one balancer has all calls")
  func manyBalancers() {
    func scan(_ balancers: Int) -> Double {
      mean {
        $0.fullScan = true
        $1.balancers = .count(balancers)
      }
    }
    let (one, ten, hundred) = (scan(1), scan(10), scan(100))
    #expect(one < 15 && ten > 1.7 * one && hundred > 1.3 * ten)
  }
}
