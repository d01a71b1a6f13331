import Testing

@testable import TailraceModel

/// Versions of keys at replicas, one read after the other.
@Suite("Versions of keys") struct VersionTests {
  private static let key = [CarriedKeys(space: "row", law: .given([6]))]

  private func store(_ replicas: Int, slots: Int? = nil) -> ServiceSpec {
    var store = ServiceSpec(name: "store", handler: [.work(.ticks(1))])
    (store.replicas, store.slots, store.versionedBy) = (replicas, slots, "row")
    return store
  }

  private func write(_ need: Int? = nil, deadline: UInt64? = nil) -> StepSpec {
    var call = CallSpec("store")
    call.operation = .write
    guard let need else { return StepSpec(.call(call)) }
    return StepSpec(.scatter(call, .replicas, .need(.responses(need), deadline: deadline)))
  }

  private func read(_ need: Int) -> StepSpec {
    .scatter("store", .replicas, .need(.responses(need)))
  }

  private func sum(
    _ service: ServiceSpec, _ steps: [StepSpec], faults: [FaultSpec] = [], _ picture: String
  ) -> VersionSum {
    var timeline = Timeline([service], steps: steps, keys: Self.key, picture)
    timeline.topology.faults = faults
    let run = timeline.run()
    #expect(run.violations.isEmpty)
    return run.services[0].versions ?? VersionSum()
  }

  private func crash(_ replica: Int, at: UInt64, ticks: UInt64) -> FaultSpec {
    var target = FaultTarget("store")
    target.replica = replica
    var fault = FaultSpec(
      name: "f\(replica)", target: target, verb: .crash(drops: false), at: at * Timeline.tick)
    fault.length = .ticks(ticks)
    return fault
  }

  @Test("A write to one of two replicas in turn: the other one answers the next read with the old")
  func turns() {
    // The balancer takes replica 0 for the write, 1 and 0 for the reads.
    let found = sum(store(2), [write(), .call("store"), .call("store")], "arrive a")
    #expect(found.writes == 1)
    #expect(found.reads == 2)
    #expect(found.stale == 1)
  }

  @Test("A replica that was down for a write stays behind until the next one")
  func missedWrite() {
    // Down are 2 at the write of `a`, then 0 and 1 at the reads of `a`; `b` comes when all are up.
    let steps = [write(2), .wait(.ticks(10)), read(1), .wait(.ticks(10)), read(1)]
    let down = [crash(2, at: 0, ticks: 5), crash(0, at: 8, ticks: 5), crash(1, at: 8, ticks: 5)]
    let missed = sum(store(3), steps, faults: down, "arrive .a")
    #expect(missed.stale == 1, "only the first read has no other replica to hear")
    #expect(missed.reads == 2)
    let mended = sum(
      store(3), [write(2), .wait(.ticks(5)), write(3), read(1)],
      faults: [crash(2, at: 0, ticks: 5)], "arrive .a")
    #expect(mended.stale == 0)
    #expect(mended.writes == 2)
  }

  @Test("A write that a deadline has cut short promises nothing, whoever has it")
  func deadline() {
    // One slot: of each replica's visits the second waits; a read meanwhile finds nothing missing.
    var slow = store(2)
    slow.groups = [ReplicaGroup("a", speed: 1), ReplicaGroup("b", speed: 0.1)]
    let found = sum(slow, [write(2, deadline: 3), read(1)], "arrive a")
    #expect(found.writes == 0)
    #expect(found.reads == 1)
    #expect(found.stale == 0)
    // Without the deadline it waits for both.
    let whole = sum(slow, [write(2), read(1)], "arrive a")
    #expect(whole.writes == 1 && whole.stale == 0)
  }

  @Test("A copy of a write that loses is done all the same, unless it is cancelled")
  func losers() {
    func stale(_ cancel: CancelMode) -> UInt64 {
      var slow = store(2)
      slow.groups = [ReplicaGroup("a", speed: 1), ReplicaGroup("b", speed: 0.2)]
      slow.cancel = cancel
      let down = crash(0, at: 8, ticks: 4)
      // Replica 1 needs five ticks for the write; at the read it is the only one up.
      return sum(slow, [write(1), .wait(.ticks(8)), read(1)], faults: [down], "arrive a").stale
    }
    #expect(stale(.none) == 0)
    #expect(stale(.running) == 1)
  }
}
