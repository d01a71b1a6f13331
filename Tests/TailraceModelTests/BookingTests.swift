import Foundation
import TailraceEngine
import TailraceStatistics
import Testing

@testable import TailraceModel

/// Departures computed on arrival against departures as events: nothing but the time may differ.
@Suite("Departures on arrival") struct BookingTests {
  /// So many seeds from one on; `TAILRACE_LONG=1` takes twenty times as many.
  private func seeds(_ first: UInt64, _ count: UInt64) -> Range<UInt64> {
    let isLong = ProcessInfo.processInfo.environment["TAILRACE_LONG"] == "1"
    return first..<(first + count * (isLong ? 20 : 1))
  }

  private func run(
    _ topology: Topology, seed: UInt64, until end: UInt64, forced: Bool, isPlain: Bool = true
  ) -> Replication {
    var settings = Replication.Settings(seed: seed, number: 0, window: (end / 10)..<end)
    settings.forcesEvents = forced
    // Half of them without, since what is kept decides about shortcuts.
    settings.keepsRequests = seed % 2 == 0
    settings.keepsCalls = seed % 4 < 2
    settings.latenciesOf = seed % 3 == 1 ? topology.services.map(\.name) : []
    settings.interval = seed % 3 == 0 ? end / 7 : 0
    settings.eventsMax = 2_000_000
    if isPlain { return Replication.run(topology, settings) }
    var plan = PlanBuilder.build(
      topology, seed: StreamKey.run(seed: seed, replication: 0), window: settings.window,
      forcesEvents: true, keepsCalls: settings.keepsCalls, latenciesOf: settings.latenciesOf)
    plan.walkAtLength()
    return Replication.run(plan, settings, shouldStop: { false })
  }

  private func expectEqual(_ topology: Topology, seed: UInt64, until end: UInt64, _ name: String)
    -> Bool
  {
    let events = run(topology, seed: seed, until: end, forced: true)
    let booked = run(topology, seed: seed, until: end, forced: false)
    #expect(events.violations + booked.violations == [], "\(name)")
    if events.wasCutShort || booked.wasCutShort { return false }
    let expected = events.facts
    // Plain visits are written out twice, short and at length.
    let general = run(topology, seed: seed, until: end, forced: true, isPlain: false)
    for (other, found) in [("on arrival", booked.facts), ("at length", general.facts)] {
      #expect(expected.count == found.count, "\(name)")
      for (a, b) in zip(expected, found) where a.0 != b.0 || a.1 != b.1 {
        Issue.record("\(name): \(a.0) \(a.1) as events, \(b.0) \(b.1) \(other)")
        return false
      }
    }
    let plan = PlanBuilder.build(topology, seed: 0, window: 0..<1)
    return plan.eventReasons.contains(nil)
  }

  @Test("Writes, keys that nobody declares and popularities in time: equal as well")
  func words() {
    var booked = 0
    for seed in seeds(50_000, 300) {
      var random = RandomTopology(seed: seed, tick: 1_234_567)
      var topology = random.make()
      random.varyWords(of: &topology)
      if expectEqual(topology, seed: seed, until: 300_000_000, "topology \(seed)") { booked += 1 }
    }
    #expect(booked > 50)
  }

  @Test("Rate limits, permits and breakers: equal as well, and nothing is lost in crashes")
  func limits() {
    var booked = 0
    var uses = Array(repeating: UInt64(0), count: 6)
    for seed in seeds(60_000, 160) {
      var random = RandomTopology(seed: seed, tick: seed % 2 == 0 ? 250_000 : 1_234_567)
      var topology = seed % 4 == 3 ? random.makeFaulty() : random.make()
      random.varyLimits(of: &topology)
      if expectEqual(topology, seed: seed, until: 300_000_000, "topology \(seed)") { booked += 1 }
      let run = run(topology, seed: seed, until: 300_000_000, forced: false)
      let sums = run.limits.flatMap(\.sums)
      let pools = run.pools.flatMap(\.sums)
      let guards = run.guards.map(\.sum)
      uses[0] += sums.reduce(0) { $0 + $1.refused }
      uses[1] += sums.reduce(0) { $0 + $1.delayed }
      uses[2] += pools.reduce(0) { $0 + $1.waited }
      uses[3] += pools.reduce(0) { $0 + $1.refused + $1.timedOut }
      uses[4] += guards.reduce(0) { $0 + $1.rejectedByBreaker }
      uses[5] += guards.reduce(0) { $0 + $1.rejectedByThrottle }
    }
    #expect(booked > 10 && uses.allSatisfy { $0 > 300 }, "\(booked) \(uses)")
  }

  @Test("Random topologies on a coarse clock: equal in every count, sum and request")
  func randomTopologies() {
    var faster = 0
    var fabrics = 0
    for seed in seeds(0, 600) {
      var random = RandomTopology(seed: seed)
      let topology = random.make()
      if expectEqual(topology, seed: seed, until: 400_000_000, "topology \(seed)") {
        faster += 1
      }
      let plan = PlanBuilder.build(topology, seed: 0, window: 0..<1)
      if plan.portCount > 0 && !plan.pools.isEmpty { fabrics += 1 }
    }
    #expect(fabrics > 40, "ports and connections must have been used: \(fabrics)")
    #expect(faster > 80, "departures on arrival must have been used: \(faster)")
  }

  @Test("Random topologies on a fine clock")
  func fineClock() {
    // In the first of them calls of a scatter with a canary fail while others are out.
    for seed in [101_146] + seeds(100_000, 200) {
      var random = RandomTopology(seed: seed, tick: 1_234_567)
      _ = expectEqual(random.make(), seed: seed, until: 2_000_000_000, "topology \(seed)")
    }
  }

  @Test("A look into a cache: its hit and its fetch are known, are events, or are walked through")
  func cachedCalls() {
    var seed: UInt64 = 0
    for latency in [nil, .constant(200_000), .exponential(mean: 1e6)] as [LawSpec?] {
      for placement in [CacheSpec.Placement.shared, .perReplica] {
        for ttl in [nil, 40_000_000] as [UInt64?] {
          for locks in [false, true] {
            for isCoarse in [false, true] {
              var cache = CacheSpec(name: "c", key: "item", capacity: .entries(30))
              cache.hitLatency = latency
              cache.placement = placement
              cache.ttl = ttl
              if ttl != nil { cache.ttlJitter = 0.2 }
              cache.locks = locks
              var topology = lookAside(cache, replicas: seed % 3 == 0 ? 2 : 1)
              if isCoarse {
                // Much falls on the same instants.
                topology.workloads[0].arrivals = .constant(ratePerSecond: 2_000)
                topology.services[1].handlers[0].steps = [.work(.constant(1_000_000))]
              }
              let plan = PlanBuilder.build(topology, seed: 0, window: 0..<1)
              #expect(plan.cachedCalls.count == 1 && plan.cachedCalls[0].isForeseen)
              #expect(plan.cachedCalls[0].fetch >= 0)
              for _ in 0..<4 {
                #expect(expectEqual(topology, seed: seed, until: 400_000_000, "\(seed)"))
                seed += 1
              }
            }
          }
        }
      }
    }
  }

  @Test("Hits that take ages end the run before they fill the memory")
  func crowdedHits() {
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(200))
    cache.hitLatency = .constant(1e12)
    cache.start = .warm
    var topology = lookAside(cache, replicas: 1)
    topology.workloads[0].arrivals = .constant(ratePerSecond: 1e7)
    for forced in [true, false] {
      var settings = Replication.Settings(seed: 1, number: 0, window: 0..<1_000_000_000)
      settings.forcesEvents = forced
      let run = Replication.run(topology, settings)
      #expect(run.isOvercrowded && run.wasCutShort)
      #expect(run.violations == [])
      // What stays in flight is accounted for.
      let unfinished = run.workloads[0].outcomes[Int(Outcome.unfinished.rawValue)]
      #expect(unfinished > 4_000_000 && unfinished < 5_000_000)
    }
  }

  /// Replicas that look into a cache before they ask a database.
  private func lookAside(_ cache: CacheSpec, replicas: Int) -> Topology {
    let look = StepSpec(.cache(CacheUse(cache.name, onMiss: [.call("db")])))
    var web = ServiceSpec(name: "web", handler: [look])
    web.replicas = replicas == 1 ? 3 : 1
    web.slots = nil
    var db = ServiceSpec(name: "db", handler: [.work(.exponential(mean: 1e6))])
    db.replicas = replicas
    var topology = Topology(
      workloads: [
        WorkloadSpec(
          name: "users", arrivals: .poisson(ratePerSecond: 2_000), steps: [.call("web")]
        ).with(keys: [CarriedKeys(space: cache.key, law: .zipf(0...99, exponent: 0.9))])
      ], services: [web, db])
    topology.caches = [cache]
    return topology
  }

  @Test("A scatter to a queue that visits leave, which once went on in a frame that was free")
  func freedJoin() {
    var random = RandomTopology(seed: 101_775, tick: 1_234_567)
    _ = expectEqual(random.make(), seed: 101_775, until: 2_000_000_000, "topology 101775")
  }

  @Test("Clients whose last requests ended together take turns in their own order")
  func clientsInOrder() {
    var random = RandomTopology(seed: 7_319)
    _ = expectEqual(random.make(), seed: 7_319, until: 400_000_000, "topology 7319")
  }

  @Test("Random topologies with faults")
  func faults() {
    for seed in seeds(200_000, 200) {
      var random = RandomTopology(seed: seed)
      _ = expectEqual(random.makeFaulty(), seed: seed, until: 200_000_000, "topology \(seed)")
    }
  }

  @Test("A queue whose end lies beyond the end of the clock")
  func endOfTheClock() {
    for replicas in [1, 2] {
      var server = ServiceSpec(name: "server", handler: [.work(.constant(0x1p51))])
      server.replicas = replicas
      server.slots = replicas
      var api = ServiceSpec(name: "api", handler: [.call("server")])
      api.concurrencyModel = .eventLoop
      let topology = Topology(
        workloads: [
          WorkloadSpec(
            name: "users", arrivals: .poisson(ratePerSecond: 10_000), steps: [.call("api")])
        ], services: [api, server])
      #expect(expectEqual(topology, seed: 6, until: 2_000_000_000, "\(replicas)"))
    }
  }

  @Test("Callers that give up and cancel: the instant is known when they come")
  func impatientCallers() {
    for cancel in CancelMode.allCases {
      for law in [LawSpec.exponential(mean: 1e6), .uniform(5e5, 1.5e6), .constant(1e6)] {
        var call = CallSpec("server")
        call.timeout = 3_000_000
        var server = ServiceSpec(name: "server", handler: [.work(law)])
        server.replicas = 4
        server.balancing = LeastRequest()
        server.cancel = cancel
        let topology = Topology(
          workloads: [
            WorkloadSpec(
              name: "users", arrivals: .poisson(ratePerSecond: 4_200),
              steps: [StepSpec(.call(call))]
            )
          ], services: [server])
        // Seeds whose runs keep no calls, once with requests kept and once without.
        for seed in [6, 7] as [UInt64] {
          #expect(
            expectEqual(topology, seed: seed, until: 4_000_000_000, "\(cancel) \(law)"),
            "must not take an event for each")
        }
      }
    }
  }

  @Test("Callers of unequal patience, or whose last attempt is cut short, count alike both ways")
  func unequalPatience() {
    // Seeds whose runs keep no calls: those that do take an event for each departure anyway.
    for (seed, cancel) in [(6, CancelMode.none), (6, .queued), (6, .running), (7, .running)]
      as [(UInt64, CancelMode)]
    {
      unequalPatience(seed: seed, cancel)
    }
  }

  private func unequalPatience(seed: UInt64, _ cancel: CancelMode) {
    var server = ServiceSpec(name: "server", handler: [.work(.exponential(mean: 1e6))])
    server.replicas = 4
    server.balancing = LeastRequest()
    server.cancel = cancel
    var workloads: [WorkloadSpec] = []
    for (name, timeout) in [("hasty", 1_500_000), ("patient", 9_000_000)] as [(String, UInt64)] {
      var call = CallSpec("server")
      call.timeout = timeout
      workloads.append(
        WorkloadSpec(
          name: name, arrivals: .poisson(ratePerSecond: 2_000), steps: [StepSpec(.call(call))]))
    }
    let topology = Topology(workloads: workloads, services: [server])
    _ = expectEqual(topology, seed: seed, until: 4_000_000_000, "two patiences, \(cancel)")

    var call = CallSpec("server")
    call.timeout = 4_000_000
    var retry = RetryPolicy(on: [.timeout])
    retry.retries = 5
    retry.perTryTimeout = 1_500_000
    call.retry = retry
    let once = Topology(
      workloads: [
        WorkloadSpec(
          name: "users", arrivals: .poisson(ratePerSecond: 3_600), steps: [StepSpec(.call(call))])
      ], services: [server])
    _ = expectEqual(once, seed: seed, until: 4_000_000_000, "last one cut short, \(cancel)")
  }
}
