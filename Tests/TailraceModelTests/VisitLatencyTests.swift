import TailraceEngine
import TailraceStatistics
import Testing

@testable import TailraceModel

@Suite("Latencies of visits by shard") struct VisitLatencyTests {
  private static let tick = Timeline.tick

  /// Requests that come at these ticks, each for a key of its own, to two shards of one slot.
  private func service(
    _ work: [UInt64], keys: [UInt64], at instants: [UInt64], timeout: UInt64? = nil,
    cancel: CancelMode = .none, limit: Int? = nil, until end: UInt64 = 1_000, forced: Bool
  ) -> ServiceOutcome {
    var store = ServiceSpec(name: "store", handler: [.work(.ticks(work))])
    store.shards = 2
    store.sharding = Sharding(key: "item")
    (store.cancel, store.queueLimit) = (cancel, limit)
    var call = StepSpec.call("store")
    if let timeout { call = .call("store", timeout: timeout) }
    var users = WorkloadSpec(
      name: "users", arrivals: .instants(instants.map { $0 * Self.tick }), steps: [call])
    users.keys = [CarriedKeys(space: "item", law: .given(keys))]
    var settings = Replication.Settings(seed: 3, number: 0, window: 0..<end * Self.tick)
    settings.forcesEvents = forced
    let run = Replication.run(Topology(workloads: [users], services: [store]), settings)
    #expect(run.violations.isEmpty)
    return run.services[0]
  }

  /// Ticks that all of a shard's answers took together, and how many there were.
  private func sums(_ service: ServiceOutcome) -> [[UInt64]] {
    service.latencies.map { [UInt64($0.sum) / Self.tick, $0.count] }
  }

  @Test("From the call to the answer, with the wait; the shards apart", arguments: [false, true])
  func plain(forced: Bool) {
    // Shard 0: 0..4, 1..6 (of 5 ticks two at work), 9..12; shard 1: 2..9.
    let found = service([4, 2, 7, 3], keys: [0, 2, 1, 4], at: [0, 1, 2, 9], forced: forced)
    #expect(sums(found) == [[4 + 5 + 3, 3], [7, 1]])
    #expect(found.latencies[0].minimum == 3 * Self.tick)
    #expect(found.latencies[0].maximum == 5 * Self.tick)
  }

  @Test("Answers are counted that come in the window", arguments: [false, true])
  func window(forced: Bool) {
    let found = service(
      [4, 2, 7, 3], keys: [0, 2, 1, 4], at: [0, 1, 2, 9], until: 6, forced: forced)
    #expect(sums(found) == [[4, 1], [0, 0]])
  }

  @Test(
    "What nobody waits for any more is measured as long as it is done", arguments: [false, true])
  func givenUp(forced: Bool) {
    func sums(_ cancel: CancelMode) -> [[UInt64]] {
      self.sums(
        service(
          [4, 9, 7], keys: [0, 2, 4], at: [0, 1, 2], timeout: 6, cancel: cancel, forced: forced))
    }
    // b works from 4 to 13, though its caller goes at 7; c, whose caller goes at 8, until 20.
    #expect(sums(.none) == [[4 + 12 + 18, 3], [0, 0]])
    #expect(sums(.queued) == [[4 + 12, 2], [0, 0]])
    // b stops at 7: c has 1 tick until its caller goes.
    #expect(sums(.running) == [[4, 1], [0, 0]])
  }

  @Test("Who is turned away has none", arguments: [false, true])
  func refused(forced: Bool) {
    let found = service(
      [4, 4, 4], keys: [0, 2, 4], at: [0, 1, 2], limit: 1, forced: forced)
    #expect(sums(found) == [[4 + 7, 2], [0, 0]])
    #expect(found.rows[0].failed == 1)
  }

  @Test("A key costs the work of its visits, not their waits", arguments: [false, true])
  func work(forced: Bool) throws {
    let found = service(
      [4, 2, 7, 3, 5], keys: [0, 2, 1, 2, 0], at: [0, 1, 2, 9, 10], forced: forced)
    let keys = try #require(found.hotKeys)
    #expect(keys.keys.map(\.key) == [0, 2, 1])
    #expect(keys.keys.map { $0.work / Self.tick } == [9, 5, 7])
    #expect(keys.work == 21 * Self.tick)
  }

  @Test("Of a service without keys they are kept where asked for")
  func asked() {
    func latencies(_ names: [String]) -> [UInt64] {
      let api = ServiceSpec(name: "api", handler: [.work(.ticks([4, 2]))])
      let users = WorkloadSpec(
        name: "users", arrivals: .instants([0, Self.tick]), steps: [.call("api")])
      var settings = Replication.Settings(seed: 3, number: 0, window: 0..<100 * Self.tick)
      settings.latenciesOf = names
      return Replication.run(Topology(workloads: [users], services: [api]), settings)
        .services[0].latencies.map { UInt64($0.sum) / Self.tick }
    }
    #expect(latencies([]).isEmpty)
    #expect(latencies(["api"]) == [4 + 5])
  }
}
