import Testing

@testable import TailraceModel

/// Replicas that come back, replicas whose neighbours work, and what pauses cost.
@Suite("Starts, neighbours and pauses") struct StartTests {
  private func service(_ ticks: UInt64) -> ServiceSpec {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(ticks))])
    s.slots = nil
    return s
  }

  @Test("A dead host refuses as soon as messages take, or is silent until the caller gives up")
  func deadHost() {
    for (drops, leave) in [(false, "..A..."), (true, ".....A")] {
      var s = service(1)
      s.latency = .ticks(1)
      _ = expectTimeline(
        [s], steps: [.call("s", timeout: 5)], faults: [.once(.crash(drops: drops), at: 0)]
      ) {
        """
        arrive  a.....
        leave   \(leave)
        """
      }
    }
  }

  @Test("A replica that starts refuses; at the start of the run it serves")
  func startUp() {
    var s = service(1)
    s.startUp = 2 * Timeline.tick
    let run = expectTimeline(
      [s], steps: [.call("s")], faults: [.once(.crash(drops: true), at: 2, for: 2)]
    ) {
      """
      arrive  a....bc.
      leave   .a...B.c
      """
    }
    #expect(run.requests[1].outcome == .connectionFailure)
    #expect(run.services[0].rows[0].downTime == 2 * Timeline.tick)
  }

  @Test("A replica warms up: work that begins later takes less, down to once, in a straight line")
  func warmUp() {
    var s = service(2)
    s.warmUp = WarmUpSpec(slowDown: 3, length: 4 * Timeline.tick)
    // It is back at 2; three, two and one times as long.
    for discipline in [Discipline.fifo, .srpt, .ps] {
      s.discipline = discipline
      s.slots = discipline == .ps ? nil : 9
      s.cores = discipline == .ps ? 9 : nil
      _ = expectTimeline(
        [s], steps: [.call("s")], faults: [.once(.crash(drops: false), at: 0, for: 2)]
      ) {
        """
        arrive  ..a.b.c..
        leave   ........a
        leave   ........b
        leave   ........c
        """
      }
    }
  }

  @Test("Warming up begins when the replica serves")
  func startAndWarmUp() {
    var s = service(2)
    s.startUp = 2 * Timeline.tick
    s.warmUp = WarmUpSpec(slowDown: 2, length: 4 * Timeline.tick)
    _ = expectTimeline(
      [s], steps: [.call("s")], faults: [.once(.crash(drops: false), at: 0, for: 1)]
    ) {
      """
      arrive  ..ab.......
      leave   ..A....b...
      """
    }
  }

  // MARK: Neighbours

  @Test("A neighbour's share is what work lacks; it multiplies with a slow-down")
  func neighbour() {
    // Half of a replica at half its speed: two ticks of work take eight.
    _ = expectTimeline(
      [service(2)], steps: [.call("s")],
      faults: [.once(.load(0.5), at: 0, name: "a"), .once(.slowDown(2), at: 0, name: "b")]
    ) {
      """
      arrive  a........
      leave   ........a
      """
    }
    // A tick at full speed, and the second at a quarter of it.
    _ = expectTimeline(
      [service(2)], steps: [.call("s")], faults: [.once(.load(0.75), at: 1, for: 4)]
    ) {
      """
      arrive  a......
      leave   .....a.
      """
    }
  }

  @Test("M/M/1 with a neighbour is M/M/1 with the rate that is left")
  func slowerServer() {
    func latencies(_ change: (inout Topology) -> Void) -> (sum: UInt64, mean: Double) {
      let s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 3e6))])
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 100), steps: [.call("s")])
      var topology = Topology(workloads: [workload], services: [s])
      change(&topology)
      let run = Replication.run(
        topology, .init(seed: 4, number: 0, window: 20_000_000_000..<3_000_000_000_000))
      #expect(run.violations.isEmpty)
      let found = run.workloads[0].latencies
      return (UInt64(found.sum), Double(found.sum) / Double(found.count) / 1e6)
    }
    let shared = latencies { $0.faults = [.once(.load(0.5), at: 0)] }
    let slow = latencies { $0.services[0].groups = [ReplicaGroup("slow", speed: 0.5)] }
    #expect(shared.sum == slow.sum)
    // 6 ms of work at a load of 0.6.
    #expect(abs(shared.mean / 15 - 1) < 0.03, "\(shared.mean) ms")
  }

  // MARK: Pauses

  @Test("A pause p every T touches (p + drain) / T of the requests of its replica")
  func pauses() {
    // Half load: what piled up in 40 ms takes another 40 ms to drain.
    let s = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    let workload = WorkloadSpec(
      name: "w", arrivals: .constant(ratePerSecond: 500), steps: [.call("s")])
    var topology = Topology(workloads: [workload], services: [s])
    topology.faults = [
      FaultSpec(
        name: "gc", target: FaultTarget("s"), verb: .pause, every: .ticks(160), length: .ticks(40))
    ]
    var settings = Replication.Settings(seed: 1, number: 0, window: 0..<40_000_000_000)
    settings.keepsRequests = true
    let run = Replication.run(topology, settings)
    let late = run.requests.count { $0.ended - $0.began > Timeline.tick }
    let share = Double(late) / Double(run.requests.count)
    #expect(abs(share - 80.0 / 200) < 0.02, "\(share)")
  }

  // MARK: Addresses

  @Test("Affinity by source address collapses behind a proxy, unless it hands the address on")
  func addresses() {
    func counts(preserving names: [String]) -> [UInt64] {
      var web = ServiceSpec(name: "web", handler: [.work(.constant(1e6))])
      (web.replicas, web.slots) = (10, nil)
      web.hashing = HashBalancing(key: "source_ip")
      var tiers = [web]
      for (name, callee) in [("inner", "web"), ("outer", "inner")] {
        var tier = ServiceSpec(name: name, handler: [.call(callee, timeout: 500)])
        tier.slots = nil
        tier.preservesSourceIP = names.contains(name)
        tiers.append(tier)
      }
      let workload = WorkloadSpec(
        name: "w", arrivals: .constant(ratePerSecond: 400), steps: [.call("outer")])
      let run = Replication.run(
        Topology(workloads: [workload], services: tiers),
        .init(seed: 3, number: 0, window: 0..<10_000_000_000))
      #expect(run.violations.isEmpty)
      let service = run.services.first { $0.name == "web" }
      return service?.rows.map(\.requests).sorted() ?? []
    }
    let collapsed: [UInt64] = Array(repeating: 0, count: 9) + [4_000]
    #expect(counts(preserving: []) == collapsed)
    // What the first hop hides the second cannot hand on.
    #expect(counts(preserving: ["inner"]) == collapsed)
    #expect(counts(preserving: ["outer"]) == collapsed)
    #expect(counts(preserving: ["inner", "outer"]).allSatisfy { $0 > 200 })
  }
}
