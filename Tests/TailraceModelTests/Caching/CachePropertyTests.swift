import TailraceStatistics
import Testing

@testable import TailraceModel

/// What a simulation of caches must show: see Tests/PROPERTIES.md.
@Suite("Properties of caches") struct CachePropertyTests {
  private static let second: UInt64 = 1_000_000_000

  /// Readers of one of `keys` at four servers that look in the cache before `db`.
  private func run(
    keys: UInt64, exponent: Double, rate: Double, work: Double, slots: Int?, from start: UInt64 = 5,
    to end: UInt64,
    _ change: (inout CacheSpec) -> Void
  ) -> Replication {
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(Int(keys)))
    change(&cache)
    var web = ServiceSpec(
      name: "web", handler: [StepSpec(.cache(CacheUse("c", onMiss: [.call("db")])))])
    (web.replicas, web.slots, web.balancing) = (4, nil, RandomChoice())
    var db = ServiceSpec(name: "db", handler: [.work(.constant(work))])
    db.slots = slots
    var workload = WorkloadSpec(
      name: "w", arrivals: .poisson(ratePerSecond: rate), steps: [.call("web")])
    workload.keys = [CarriedKeys(space: "item", law: .zipf(0...(keys - 1), exponent: exponent))]
    var topology = Topology(workloads: [workload], services: [web, db])
    topology.caches = [cache]
    let run = Replication.run(
      topology, .init(seed: 2, number: 0, window: start * Self.second..<end * Self.second))
    #expect(run.violations.isEmpty)
    return run
  }

  @Test("What was loaded together expires together, time and again, unless lives vary")
  func jitter() {
    func longest(_ jitter: Double) -> UInt64 {
      let run = run(
        keys: 500, exponent: 0, rate: 20_000, work: 1e5, slots: 1, from: 0, to: 10
      ) {
        $0.ttl = Self.second
        $0.ttlJitter = jitter
        $0.start = .warm
        $0.locks = true
      }
      return run.services.first { $0.name == "db" }?.rows[0].longest ?? 0
    }
    let (alike, spread) = (longest(0), longest(0.5))
    #expect(alike > 50 && spread < 10, "at most \(alike) and \(spread) waiting")
  }

  @Test("Copies of a cache hit as one of them does, not as one with the memory of all")
  func replicas() {
    func ratio(_ entries: Int, _ placement: CacheSpec.Placement) -> Double {
      let run = run(
        keys: 10_000, exponent: 0.99, rate: 10_000, work: 1e6, slots: nil, to: 45
      ) {
        $0.capacity = .entries(entries)
        $0.placement = placement
      }
      let rows = run.caches[0].rows
      let hits = rows.reduce(0) { $0 + $1.hits }
      return Double(hits) / Double(hits + rows.reduce(0) { $0 + $1.misses })
    }
    let copies = ratio(500, .perReplica)
    #expect(abs(copies - ratio(500, .shared)) < 0.01)
    #expect(copies < ratio(2_000, .shared) - 0.1)
  }
}
