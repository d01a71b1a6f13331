import TailraceEngine
import Testing

@testable import TailraceModel

/// Reads and writes that ask all replicas of their key's shard and wait for some of them.
@Suite("Quorums") struct QuorumTests {
  private func store(_ replicas: Int, _ work: LawSpec, shards: Int = 1) -> ServiceSpec {
    var store = ServiceSpec(name: "store", handler: [.work(work)])
    (store.shards, store.replicas, store.slots) = (shards, replicas, nil)
    store.sharding = Sharding(key: "row")
    return store
  }

  private func ask(_ k: Int) -> StepSpec { .scatter("store", .replicas, .need(.responses(k))) }

  @Test("Of replicas that take 2, 4, 6, 8 and 10 ticks the k-th ends the wait", arguments: 1...5)
  func exact(_ k: Int) {
    var slow = store(5, .ticks(10))
    // Speeds 5, 5/2, 5/3, 5/4 and 1: ten ticks of work take two, four and so on.
    slow.groups = (1...5).map {
      ReplicaGroup("g\($0)", speed: 5 / Double($0))
    }
    let timeline = Timeline([slow], steps: [ask(k)], "arrive a")
    let run = timeline.run()
    #expect(run.violations.isEmpty)
    #expect(run.requests.map(\.ended) == [UInt64(2 * k) * Timeline.tick])
    #expect(run.services[0].rows.map(\.requests) == [1, 1, 1, 1, 1])
  }

  @Test("With exponential work the mean is that of the k-th order statistic", arguments: 1...5)
  func orderStatistic(_ k: Int) {
    let workload = WorkloadSpec(
      name: "w", arrivals: .constant(ratePerSecond: 1_000), steps: [ask(k)]
    ).with(keys: [CarriedKeys(space: "row", law: .uniform(0...99))])
    let run = Replication.run(
      Topology(workloads: [workload], services: [store(5, .exponential(mean: 1e6), shards: 3)]),
      .init(seed: 7, number: 0, window: 0..<40_000_000_000))
    #expect(run.violations.isEmpty)
    // 40,000 draws with mean sum 1/i and variance sum 1/i^2, i from 6 - k to 5.
    let terms = (6 - k...5).map { 1 / Double($0) }
    let mean = terms.reduce(0, +) * 1e6
    let error = terms.reduce(0) { $0 + $1 * $1 }.squareRoot() * 1e6 / 200
    let found = run.workloads[0].latencies.mean ?? 0
    #expect(abs(found - mean) < 4 * error, "\(found) instead of \(mean)")
  }

  @Test("The replicas of the key's own shard are asked")
  func asked() {
    let timeline = Timeline(
      [store(3, .ticks(1), shards: 4)], steps: [ask(2)],
      keys: [CarriedKeys(space: "row", law: .given([6]))], "arrive a")
    let run = timeline.run()
    // Key 6 is of shard 2, whose replicas are 6, 7 and 8.
    let asked = run.services[0].rows.map(\.requests)
    #expect(asked == [0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0])
  }

  @Test("Answered writes are never missed if W + R > N, and sometimes are if not", arguments: 1...3)
  func overlap(_ w: Int) {
    for r in 1...3 {
      var service = store(3, .exponential(mean: 1e7), shards: 2)
      service.versionedBy = "row"
      var write = CallSpec("store")
      write.operation = .write
      let rows = CarriedKeys(space: "row", law: .uniform(0...9))
      let writers = WorkloadSpec(
        name: "writers", arrivals: .poisson(ratePerSecond: 50),
        steps: [StepSpec(.scatter(write, .replicas, .need(.responses(w))))]
      ).with(keys: [rows])
      let readers = WorkloadSpec(
        name: "readers", arrivals: .poisson(ratePerSecond: 500), steps: [ask(r)]
      ).with(keys: [rows])
      let run = Replication.run(
        Topology(workloads: [readers, writers], services: [service]),
        .init(seed: 11, number: 0, window: 0..<40_000_000_000))
      #expect(run.violations.isEmpty)
      let sum = run.services[0].versions ?? VersionSum()
      #expect(sum.reads > 19_000 && sum.writes > 1_800)
      if w + r > 3 {
        #expect(sum.stale == 0, "W = \(w), R = \(r)")
      } else {
        // Where W = R = 1 a third of the replicas or more are behind for 10 ms of the 200 ms from one
        // write of a key to the next.
        #expect(sum.stale > 20, "W = \(w), R = \(r): \(sum.stale)")
      }
    }
  }

  @Test("A majority outlives the crash of a minority, but not of more")
  func crashes() {
    func failed(_ down: [Int], need k: Int) -> Int {
      var timeline = Timeline(
        [store(5, .ticks(1))], steps: [ask(k)], "arrive .....a.b.c.d")
      timeline.topology.faults = down.map { replica in
        var target = FaultTarget("store")
        target.replica = replica
        return FaultSpec(
          name: "f\(replica)", target: target, verb: .crash(drops: false), at: Timeline.tick)
      }
      let run = timeline.run()
      #expect(run.violations.isEmpty && run.requests.count == 4)
      return run.requests.count { !$0.outcome.isAnswered }
    }
    #expect(failed([0, 3], need: 3) == 0)
    #expect(failed([0, 3, 4], need: 3) == 4)
    #expect(failed([2], need: 5) == 4)
  }
}
