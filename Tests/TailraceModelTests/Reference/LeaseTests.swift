import Testing

@testable import TailraceModel

/// Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013: keys that are written and read often.
///
/// The paper gives the peak rates at the database, 17,000/s without leases and 1,300/s with them,
/// and not what was read and written. Of 1,300 writes a second each drops a key, which costs one
/// fetch; without a lease it also costs one for each read that comes during it. That these are 12
/// is taken from the paper's ratio: what is judged is that a lease leaves one.
@Suite("Leases of the reference") struct LeaseTests {
  static let name = "memcache_leases"
  /// `case.metric` of what is judged here.
  static let metrics = ["without", "with"].map { "\(name).\($0)" }

  @Test("A lease leaves one fetch a write of the thirteen", arguments: [false, true])
  func fetches(leases: Bool) throws {
    let number = try #require(
      ReferenceNumber.byMetric("published.csv", Self.name)[leases ? "with" : "without"])
    // 130 keys, each written 10 times a second and read 12,080 times; a fetch takes a millisecond.
    let keys: UInt64 = 130
    var db = ServiceSpec(name: "db", handler: [.work(.constant(1e6))])
    db.slots = nil
    var reads = WorkloadSpec(
      name: "reads", arrivals: .poisson(ratePerSecond: 12_080 * Double(keys)),
      steps: [StepSpec(.cache(CacheUse("c", onMiss: [.call("db")])))])
    var writes = WorkloadSpec(
      name: "writes", arrivals: .poisson(ratePerSecond: 10 * Double(keys)),
      steps: [StepSpec(.cache(CacheUse("c", store: [])))])
    reads.keys = [CarriedKeys(space: "item", law: .uniform(0...(keys - 1)))]
    writes.keys = reads.keys
    var topology = Topology(workloads: [reads, writes], services: [db])
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(Int(keys)))
    (cache.locks, cache.start) = (leases, .warm)
    topology.caches = [cache]
    let run = Replication.run(
      topology, .init(seed: 6, number: 0, window: 200_000_000..<1_200_000_000))
    #expect(run.violations.isEmpty)
    let found = Double(run.services[0].rows[0].requests)
    #expect(abs(found - number.expected) <= number.tolerance * number.expected, "\(found)")
  }
}
