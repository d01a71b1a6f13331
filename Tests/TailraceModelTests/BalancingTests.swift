import TailraceEngine
import Testing

@testable import TailraceModel

@Suite("Balancing policies") struct BalancingTests {
  /// How often each replica is chosen in 40,000 picks at given loads.
  private func shares(
    _ policy: some BalancingPolicy, loads: [Int32], work: [Double] = []
  ) -> [Double] {
    var policy = policy
    let table = Table(loads)
    let left = Table(work)
    var counts = [Int](repeating: 0, count: loads.count)
    for i in 0..<40_000 {
      var luck = Luck.draw(Luck.root(seed: 5, source: 7, request: UInt64(i)), salt: 11)
      let replicas = unsafe Replicas(
        count: Int32(loads.count), loads: table.pointer, returns: nil, work: left.pointer, now: 0)
      counts[Int(policy.pick(replicas, &luck))] += 1
    }
    return counts.map { Double($0) / 40_000 }
  }

  private func leastRequest(_ change: (inout LeastRequest) -> Void) -> LeastRequest {
    var policy = LeastRequest()
    change(&policy)
    return policy
  }

  private func close(_ found: [Double], _ expected: [Double]) -> Bool {
    zip(found, expected).allSatisfy { abs($0 - $1) < 0.012 }
  }

  @Test("With replacement the busier of two gets a quarter, without nothing")
  func twoHosts() {
    #expect(close(shares(LeastRequest(), loads: [3, 1]), [0.25, 0.75]))
    let distinct = leastRequest { $0.replacement = false }
    #expect(shares(distinct, loads: [3, 1]) == [0, 1])
  }

  @Test("A frozen host among n gets 1/n^d with replacement, none without")
  func frozenHost() {
    let loads: [Int32] = [99, 0, 0, 0]
    #expect(close([shares(LeastRequest(), loads: loads)[0]], [0.0625]))
    let three = leastRequest { $0.choiceCount = 3 }
    #expect(close([shares(three, loads: loads)[0]], [0.0156]))
    for count in [2, 3, 4, 9] as [Int32] {
      let distinct = leastRequest { ($0.choiceCount, $0.replacement) = (count, false) }
      let found = shares(distinct, loads: loads)
      #expect(found[0] == 0)
      let others = Array(found[1...])
      #expect(close(others, [0.3333, 0.3333, 0.3333]))
    }
  }

  @Test("Three distinct of five: the least of each subset, ties evenly")
  func distinct() {
    let policy = leastRequest { ($0.choiceCount, $0.replacement) = (3, false) }
    // Of the ten subsets, 0 is in six; of the other four 1 is in three; the last is {2, 3, 4}.
    let found = shares(policy, loads: [0, 1, 2, 2, 2])
    #expect(close(found, [0.6, 0.3, 0.0333, 0.0333, 0.0333]))
  }

  @Test("A full scan draws among the tied, or takes the first where it is told to")
  func fullScan() {
    let loads: [Int32] = [5, 3, 9, 3]
    #expect(close(shares(leastRequest { $0.fullScan = true }, loads: loads), [0, 0.5, 0, 0.5]))
    let first = leastRequest { ($0.fullScan, $0.tieBreakFirst) = (true, true) }
    #expect(shares(first, loads: loads) == [0, 1, 0, 0])
    // The tie-break is the full scan's: drawing all without replacement still draws.
    let all = leastRequest { ($0.choiceCount, $0.replacement, $0.tieBreakFirst) = (4, false, true) }
    #expect(close(shares(all, loads: loads), [0, 0.5, 0, 0.5]))
  }

  @Test("LEAST_WORK_LEFT takes the first of the least, and shuns what stands still")
  func leastWork() {
    let found = shares(
      LeastWorkLeft(), loads: [0, 0, 0, 0], work: [7, 2.5, .infinity, 2.5])
    #expect(found == [0, 1, 0, 0])
  }

  /// Counts what it is asked.
  private struct Counting<Policy: BalancingPolicy>: BalancingPolicy {
    static var name: String { Policy.name }
    static var summary: String { Policy.summary }
    final class Tally: @unchecked Sendable { var picks = 0 }

    var policy = Policy()
    var tally = Tally()
    var readsLoad: Bool { policy.readsLoad }
    var readsWork: Bool { policy.readsWork }
    mutating func start(at offset: Int32) { policy.start(at: offset) }
    mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
      tally.picks += 1
      return policy.pick(replicas, &luck)
    }
  }

  /// The visits that 1,000 calls of one policy make, by replica.
  private func visits(_ change: (inout ServiceSpec) -> Void) -> [UInt64] {
    var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e6))])
    s.replicas = 5
    change(&s)
    var workload = WorkloadSpec(
      name: "w", arrivals: .instants((0..<1_000).map { $0 * 250_000 }), steps: [.call("s")])
    workload.keys = [CarriedKeys(space: "item", law: .uniform(0...99))]
    let run = Replication.run(
      Topology(workloads: [workload], services: [s]),
      .init(seed: 2, number: 0, window: 0..<1_000_000_000))
    #expect(run.violations.isEmpty)
    #expect(run.workloads[0].outcomes[Int(Outcome.success.rawValue)] == 1_000)
    return run.services[0].rows.map(\.requests)
  }

  @Test("For every policy one pick is one visit, by count")
  func onePickOneVisit() {
    func expectOne<Policy: BalancingPolicy>(_ type: Policy.Type) {
      let policy = Counting<Policy>()
      let found = visits { $0.balancing = policy }
      #expect(policy.tally.picks == 1_000 && found.reduce(0, +) == 1_000, "\(Policy.name)")
      #expect(found.allSatisfy { $0 > 0 }, "\(Policy.name)")
    }
    expectOne(RandomChoice.self)
    expectOne(RoundRobin.self)
    expectOne(LeastRequest.self)
    expectOne(LeastWorkLeft.self)
    // A hash of the key picks: there is nobody to ask.
    for policy in HashBalancingTests.policies {
      for bound in [nil, LoadBound(percent: 125)] {
        let found = visits {
          $0.hashing = HashBalancing(key: "item", policy: policy, bound: bound)
        }
        #expect(found.reduce(0, +) == 1_000 && found.allSatisfy { $0 > 0 })
      }
    }
  }

  @Test("LEAST_WORK_LEFT over single slots is one shared queue, request by request")
  func sharedQueue() {
    func ends(_ change: (inout ServiceSpec) -> Void) -> [UInt64] {
      var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e6))])
      change(&s)
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 3_600), steps: [.call("s")])
      var settings = Replication.Settings(seed: 4, number: 0, window: 0..<20_000_000_000)
      settings.keepsRequests = true
      let run = Replication.run(Topology(workloads: [workload], services: [s]), settings)
      #expect(run.violations.isEmpty)
      return run.requests.sorted { $0.number < $1.number }.map(\.ended)
    }
    let shared = ends { $0.slots = 4 }
    #expect(shared.count > 70_000)
    let split = ends {
      $0.replicas = 4
      $0.balancing = LeastWorkLeft()
    }
    #expect(split == shared)
    // At twice the work and twice the speed, too.
    let fast = ends {
      $0.groups = [ReplicaGroup("fast", replicas: 4, speed: 2)]
      $0.handlers[0].steps = [.work(.exponential(mean: 2e6))]
      $0.balancing = LeastWorkLeft()
    }
    #expect(zip(fast, shared).allSatisfy { max($0, $1) - min($0, $1) < 100_000 })
  }
}
