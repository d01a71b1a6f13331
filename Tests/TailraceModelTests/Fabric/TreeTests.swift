import TailraceEngine
import Testing

@testable import TailraceModel

/// How many leaves, and in how many levels. One tick is a millisecond.
@Suite("Trees of scatters") struct TreeTests {
  private func service(_ name: String, _ steps: [StepSpec], shards: Int = 1) -> ServiceSpec {
    var service = ServiceSpec(name: name, handler: steps)
    service.slots = nil
    service.shards = shards
    return service
  }

  @Test("Latency falls with the number of leaves, flattens and rises; the work of all only grows")
  func numberOfLeaves() {
    // 1 ms + 200 ms / n, exponential, at each of n leaves; 0.1 ms for each answer at the root.
    let work = LawSpec.linear(
      base: .constant(1e6), [AttributeTerm("share", .exponential(mean: 200e6))])
    let merge = LawSpec.linear(base: .constant(0), [AttributeTerm("responses", .constant(1e5))])
    var means: [Double] = []
    var totals: [Double] = []
    let counts = [4, 16, 64, 256]
    for n in counts {
      var leaf = service("leaf", [.work(work)], shards: n)
      leaf.slots = 1 << 10
      let root = service("root", [.scatter("leaf", .shards), .work(merge)])
      let workload = WorkloadSpec(
        name: "users", arrivals: .constant(ratePerSecond: 2), steps: [.call("root")])
      let run = Replication.run(
        Topology(workloads: [workload], services: [leaf, root]),
        Replication.Settings(seed: 7, number: 0, window: 0..<1_000_000_000_000))
      #expect(run.violations == [])
      let latencies = run.workloads[0].latencies
      means.append(Double(latencies.sum) / Double(latencies.count) / 1e6)
      let busy = run.services[0].rows.reduce(0) { $0 + $1.busyArea }
      totals.append(Double(busy) / Double(latencies.count) / 1e6)
    }
    for (i, n) in counts.enumerated() {
      let harmonic = (1...n).reduce(0) { $0 + 1 / Double($1) }
      let expected = 1 + 200 * harmonic / Double(n) + 0.1 * Double(n)
      #expect(abs(means[i] / expected - 1) < 0.03, "\(n) leaves: \(means[i]), not \(expected)")
      #expect(abs(totals[i] / (200 + Double(n)) - 1) < 0.02, "\(n) leaves: \(totals[i])")
    }
    #expect(means[0] > means[1] && means[1] > means[2] && means[2] < means[3])
  }

  @Test("The waits of the levels add up: ways, work above, work below, merges")
  func levelsAdd() {
    var leaf = service("leaf", [.work(.ticks(3))], shards: 4)
    leaf.latency = .ticks(1)
    var middle = service(
      "middle", [.work(.ticks(2)), .scatter("leaf", .childShards), .work(.ticks(1))], shards: 2)
    middle.latency = .ticks(1)
    let root = service("root", [.scatter("middle", .shards), .work(.ticks(1))])
    _ = expectTimeline([leaf, middle, root], steps: [.call("root")]) {
      """
      arrive  a............
      leave   ...........a.
      """
    }
  }

  @Test("A deadline below must leave time for the way up: else half of all is lost, not one leaf")
  func deadlineShrinks() {
    func end(below: UInt64) -> UInt64 {
      let leaves = service("s", [.work(.ticks(1))], shards: 4)
      let middle = service(
        "middle", [.work(.ticks(1)), .scatter("s", .childShards, .need(.all, deadline: below))],
        shards: 2)
      let merge = StepSpec.work(ScatterTests.linear(0, 10, per: .responses))
      let root = service(
        "root", [.scatter("middle", .shards, .need(.all, deadline: 6)), merge])
      var timeline = Timeline([leaves, middle, root], steps: [.call("root")], "arrive  a")
      var target = FaultTarget("s")
      target.shard = 3
      timeline.topology.faults = [FaultSpec(name: "slow", target: target, verb: .pause, at: 0)]
      let run = timeline.run()
      #expect(run.violations == [])
      #expect(run.requests[0].outcome == .degraded)
      return run.requests[0].ended / Timeline.tick
    }
    // Six ticks from 1 on are over after the root's six: it goes on with one answer of two.
    #expect(end(below: 6) == 6 + 10)
    #expect(end(below: 4) == 5 + 20)
  }
}
