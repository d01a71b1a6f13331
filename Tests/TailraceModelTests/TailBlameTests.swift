import TailraceEngine
import TailraceStatistics
import Testing

@testable import TailraceModel

/// Where the time of a request goes, by phase and by how long it took.
@Suite("Tail blame") struct TailBlameTests {
  private static let tick = Timeline.tick

  /// Nanoseconds of a component's phase from a bucket of latency on.
  private func blame(
    _ run: Replication, _ component: String, _ phase: Phase, above latency: UInt64 = 0
  ) -> UInt64 {
    let tail = run.workloads[0].tail
    let bucket = LogBuckets.fine.index(of: latency) >> tail.shift
    let cells = tail.sums(from: bucket)
    guard let i = run.components.firstIndex(of: component) else { return .max }
    return cells[i * Phase.allCases.count + phase.rawValue]
  }

  @Test("The parts of slow requests stand apart from those of quick ones, to the nanosecond")
  func bands() {
    // a works for 1; b and c wait for each other and work for 4 each: 4 and 8 in all.
    let s = ServiceSpec(name: "s", handler: [.work(.ticks([1, 4, 4]))])
    let run = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  a..b........
      arrive  ...c........
      leave   .a.....b...c
      """
    }
    #expect(blame(run, "s", .work) == 9 * Self.tick)
    #expect(blame(run, "s", .work, above: 2 * Self.tick) == 8 * Self.tick)
    #expect(blame(run, "s", .work, above: 8 * Self.tick) == 4 * Self.tick)
    #expect(blame(run, "s", .queue, above: 8 * Self.tick) == 4 * Self.tick)
    #expect(blame(run, "s", .queue) == 4 * Self.tick)
  }

  @Test("Waiting for somebody else's fetch is no wait of its own")
  func coalesced() {
    let db = ServiceSpec(name: "db", handler: [.work(.ticks(5))])
    var cache = CacheSpec(name: "cache", key: "k", capacity: .entries(10))
    cache.locks = true
    cache.lockTimeout = 100 * Self.tick
    cache.hitLatency = .ticks(1)
    var workload = WorkloadSpec(
      name: "w", arrivals: .instants([0, 2 * Self.tick]),
      steps: [StepSpec(.cache(CacheUse("cache", onMiss: [.call("db")])))])
    workload.keys = [CarriedKeys(space: "k", law: .zipf(0...0, exponent: 1))]
    var topology = Topology(workloads: [workload], services: [db])
    topology.caches = [cache]
    let run = Replication.run(
      topology, .init(seed: 1, number: 0, window: 0..<(100 * Self.tick)))
    #expect(run.violations == [])
    // The first fetches for five ticks; the second waits for the last three of them.
    #expect(blame(run, "db", .work) == 5 * Self.tick)
    #expect(blame(run, "w", .coalesced) == 3 * Self.tick)
    #expect(run.workloads[0].blame.reduce(0, +) == UInt64(run.workloads[0].latencies.sum))
    #expect(run.workloads[0].latencies.count == 2)
  }

  @Test("What a deadline cut off was waited for")
  func deadline() {
    // One replica takes 2 ticks, the other 9.
    var leaf = ServiceSpec(name: "leaf", handler: [.work(.ticks(18))])
    leaf.balancing = RoundRobin()
    leaf.groups = [ReplicaGroup("a", speed: 9), ReplicaGroup("b", speed: 2)]
    let run = expectTimeline(
      [leaf], steps: [.scatter("leaf", .fanOut(2), .need(.all, deadline: 4)), .wait(.ticks(1))]
    ) {
      """
      arrive  a.........
      leave   .....a....
      """
    }
    #expect(blame(run, "client", .deadline) == 4 * Self.tick)
    #expect(blame(run, "client", .wait) == 1 * Self.tick)
  }

  @Test("Many workloads and services share wider buckets, and still sum exactly")
  func limits() {
    #expect(BlameTable.shift(pairs: 1) == 4)
    #expect(BlameTable.shift(pairs: 2_284) == 4)
    #expect(BlameTable.shift(pairs: 2_285) == 5)
    #expect(BlameTable.shift(pairs: 1_000_000) == 14)
    let s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e6))])
    let workloads = (0..<60).map {
      WorkloadSpec(
        name: "w\($0)", arrivals: .poisson(ratePerSecond: 10), steps: [.call("s")])
    }
    let run = Replication.run(
      Topology(workloads: workloads, services: [s]),
      .init(seed: 1, number: 0, window: 0..<2_000_000_000))
    #expect(run.violations == [])
    #expect(run.workloads[0].tail.shift == 5)
  }

  @Test("The selection of a rank agrees with sorting")
  func selection() {
    var random = SequenceOfWords(state: 7)
    for count in 1...40 {
      let values = (0..<count).map { _ in random.next() % 13 }
      let sorted = values.sorted()
      for rank in 0..<count {
        let table = Table([99] + values + [0])
        table.select(rank, first: 1, count: count)
        let found = (1...count).map { table[$0] }
        #expect(found[rank] == sorted[rank])
        #expect(found.sorted() == sorted)
        #expect(found[..<rank].allSatisfy { $0 <= found[rank] })
        #expect(found[rank...].allSatisfy { $0 >= found[rank] })
        #expect(table[0] == 99 && table[count + 1] == 0)
      }
    }
  }

  /// A small generator of words.
  private struct SequenceOfWords {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
  }
}
