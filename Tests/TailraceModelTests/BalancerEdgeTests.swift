import TailraceEngine
import Testing

@testable import TailraceModel

/// Where a balancer's mechanisms meet others: what random topologies have found broken.
@Suite("Balancers beside other mechanisms") struct BalancerEdgeTests {
  private static let tick: UInt64 = 1_000_000

  private func run(
    _ services: [ServiceSpec], _ call: CallSpec, at ticks: [UInt64], faults: [FaultSpec] = []
  ) -> Replication {
    var topology = Topology(
      workloads: [
        WorkloadSpec(
          name: "client", arrivals: .instants(ticks.map { $0 * Self.tick }),
          steps: [StepSpec(.call(call))])
      ], services: services)
    topology.faults = faults
    var settings = Replication.Settings(seed: 1, number: 0, window: 0..<(2_000 * Self.tick))
    settings.keepsRequests = true
    return Replication.run(topology, settings)
  }

  /// A service of so many replicas with one slot, whose visits work for ten ticks.
  private func service(_ replicas: Int, _ cluster: ClusterSpec) -> ServiceSpec {
    var service = ServiceSpec(name: "api", handler: [.work(.constant(10e6))])
    service.replicas = replicas
    service.cluster = cluster
    return service
  }

  private func ends(_ run: Replication) -> [UInt64] {
    run.requests.sorted { $0.number < $1.number }.map { $0.ended / Self.tick }
  }

  /// A replica, or all, crashed from the start on.
  private func crash(_ replica: Int?, for ticks: Double?) -> FaultSpec {
    var fault = FaultSpec(
      name: "down", target: FaultTarget("api"), verb: .crash(drops: false), at: 0)
    fault.target.replica = replica
    fault.length = ticks.map { .constant($0 * 1e6) }
    return fault
  }

  /// Checks each 100 ticks; one failure takes out, five successes bring back.
  private var slowToTrust: ReadinessProbe {
    var probe = ReadinessProbe()
    (probe.period, probe.timeout) = (100 * Self.tick, 10 * Self.tick)
    (probe.failureThreshold, probe.successThreshold) = (1, 5)
    return probe
  }

  @Test("In panic a line is served by replicas that are out of rotation, too")
  func panic() {
    var cluster = ClusterSpec()
    cluster.bindsLate = true
    cluster.readiness = slowToTrust
    let run = run(
      [service(2, cluster)], CallSpec("api"), at: [160, 161, 162], faults: [crash(nil, for: 150)])
    #expect(run.violations == [])
    #expect(ends(run) == [170, 171, 180])
  }

  @Test("Late binding waits for replicas that start")
  func start() {
    var cluster = ClusterSpec()
    cluster.bindsLate = true
    var api = service(2, cluster)
    api.startUp = 30 * Self.tick
    let run = run([api], CallSpec("api"), at: [10, 60], faults: [crash(nil, for: 50)])
    #expect(run.violations == [])
    #expect(ends(run) == [90, 90])
  }

  @Test("A retry elsewhere goes to no replica out of rotation")
  func elsewhere() {
    var cluster = ClusterSpec()
    cluster.readiness = slowToTrust
    cluster.panicThreshold = 0
    var api = service(3, cluster)
    api.balancing = PickFirst()
    var bad = FaultSpec(name: "bad", target: FaultTarget("api"), verb: .fail(1), at: 0)
    bad.target.replica = 0
    var call = CallSpec("api")
    call.retry = RetryPolicy(on: [.applicationError])
    call.retry?.prefersOthers = true
    call.retry?.backOff = .drawn(.constant(0))
    let run = run(
      [api], call, at: [200, 300, 400], faults: [bad, crash(1, for: nil)])
    #expect(run.violations == [])
    #expect(run.requests.map(\.outcome) == [.success, .success, .success])
  }

  @Test("Who finds a line full is shed, and its answer travels")
  func full() {
    var cluster = ClusterSpec()
    cluster.bindsLate = true
    var api = service(2, cluster)
    api.queueLimit = 0
    api.latency = .constant(5e6)
    let run = run([api], CallSpec("api"), at: [0, 1, 2])
    #expect(run.violations == [])
    #expect(run.requests.count { $0.outcome == .shed } == 1)
    #expect(ends(run) == [20, 21, 12])
  }

  @Test("Visits of a line may ask others, and each of several replicas may ask all")
  func scatters() {
    var late = ClusterSpec()
    late.bindsLate = true
    var shared = ClusterSpec()
    shared.balancers = .count(1)
    var leaf = service(3, shared)
    leaf.name = "leaf"
    leaf.balancing = Prequal()
    var mid = service(3, late)
    mid.name = "mid"
    mid.balancing = Prequal()
    mid.handlers[0].steps = [
      StepSpec(.scatter(CallSpec("leaf"), .fanOut(3), Join())),
      StepSpec(.scatter(CallSpec("leaf"), .replicas, Join())),
    ]
    var call = CallSpec("mid")
    call.hedge = HedgePolicy(delay: .fixed(2 * Self.tick))
    call.hedge?.cancelsLosers = false
    var top = service(2, shared)
    top.name = "top"
    top.slots = nil
    top.handlers[0].steps = [
      StepSpec(.call(call)), StepSpec(.scatter(CallSpec("mid"), .replicas, Join())),
    ]
    let run = run([leaf, mid, top], CallSpec("top"), at: Array(0..<9))
    #expect(run.violations == [])
    #expect(run.requests.count == 9 && run.requests.allSatisfy { $0.outcome == .success })
  }
}
