import Testing

@testable import TailraceModel

/// A run of evenly spaced calls to the service `s`.
struct BalancerRun {
  var run: Replication

  /// Calls from tick 1 on, one every `gap` ticks; `timeout`, `start` and `end` are ticks as well. The
  /// end is long after the last call if none is given.
  init(
    _ services: [ServiceSpec], every gap: UInt64, count: UInt64, timeout: UInt64? = nil,
    keys: [CarriedKeys] = [], faults: [FaultSpec] = [], seed: UInt64 = 1, from start: UInt64 = 0,
    to end: UInt64? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let tick = Timeline.tick
    var workload = WorkloadSpec(
      name: "w", arrivals: .instants((0..<count).map { (1 + $0 * gap) * tick }),
      steps: [.call("s", timeout: timeout)])
    workload.keys = keys
    var topology = Topology(workloads: [workload], services: services)
    topology.faults = faults
    var settings = Replication.Settings(
      seed: seed, number: 0, window: (start * tick)..<((end ?? count * gap + 100_000) * tick))
    settings.keepsRequests = true
    run = Replication.run(topology, settings)
    #expect(run.violations.isEmpty, sourceLocation: sourceLocation)
  }

  /// Visits by replica.
  var visits: [Int] { run.services[0].rows.map { Int($0.requests) } }

  func count(_ outcome: Outcome) -> Int { run.requests.count { $0.outcome == outcome } }

  /// Ticks at which requests with an outcome ended, in order.
  func ends(_ outcome: Outcome) -> [UInt64] {
    run.requests.filter { $0.outcome == outcome }.map { $0.ended / Timeline.tick }.sorted()
  }

  var sum: ClusterSum { run.services[0].balancing ?? ClusterSum() }
}

extension FaultSpec {
  /// A fault at one replica of `s`, in ticks.
  static func at(
    _ replica: Int, _ verb: Verb, from start: UInt64, for length: UInt64? = nil
  ) -> FaultSpec {
    var fault = once(verb, at: start, for: length, name: "f\(replica)")
    fault.target.replica = replica
    return fault
  }
}

extension ServiceSpec {
  /// Replicas whose visits take a tick.
  static func quick(
    _ replicas: Int, _ change: (inout ServiceSpec, inout ClusterSpec) -> Void
  ) -> ServiceSpec {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    s.replicas = replicas
    var cluster = ClusterSpec()
    change(&s, &cluster)
    s.cluster = cluster
    return s
  }
}
