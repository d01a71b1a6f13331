import Testing

@testable import TailraceModel

@Suite("Balancers: caps, lines, subsets") struct CapTests {
  private func service(_ work: UInt64, _ change: (inout ServiceSpec, inout ClusterSpec) -> Void)
    -> ServiceSpec
  {
    ServiceSpec.quick(2) {
      $0.handlers[0].steps = [.work(.ticks(work))]
      $0.slots = 10
      change(&$0, &$1)
    }
  }

  @Test("More calls than the cap are rejected at once; a slot that is free again is used")
  func cap() {
    let run = expectTimeline(
      [service(4) { $1.requestsMax = 3 }], steps: [.call("s")]
    ) {
      """
      arrive  a....f....
      arrive  b.........
      arrive  c.........
      arrive  d.........
      arrive  e.........
      leave   D...a....f
      leave   E...b.....
      leave   ....c.....
      """
    }
    #expect(run.services[0].balancing?.capped == 2)
    let rejected = run.requests.count { $0.outcome == .rejected }
    #expect(rejected == 2)
  }

  @Test("Calls that are given up make room, though their work goes on")
  func givenUp() {
    _ = expectTimeline(
      [service(9) { $1.requestsMax = 1 }], steps: [.call("s", timeout: 3)]
    ) {
      """
      arrive  a.b.c.....
      leave   ..BA...C..
      """
    }
  }

  @Test("Late binding over single slots is one queue for all, request by request")
  func late() {
    func ends(_ change: (inout ServiceSpec) -> Void) -> [UInt64] {
      var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e6))])
      change(&s)
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 3_600), steps: [.call("s")])
      var settings = Replication.Settings(seed: 4, number: 0, window: 0..<5_000_000_000)
      settings.keepsRequests = true
      let run = Replication.run(Topology(workloads: [workload], services: [s]), settings)
      #expect(run.violations.isEmpty)
      return run.requests.sorted { $0.number < $1.number }.map(\.ended)
    }
    let shared = ends { $0.slots = 4 }
    #expect(shared.count > 17_000)
    for policy in [RoundRobin(), RandomChoice(), LeastRequest()] as [any BalancingPolicy] {
      let late = ends {
        $0.replicas = 4
        $0.balancing = policy
        $0.cluster = ClusterSpec()
        $0.cluster?.bindsLate = true
      }
      #expect(late == shared)
    }
  }

  @Test("Who is given up in the line at the balancer takes no replica's time")
  func lateTimeout() {
    let s = service(4) {
      $0.slots = 1
      $1.bindsLate = true
    }
    // From 4 to 8 both replicas are at work for c and d, who are given up at 7 as e is in the line.
    let run = expectTimeline([s], steps: [.call("s", timeout: 7)]) {
      """
      arrive  a........f....
      arrive  b.............
      arrive  c.............
      arrive  d.............
      arrive  e.............
      leave   ....a..C.....f
      leave   ....b..D......
      leave   .......E......
      """
    }
    let starts = run.services[0].rows.reduce(0) { $0 + $1.starts }
    #expect(starts == 5)
  }

  /// How many of the balancers of so many callers use each replica.
  private func uses(_ size: Int, isDeterministic: Bool, seed: UInt64) -> [Int] {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    s.replicas = 300
    var subset = Subset(size)
    subset.isDeterministic = isDeterministic
    s.cluster = ClusterSpec()
    s.cluster?.subset = subset
    var front = ServiceSpec(name: "front", handler: [.call("s")])
    front.replicas = 300
    let workload = WorkloadSpec(name: "w", arrivals: .instants([0]), steps: [.call("front")])
    let plan = PlanBuilder.build(
      Topology(workloads: [workload], services: [s, front]), seed: seed, window: 0..<1_000)
    var counts = Array(repeating: 0, count: 300)
    for (row, host) in plan.hosts.enumerated() where host.isInSubset { counts[row % 300] += 1 }
    #expect(plan.hosts.count == 90_000)
    return counts
  }

  @Test("300 callers each with 30 % of 300 replicas: uneven if drawn, even if dealt out")
  func subsets() {
    var (least, most) = (0.0, 0.0)
    for seed in 1...10 as ClosedRange<UInt64> {
      let drawn = uses(90, isDeterministic: false, seed: seed)
      #expect(drawn.reduce(0, +) == 27_000)
      least += Double(drawn.min() ?? 0) / 900
      most += Double(drawn.max() ?? 0) / 900
    }
    // Binomial: a standard deviation is 8.8 % of the mean, the extremes of 300 are 2.9 of them.
    #expect(abs(least - 0.75) < 0.04 && abs(most - 1.26) < 0.04, "\(least) \(most)")
    #expect(uses(100, isDeterministic: true, seed: 1) == Array(repeating: 100, count: 300))
    #expect(uses(10, isDeterministic: true, seed: 1) == Array(repeating: 10, count: 300))
  }

  @Test("Shuffle sharding: two of eight replicas for each tenant are 28 pairs")
  func shuffleSharding() {
    var pairs: Set<[Bool]> = []
    for tenant in 0..<300 as Range<UInt64> {
      let s = ServiceSpec.quick(8) {
        var subset = Subset(2)
        subset.key = "tenant"
        $1.subset = subset
      }
      let found = BalancerRun(
        [s], every: 2, count: 8,
        keys: [CarriedKeys(space: "tenant", law: .uniform(tenant...tenant))])
      let used = found.visits.map { $0 > 0 }
      let count = used.count { $0 }
      #expect(count == 2 && found.visits.reduce(0, +) == 8)
      pairs.insert(used)
    }
    #expect(pairs.count == 28)
  }
}
