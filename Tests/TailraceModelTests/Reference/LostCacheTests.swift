import Testing

@testable import TailraceModel

/// Bronson et al., "Metastable Failures in Distributed Systems", HotOS 2021: a database of 300
/// queries/s behind a cache that hits 90 %.
@Suite("A cache that is lost") struct LostCacheTests {
  static let name = "hotos21"
  /// `case.metric` of what is judged here.
  static let metrics = ["db_qps", "cached_qps", "amplification"].map { "\(name).\($0)" }

  private static let second: UInt64 = 1_000_000_000

  /// Clients of 1,000 keys, of which an LRU cache holds 900: who misses asks the database.
  private func topology(ratePerSecond rate: Double, retries: Int = 0) -> Topology {
    let db = ServiceSpec(name: "db", handler: [.work(.constant(1e9 / 300))])
    var call = CallSpec("db")
    if retries > 0 {
      var retry = RetryPolicy(on: [.timeout])
      retry.retries = retries
      retry.perTryTimeout = Self.second
      retry.backOff = .drawn(.constant(0))
      call.retry = retry
    }
    var workload = WorkloadSpec(
      name: "users", arrivals: .poisson(ratePerSecond: rate),
      steps: [StepSpec(.cache(CacheUse("c", onMiss: [StepSpec(.call(call))])))])
    workload.keys = [CarriedKeys(space: "item", law: .uniform(0...999))]
    var topology = Topology(workloads: [workload], services: [db])
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(900))
    cache.start = .warm
    topology.caches = [cache]
    return topology
  }

  private func run(_ topology: Topology, from: UInt64, to: UInt64) -> Replication {
    let run = Replication.run(
      topology,
      Replication.Settings(
        seed: 21, number: 0, window: (from * Self.second)..<(to * Self.second)))
    #expect(run.violations.isEmpty)
    return run
  }

  @Test("What the database and the cache carry, and what the loss of the cache asks for")
  func numbers() {
    let numbers = ReferenceNumber.byMetric("published.csv", Self.name)
    let seconds = 200.0
    var topology = topology(ratePerSecond: 2_000)
    let cached = run(topology, from: 10, to: 210).services[0].rows[0]
    topology.caches[0].enabled = false
    let bare = run(topology, from: 10, to: 210).services[0].rows[0]
    let share = Double(cached.requests) / seconds / 2_000
    let measured = [
      "db_qps": Double(bare.starts) / seconds,
      "cached_qps": Double(bare.starts) / seconds / share,
      "amplification": Double(bare.requests) / Double(cached.requests),
    ]
    for (metric, number) in numbers {
      let value = measured[metric] ?? 0
      #expect(abs(value - number.expected) <= number.tolerance * number.expected, "\(metric)")
    }
    #expect(numbers.count == measured.count)
  }

  /// The share of requests that are answered 80 to 100 s after the cache was emptied, if it was.
  private func answered(ratePerSecond rate: Double, loses: Bool) -> Double {
    var topology = topology(ratePerSecond: rate, retries: 1)
    if loses {
      topology.faults = [
        FaultSpec(
          name: "loss", target: FaultTarget(""), verb: .flush(cache: "c"), at: 20 * Self.second)
      ]
    }
    let outcomes = run(topology, from: 100, to: 120).workloads[0].outcomes
    let all = outcomes.reduce(0, +)
    return Double(outcomes[Int(Outcome.success.rawValue)]) / Double(all)
  }

  @Test("Above 300/s the loss never heals, with one retry per failure; below it does")
  func metastable() {
    #expect(answered(ratePerSecond: 2_700, loses: false) > 0.999)
    #expect(answered(ratePerSecond: 2_700, loses: true) < 0.5)
    #expect(answered(ratePerSecond: 280, loses: true) > 0.999)
  }
}
