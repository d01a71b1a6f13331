import TailraceEngine
import Testing

@testable import TailraceModel

@Suite("Replicas chosen by the hash of a key") struct HashBalancingTests {
  static let policies: [any ShardingPolicy] = [RingHash(), Maglev(), Rendezvous()]

  /// A service without limits whose replicas are hashed by `item`.
  private func service(
    _ replicas: Int, _ policy: any ShardingPolicy = RingHash(), percent: Int64? = nil,
    work: UInt64 = 1
  ) -> ServiceSpec {
    var service = ServiceSpec(name: "s", handler: [.work(.ticks(work))])
    service.replicas = replicas
    service.slots = nil
    service.hashing = HashBalancing(
      key: "item", policy: policy, bound: percent.map { LoadBound(percent: $0) })
    return service
  }

  /// One call for each key, a tick apart.
  private func run(
    _ service: ServiceSpec, keys: [UInt64], steps: [StepSpec] = [.call("s")]
  ) -> ServiceOutcome {
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants(keys.indices.map { UInt64($0) * Timeline.tick }), steps: steps
    ).with(keys: [CarriedKeys(space: "item", law: .given(keys))])
    let run = Replication.run(
      Topology(workloads: [workload], services: [service]),
      .init(seed: 5, number: 0, window: 0..<100_000_000_000_000))
    #expect(run.violations.isEmpty)
    return run.services[0]
  }

  /// Calls out of one balancer, and who is chosen with a bound.
  private struct Bench: ~Copyable {
    let loads: Table<Int32>
    let order: Table<Int32>
    let bound: LoadBound
    let none = Table<Double>(repeating: 0, count: 0)

    init(_ count: Int, percent: Int64) {
      loads = Table(repeating: 0, count: count)
      order = Table(repeating: 0, count: count)
      bound = LoadBound(percent: percent)
    }

    func pick(_ owner: Int32, key: UInt64) -> Int32 {
      let replicas = unsafe Replicas(
        count: Int32(loads.count), loads: loads.pointer, returns: nil, work: none.pointer, now: 0)
      return bound.replica(owner: owner, hash: XXHash64.hash(key), replicas, order)
    }
  }

  @Test("Without a bound all calls with one key go to one replica", arguments: 0..<3)
  func oneReplica(_ number: Int) {
    for key: UInt64 in [0, 7, 1 << 39] {
      let done = run(service(5, Self.policies[number]), keys: Array(repeating: key, count: 60))
      #expect(done.rows.map(\.requests).sorted() == [0, 0, 0, 0, 60])
      #expect(done.affinity?.share == 1)
    }
  }

  @Test("Calls go to the replica that the policy's function names", arguments: 0..<3)
  func asTheFunctionSays(_ number: Int) {
    let keys = (0..<600).map { UInt64($0) &* 7_919 % 2_000 }
    let done = run(service(5, Self.policies[number]), keys: keys)
    let function = ShardFunction(Self.policies[number], 5, service: "s/replica")
    var expected = [UInt64](repeating: 0, count: 5)
    for key in keys { expected[function.owner(key)] += 1 }
    #expect(done.rows.map(\.requests) == expected)
    #expect(done.rows.allSatisfy { $0.requests > 60 })
  }

  @Test("At every assignment no replica exceeds the factor times the mean, the call included")
  func bounded() {
    for (count, percent) in [(2, 100), (3, 125), (10, 125), (10, 100), (17, 200)] {
      let bench = Bench(count, percent: Int64(percent))
      var chance = KeyedRandom(state: UInt64(count * 1_000 + percent))
      var (total, overflows) = (0, 0)
      var out: [Int32] = []
      for _ in 0..<5_000 {
        // Now and then all but a few come back, so that small and large means are seen.
        if chance.below(400) == 0 { while out.count > 3 { back() } }
        if !out.isEmpty, chance.below(5) < 2 { back() }
        // Half of all calls have key 0.
        let key = chance.below(2) == 0 ? 0 : 1 + chance.below(50)
        let owner = Int32(key % UInt64(count))
        let chosen = bench.pick(owner, key: key)
        bench.loads[chosen] += 1
        out.append(chosen)
        total += 1
        if chosen != owner { overflows += 1 }
        // ceil(c (m + 1) / n), where m calls were out before.
        let most = (percent * total + 100 * count - 1) / (100 * count)
        for i in 0..<count {
          let before = Int(bench.loads[i]) - (Int32(i) == chosen ? 1 : 0)
          #expect(Int32(i) != chosen || before < most, "\(bench.loads[i]) of \(total)")
        }
      }
      #expect(overflows > 500 && overflows < 4_500)

      func back() {
        let i = Int(chance.below(UInt64(out.count)))
        bench.loads[out[i]] -= 1
        out.remove(at: i)
        total -= 1
      }
    }
  }

  @Test("One hot key fills its own replica to the bound and loads the others alike")
  func hotKey() {
    // 40 calls that stay: at most ceil(1.5 * 40 / 4) = 15 at one.
    let done = run(service(4, percent: 150, work: 1_000), keys: Array(repeating: 9, count: 40))
    let counts = done.rows.map(\.requests).sorted()
    #expect(counts.reduce(0, +) == 40)
    #expect(counts[3] == 15)
    #expect(done.affinity?.atOwner == 15)
    // At the mean itself nobody has more than another.
    let even = run(service(4, percent: 100, work: 1_000), keys: Array(repeating: 9, count: 40))
    #expect(even.rows.map(\.requests) == [10, 10, 10, 10])
    // Once a call is done, its replica has room again: one at a time never overflows.
    let alone = run(service(4, percent: 100), keys: Array(repeating: 9, count: 40))
    #expect(alone.rows.map(\.requests).sorted() == [0, 0, 0, 40])
  }

  static let reference = "bounded_loads_cap.cap"

  @Test("The reference's cap: 125 of 1,000 calls out to ten replicas, for even and for hot keys")
  func cap() throws {
    let number = try #require(
      ReferenceNumber.read("analytic.csv").first { "\($0.name).\($0.metric)" == Self.reference })
    var chance = KeyedRandom(state: 11)
    let even = (0..<1_000).map { _ in chance.below(1 << 40) }
    let hot = (0..<1_000).map { _ in chance.below(3) == 0 ? 0 : chance.below(100) }
    let most = [even, hot].map { keys in
      run(service(10, percent: 125, work: 1_000_000), keys: keys).rows.map(\.requests).max() ?? 0
    }
    #expect(most.allSatisfy { Double($0) <= number.expected })
    #expect(Double(most[1]) == number.expected, "a hot key's replica is filled to the bound")
  }

  @Test("The looser the bound, the more calls meet at their key's replica, step by step")
  func smoothly() {
    var chance = KeyedRandom(state: 3)
    let keys = (0..<2_000).map { _ in chance.below(2) == 0 ? 0 : chance.below(1_000) }
    let shares = [100, 125, 150, 200, 400, 1_000].compactMap {
      run(service(10, percent: $0, work: 50), keys: keys).affinity?.share
    }
    #expect(shares.count == 6)
    for (tight, loose) in zip(shares, shares.dropFirst()) { #expect(tight < loose) }
    #expect(shares[5] == 1 && shares[0] < 0.7, "\(shares)")
  }

  @Test("What a full replica has no room for is dealt to all others alike, not to its neighbour")
  func overflow() {
    let bench = Bench(10, percent: 125)
    for i in 0..<10 { bench.loads[i] = i == 4 ? 50 : 10 }
    var counts = [Double](repeating: 0, count: 10)
    for key: UInt64 in 0..<9_000 {
      let chosen = bench.pick(4, key: key)
      #expect(chosen == bench.pick(4, key: key), "a key's order is its own")
      counts[Int(chosen)] += 1
    }
    #expect(counts[4] == 0)
    // Chi-square with 8 degrees of freedom: below 26.1 but once in a thousand.
    let statistic = counts.enumerated().reduce(0.0) {
      $1.offset == 4 ? $0 : $0 + ($1.element - 1_000) * ($1.element - 1_000) / 1_000
    }
    #expect(statistic < 26 && statistic > 0.8, "\(statistic)")
  }

  @Test("Shards and replicas by one key: every replica of every shard has its part")
  func shardsAndReplicas() {
    for policy in Self.policies {
      var both = service(4, policy)
      both.shards = 4
      both.sharding = Sharding(key: "item", policy: policy)
      let done = run(both, keys: (0..<8_000).map { UInt64($0) })
      #expect(done.rows.allSatisfy { $0.requests > 300 }, "\(done.rows.map(\.requests))")
    }
  }

  @Test("A scatter to keys hashes each of its keys; one to all replicas hashes none")
  func scatters() {
    let keys: [UInt64] = [3, 5, 8, 13, 21, 34, 55, 89]
    var both = service(3)
    both.shards = 2
    both.sharding = Sharding(key: "item")
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants([0]), steps: [.scatter("s", .keys)]
    ).with(keys: [
      CarriedKeys(space: "item", law: .given(keys), count: .constant(Double(keys.count)))
    ])
    let done = Replication.run(
      Topology(workloads: [workload], services: [both]),
      .init(seed: 5, number: 0, window: 0..<1_000_000_000_000))
    let function = ShardFunction(RingHash(), 3, service: "s/replica")
    var expected = [UInt64](repeating: 0, count: 6)
    for key in keys { expected[Int(key % 2) * 3 + function.owner(key)] += 1 }
    #expect(done.services[0].rows.map(\.requests) == expected)
    #expect(done.violations.isEmpty)
    let all = run(service(3), keys: [1, 2], steps: [.scatter("s", .replicas)])
    #expect(all.rows.map(\.requests) == [2, 2, 2] && all.affinity?.calls == 0)
  }

  @Test("A retry that prefers another replica leaves the key's own")
  func retries() {
    var failing = service(3)
    failing.handlers = [HandlerSpec(name: "", steps: [StepSpec(.fail(.applicationError))])]
    var call = CallSpec("s")
    var retry = RetryPolicy(on: [.applicationError])
    (retry.retries, retry.prefersOthers) = (2, true)
    call.retry = retry
    let done = run(failing, keys: [1], steps: [StepSpec(.call(call))])
    #expect(done.rows.map(\.requests) == [1, 1, 1])
  }
}
