import TailraceEngine
import Testing

@testable import TailraceModel

@Suite("Balancers: turns within levels, zones and subsets") struct LocalityTests {
  /// Policies that take turns.
  private static let policies: [any BalancingPolicy] = [
    RoundRobin(), WeightedRoundRobin(.edf), WeightedRoundRobin(.smooth), WeightedLeastRequest(),
  ]

  @Test("70 % stay in the first level, and in each level all have their turn", arguments: 0..<4)
  func levels(policy: Int) {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    s.groups = [
      ReplicaGroup("here", replicas: 4), ReplicaGroup("there", replicas: 5),
    ]
    s.groups[1].priority = 1
    s.balancing = Self.policies[policy]
    s.cluster = ClusterSpec()
    s.cluster?.panicThreshold = 0
    var probe = ReadinessProbe()
    (probe.period, probe.timeout) = (10 * Timeline.tick, Timeline.tick)
    probe.failureThreshold = 1
    s.cluster?.readiness = probe
    let faults = [2, 3].map { FaultSpec.at($0, .crash(drops: false), from: 1) }
    let run = BalancerRun([s], every: 2, count: 20_000, faults: faults, from: 100)
    let visits = run.visits
    // 1.4 times half of the replicas.
    #expect(abs(visits[0] + visits[1] - 14_000) < 250)
    let tolerance = policy == 3 ? 60 : 3
    #expect(abs(visits[0] - visits[1]) <= tolerance, "\(visits)")
    let there = visits[4...]
    #expect((there.max() ?? 0) - (there.min() ?? 0) <= tolerance, "\(visits)")
  }

  @Test("What spills over to another zone takes turns there", arguments: 0..<4)
  func zones(policy: Int) {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    s.groups = [
      ReplicaGroup("here", replicas: 3), ReplicaGroup("there", replicas: 5),
    ]
    (s.groups[0].zone, s.groups[1].zone) = (0, 1)
    s.balancing = Self.policies[policy]
    s.cluster = ClusterSpec()
    s.cluster?.isZoneAware = true
    var workload = WorkloadSpec(
      name: "w", arrivals: .instants((0..<16_000).map { (1 + $0 * 2) * Timeline.tick }),
      steps: [.call("s")])
    workload.zones = [ZoneWeight(0)]
    var topology = Topology(workloads: [workload], services: [s])
    topology.zones = ["a", "b"]
    let run = Replication.run(
      topology, .init(seed: 5, number: 0, window: 0..<(40_000 * Timeline.tick)))
    #expect(run.violations.isEmpty)
    let visits = run.services[0].rows.map { Int($0.requests) }
    // Three of eight replicas are here, and all callers: three of eight calls stay.
    #expect(abs(visits[..<3].reduce(0, +) - 6_000) < 250)
    let tolerance = policy == 3 ? 60 : 3
    for part in [visits[..<3], visits[3...]] {
      #expect((part.max() ?? 0) - (part.min() ?? 0) <= tolerance, "\(visits)")
    }
  }

  @Test("Subsets that do not go into the replicas are dealt out evenly too")
  func subsets() {
    for (replicas, size, callers) in [(10, 4, 5), (10, 4, 7), (7, 5, 9), (9, 2, 4)] {
      var s = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
      s.replicas = replicas
      var subset = Subset(size)
      subset.isDeterministic = true
      s.cluster = ClusterSpec()
      s.cluster?.subset = subset
      var front = ServiceSpec(name: "front", handler: [.call("s")])
      front.replicas = callers
      let workload = WorkloadSpec(name: "w", arrivals: .instants([0]), steps: [.call("front")])
      let plan = PlanBuilder.build(
        Topology(workloads: [workload], services: [s, front]), seed: 4, window: 0..<1_000)
      var counts = Array(repeating: 0, count: replicas)
      for (row, host) in plan.hosts.enumerated() where host.isInSubset {
        counts[row % replicas] += 1
      }
      #expect(counts.reduce(0, +) == size * callers)
      #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1, "\(counts)")
    }
  }

  @Test("When weights by utilization take the place of equal ones nobody is flooded")
  func blackout() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    s.replicas = 10
    s.balancing = UtilizationWeighted()
    s.cluster = ClusterSpec()
    // A thousand calls a second, until after the ten seconds of the blackout.
    let arrivals = (0..<13_000).map { UInt64($0) * 1_000_000 + 1 }
    let workload = WorkloadSpec(name: "w", arrivals: .instants(arrivals), steps: [.call("s")])
    for first in [10, 11] as [UInt64] {
      let run = Replication.run(
        Topology(workloads: [workload], services: [s]),
        .init(seed: 5, number: 0, window: (first * 1_000_000_000)..<(first + 2) * 1_000_000_000))
      #expect(run.violations.isEmpty)
      for row in run.services[0].rows { #expect(abs(Int(row.requests) - 200) <= 10) }
    }
  }
}
