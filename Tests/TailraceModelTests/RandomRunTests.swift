import Foundation
import TailraceEngine
import Testing

@testable import TailraceModel

/// Whatever is put together out of calls, caches, joins and faults: every run checks itself.
@Suite("Random topologies with faults") struct RandomRunTests {
  /// The first of 2,000 seeds; `TAILRACE_SEED` begins elsewhere, and `TAILRACE_LONG=1` takes ten
  /// times as many. A failure names its seed: that one alone repeats it.
  private static let seeds: Range<UInt64> = {
    let words = ProcessInfo.processInfo.environment
    let first = words["TAILRACE_SEED"].flatMap { UInt64($0) } ?? 10_000
    return first..<(first + (words["TAILRACE_LONG"] == "1" ? 20_000 : 2_000))
  }()

  private func run(_ topology: Topology, seed: UInt64) -> Replication {
    var settings = Replication.Settings(
      seed: seed, number: 0, window: 10_000_000..<100_000_000)
    settings.keepsRequests = seed % 2 == 0
    settings.keepsCalls = true
    settings.eventsMax = 2_000_000
    return Replication.run(topology, settings)
  }

  @Test("Conserve requests, obey Little's law and end; the same seed gives the same run")
  func conserve() {
    print("random topologies with seeds \(Self.seeds)")
    var used: [String: UInt64] = [:]
    var cut = 0
    for seed in Self.seeds {
      var random = RandomTopology(seed: seed)
      var topology = random.makeFaulty()
      if seed % 3 == 0 { random.varyWords(of: &topology) }
      if seed % 4 == 1 { random.varyMishaps(of: &topology) }
      if seed % 4 == 2 { random.varyOverload(of: &topology) }
      let once = run(topology, seed: seed)
      #expect(once.violations == [], "topology \(seed)")
      let again = run(topology, seed: seed)
      #expect(
        once.facts.elementsEqual(again.facts) { $0.0 == $1.0 && $0.1 == $1.1 }, "topology \(seed)")
      if once.wasCutShort { cut += 1 }
      for (name, count) in Self.uses(of: once) + Self.uses(of: topology) {
        used[name, default: 0] += count
      }
    }
    // Overloaded circles of retries may be more than is simulated, but not many.
    #expect(cut <= Self.seeds.count / 200, "\(cut) runs were cut short")
    for (name, count) in used.sorted(by: { $0.key < $1.key }) {
      #expect(count > 20, "\(name): only \(count) times")
    }
  }

  /// What decides where calls go.
  private static func uses(of topology: Topology) -> [(String, UInt64)] {
    let shardings = topology.services.compactMap(\.sharding)
    let reshards = shardings.compactMap(\.reshard)
    let copied = shardings.filter { $0.hotKeys != nil }
    let steps =
      topology.services.flatMap { $0.handlers.flatMap(\.steps) }
      + topology.workloads.flatMap(\.steps)
    let targets = steps.compactMap { step in
      if case .scatter(_, let target, _) = step.verb { target } else { nil }
    }
    return [
      ("sticky splits", UInt64(steps.count { $0.by != nil })),
      (
        "shifts",
        UInt64(
          topology.workloads.count { if case .shifting = $0.keys[0].law { true } else { false } })
      ),
      ("computed keys", topology.computedKeys.isEmpty ? 0 : 1),
      ("changes of shards", UInt64(reshards.count)),
      ("double reads", UInt64(reshards.count { $0.readsTwice })),
      ("hot keys", UInt64(copied.count)),
      ("hot keys that move", UInt64(copied.count { $0.reshard != nil })),
      ("faults of messages", UInt64(topology.faults.count(where: \.verb.isOfMessages))),
      ("services in zones", UInt64(topology.services.count(where: \.hasZones))),
      ("starts", UInt64(topology.services.count { $0.startUp > 0 })),
      ("scatters to keys", UInt64(targets.count { if case .keys = $0 { true } else { false } })),
      ("scatters to peers", UInt64(targets.count { if case .peers = $0 { true } else { false } })),
    ]
  }

  /// How often what the test is about happened.
  private static func uses(of run: Replication) -> [(String, UInt64)] {
    let calls = run.calls.compactMap(\.attempts)
    var uses: [(String, UInt64)] = [
      ("retries", calls.reduce(0) { $0 + $1.retries }),
      ("hedges", calls.reduce(0) { $0 + $1.hedges }),
      ("joins", UInt64(run.stragglers.count)),
      ("partial joins", run.completeness.reduce(0) { $0 + $1.joins - $1.complete }),
      ("down time", run.services.reduce(0) { $0 + $1.rows.reduce(0) { $0 + $1.downTime } }),
      ("failures", run.services.reduce(0) { $0 + $1.rows.reduce(0) { $0 + $1.failed } }),
    ]
    uses.append(("hashed calls", run.services.reduce(0) { $0 + ($1.affinity?.calls ?? 0) }))
    let doors = run.services.flatMap(\.admissions)
    uses.append(("refused at a door", doors.reduce(0) { $0 + $1.refused }))
    uses.append(("limits", UInt64(doors.count { $0.limits != nil })))
    let versions = run.services.compactMap(\.versions)
    uses.append(("writes", versions.reduce(0) { $0 + $1.writes }))
    uses.append(("stale reads", versions.reduce(0) { $0 + $1.stale }))
    uses.append(("fresh reads", versions.reduce(0) { $0 + $1.reads - $1.stale }))
    let rows = run.caches.flatMap(\.rows)
    uses.append(("hits", rows.reduce(0) { $0 + $1.hits }))
    uses.append(("coalesced", rows.reduce(0) { $0 + $1.coalesced }))
    for event in CacheEvent.allCases {
      uses.append((event.word, rows.reduce(0) { $0 + $1.count(event) }))
    }
    return uses
  }
}
