import Testing

@testable import TailraceModel

/// Popularities that go on: scans, and sets of popular keys that move.
@Suite("Popularity in time") struct PopularityTests {
  /// Requests for each of four keys, at shards of their own, in some seconds of a run.
  private func counts(
    _ law: KeyLaw, _ seconds: Range<UInt64>, rate: Double = 100, steps: [StepSpec] = [.call("db")],
    arrivals: ArrivalSpec? = nil, isForced: Bool = false
  ) -> [UInt64] {
    var db = ServiceSpec(name: "db", handler: [.work(.constant(1_000))])
    (db.shards, db.slots) = (4, nil)
    db.sharding = Sharding(key: "row")
    let workload = WorkloadSpec(
      name: "w", arrivals: arrivals ?? .constant(ratePerSecond: rate), steps: steps
    ).with(keys: [CarriedKeys(space: "row", law: law)])
    var settings = Replication.Settings(
      seed: 9, number: 0,
      window: (seconds.lowerBound * 1_000_000_000)..<(seconds.upperBound * 1_000_000_000))
    settings.forcesEvents = isForced
    let run = Replication.run(Topology(workloads: [workload], services: [db]), settings)
    #expect(run.violations.isEmpty)
    return run.services[0].rows.map(\.requests)
  }

  @Test("A scan takes each key in turn, and begins again")
  func scan() {
    #expect(counts(.scan(0...3), 0..<1) == [25, 25, 25, 25])
    #expect(counts(.scan(1...2), 0..<1) == [0, 50, 50, 0])
    // Requests 0 to 4 come in the first 50 ms.
    let five = ArrivalSpec.instants((0..<5).map { $0 * 10_000_000 })
    #expect(counts(.scan(0...3), 0..<1, arrivals: five) == [2, 1, 1, 1])
  }

  @Test("As part of a mixture a scan goes on by its share: it leaves next to no key out")
  func partialScan() {
    let law = KeyLaw.mixture([
      WeightedKeyLaw(weight: 1, law: .scan(0...1_000_000)),
      WeightedKeyLaw(weight: 3, law: .list([WeightedKey(7)])),
    ])
    var db = ServiceSpec(name: "db", handler: [.work(.constant(1_000))])
    (db.shards, db.slots) = (1_000, nil)
    db.sharding = Sharding(key: "row")
    let workload = WorkloadSpec(
      name: "w", arrivals: .constant(ratePerSecond: 1_000), steps: [.call("db")]
    ).with(keys: [CarriedKeys(space: "row", law: law)])
    let run = Replication.run(
      Topology(workloads: [workload], services: [db]),
      .init(seed: 9, number: 0, window: 0..<40_000_000_000))
    // 10,000 of 40,000 requests scan keys 0 to 9,999: ten of each remainder but 7.
    let rows = run.services[0].rows.map(\.requests)
    let others = rows.indices.filter { $0 != 7 }.map { rows[$0] }
    #expect(others.allSatisfy { (1...25).contains($0) })
    let sum = others.reduce(0, +)
    #expect(abs(Double(sum) - 9_990) < 400)
  }

  @Test("Each time that a second has passed the key before the first is the most popular")
  func shift() {
    // With so steep a law nearly all draws are of the first key: 0, then 3, 2, 1 and 0 again.
    let law = KeyLaw.shifting(.zipf(0...3, exponent: 30), every: 1_000_000_000, count: 4)
    for (second, key) in [(0, 0), (1, 3), (2, 2), (3, 1), (4, 0)] as [(UInt64, Int)] {
      for isForced in [false, true] {
        var expected: [UInt64] = [0, 0, 0, 0]
        expected[key] = 100
        #expect(counts(law, second..<(second + 1), isForced: isForced) == expected, "\(second)")
      }
    }
  }

  @Test("A request that is under way keeps its key, and clients of closed loops take the new one")
  func shiftDuringRequest() {
    let law = KeyLaw.shifting(.zipf(0...3, exponent: 30), every: 1_000_000_000, count: 4)
    let steps: [StepSpec] = [.call("db"), .wait(.constant(7e8)), .call("db")]
    // It begins in the first second and ends in the next one.
    let one = ArrivalSpec.instants([500_000_000])
    #expect(counts(law, 0..<3, steps: steps, arrivals: one) == [2, 0, 0, 0])
    let loop = ArrivalSpec.closed(ClosedLoop(clients: 1, thinkTime: .constant(99_999_000)))
    let found = counts(law, 0..<4, arrivals: loop)
    #expect(found == [10, 10, 10, 10], "\(found)")
  }

  @Test("A hot range wanders through all keys; what stands at the start is what counts beforehand")
  func wanderingRange() {
    let law = KeyLaw.shifting(.uniform(2...2), every: 1_000_000_000, count: 4)
    #expect(counts(law, 0..<4) == [100, 100, 100, 100])
    #expect(law.supportCount == 4)
    #expect(law.hottest(1) == [2])
  }

  @Test("The hottest shard is the one that owns most of what is drawn")
  func hottestShard() {
    var db = ServiceSpec(name: "db", handler: [.work(.constant(1_000))])
    db.shards = 4
    let sharding = Sharding(key: "row", keyCount: 1_000)
    func hottest(_ laws: KeyLaw...) -> Int? { sharding.hottestShard(of: db, drawn: laws) }
    #expect(hottest(.zipf(2...999, exponent: 1)) == 2)
    #expect(hottest(.uniform(0...4)) == 0)
    #expect(hottest(.list([WeightedKey(5, weight: 2), WeightedKey(4), WeightedKey(8)])) == 0)
    #expect(hottest(.list([WeightedKey(5, weight: 3), WeightedKey(4), WeightedKey(8)])) == 1)
    #expect(hottest(.uniform(0...0), .list([WeightedKey(3)]), .scan(3...3)) == 3)
    #expect(hottest(.shifting(.zipf(1...3, exponent: 2), every: 1, count: 4)) == 1)
    #expect(hottest(.given([1])) == nil)
    #expect(hottest() == nil)
  }
}
