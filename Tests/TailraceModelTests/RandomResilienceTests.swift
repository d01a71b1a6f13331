import Foundation
import TailraceEngine
import Testing

@testable import TailraceModel

/// Balancers, limits, doors, breakers, zones and faults together: every run checks itself, and is
/// the same however it is computed.
@Suite("Random topologies with all mechanisms of resilience") struct RandomResilienceTests {
  /// The first of 300 seeds; `TAILRACE_SEED` begins elsewhere, and `TAILRACE_LONG=1` takes 5,000.
  private static let seeds: Range<UInt64> = {
    let words = ProcessInfo.processInfo.environment
    let first = words["TAILRACE_SEED"].flatMap { UInt64($0) } ?? 20_000
    return first..<(first + (words["TAILRACE_LONG"] == "1" ? 5_000 : 300))
  }()

  private static func settings(_ seed: UInt64) -> Replication.Settings {
    var settings = Replication.Settings(seed: seed, number: 0, window: 10_000_000..<60_000_000)
    settings.keepsRequests = true
    settings.keepsCalls = true
    settings.eventsMax = 300_000
    return settings
  }

  private static func expectSame(
    _ a: Replication, _ b: Replication, _ how: String, _ seed: UInt64
  ) {
    #expect(b.violations == [], "topology \(seed), \(how)")
    for (x, y) in zip(a.facts, b.facts) where x != y {
      Issue.record("topology \(seed), \(how): \(x.0) is \(x.1) at first, then \(y.1)")
      return
    }
  }

  @Test("Conserve requests and end; again, with each departure an event, and followed: the same")
  func conserve() {
    print("random topologies with resilience, seeds \(Self.seeds)")
    var used: [String: UInt64] = [:]
    var cut = 0
    for seed in Self.seeds {
      var random = RandomTopology(seed: seed)
      let topology = random.makeResilient()
      var settings = Self.settings(seed)
      let once = Replication.run(topology, settings)
      #expect(once.violations == [], "topology \(seed)")
      for (name, count) in Self.uses(of: once) + Self.uses(of: topology) {
        used[name, default: 0] += count
      }
      if once.wasCutShort {
        cut += 1
        continue
      }
      Self.expectSame(once, Replication.run(topology, settings), "again", seed)
      let names = once.requests.prefix(200).map {
        RequestName(workload: $0.workload, number: $0.number)
      }
      let traced = Replication.trace(topology, settings, names, spansMax: 1_000_000)
      Self.expectSame(once, traced.replication, "followed", seed)
      settings.forcesEvents = true
      Self.expectSame(once, Replication.run(topology, settings), "event by event", seed)
    }
    #expect(cut <= Self.seeds.count / 50, "\(cut) runs were cut short")
    for (name, count) in used.sorted(by: { $0.key < $1.key }) {
      #expect(count > 5, "\(name): only \(count) times")
    }
  }

  /// How often what the test is about happened.
  private static func uses(of run: Replication) -> [(String, UInt64)] {
    let sums = run.services.compactMap(\.balancing)
    var uses = [
      ("calls kept back by a cap", sums.reduce(0) { $0 + $1.capped }),
      ("calls without a replica", sums.reduce(0) { $0 + $1.hostless }),
      ("panics", sums.reduce(0) { $0 + $1.panicked }),
      ("ejections", sums.reduce(0) { $0 + $1.ejections }),
      ("restarts", sums.reduce(0) { $0 + $1.restarts }),
      ("sessions", sums.reduce(0) { $0 + $1.sessions.atOwner }),
    ]
    let outcomes: [Outcome] = [
      .success, .degraded, .applicationError, .connectionFailure, .timeout, .shed, .rejected,
    ]
    for outcome in outcomes {
      uses.append(
        (outcome.word, run.workloads.reduce(0) { $0 + $1.outcomes[Int(outcome.rawValue)] }))
    }
    return uses
  }

  /// How many services have what.
  private static func uses(of topology: Topology) -> [(String, UInt64)] {
    let clusters = topology.services.compactMap(\.cluster)
    func count(_ name: String, _ has: (ClusterSpec) -> Bool) -> (String, UInt64) {
      (name, UInt64(clusters.count(where: has)))
    }
    return [
      count("late binding") { $0.bindsLate }, count("subsets") { $0.subset != nil },
      count("checks") { $0.readiness != nil }, count("slow starts") { $0.slowStart != nil },
      count("checks that restart") { $0.liveness != nil },
      count("ejecting balancers") { $0.outliers != nil },
      count("reports of load") { $0.reportDelay != nil },
      count("balancing by connection") { $0.choosesPerConnection },
      count("shared balancers") { $0.balancers != .perCaller },
      count("connections that are waited for") { $0.connectionsMax != nil },
      count("zone-aware balancers") { $0.isZoneAware },
      ("doors", UInt64(topology.services.count { $0.admission != nil })),
      ("limits", UInt64(topology.rateLimits.count)), ("pools", UInt64(topology.pools.count)),
      ("zones", UInt64(topology.zones.count)),
      ("priorities", UInt64(topology.services.count { Set($0.levels).count > 1 })),
    ]
  }
}
