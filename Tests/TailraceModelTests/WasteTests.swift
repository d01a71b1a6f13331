import TailraceEngine
import Testing

@testable import TailraceModel

@Suite("Work for nobody") struct WasteTests {
  private static let tick = Timeline.tick

  /// The replicas of a service that requests at these ticks call.
  private func rows(
    _ change: (inout ServiceSpec) -> Void, work: [UInt64] = [4, 4, 9, 1],
    at instants: [UInt64] = [0, 1, 2, 4], call: StepSpec = .call("s", timeout: 5),
    until end: UInt64 = 1_000, forced: Bool
  ) -> [StationOutcome] {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(work))])
    change(&s)
    let users = WorkloadSpec(
      name: "users", arrivals: .instants(instants.map { $0 * Self.tick }), steps: [call])
    var settings = Replication.Settings(seed: 1, number: 0, window: 0..<end * Self.tick)
    settings.forcesEvents = forced
    let run = Replication.run(Topology(workloads: [users], services: [s]), settings)
    #expect(run.violations.isEmpty)
    return run.services[0].rows
  }

  private func ticks(_ row: StationOutcome) -> [UInt64?] {
    [row.wasted.map { $0 / Self.tick }, row.worked.map { $0 / Self.tick }]
  }

  @Test("What is done after its caller has gone is done for nobody", arguments: [false, true])
  func served(forced: Bool) {
    // a: 0..4; b: 4..8, its caller goes at 6; c: 8..17, gone at 7; d: 17..18, gone at 9.
    let row = rows({ _ in }, forced: forced)[0]
    #expect(ticks(row) == [4 + 9 + 1, 18] && row.aborted == 0 && row.expired == nil)
    // c is at work when the window ends: some of its work is done, but it has not ended.
    #expect(ticks(rows({ _ in }, until: 10, forced: forced)[0]) == [4, 10])
  }

  @Test("A queue that drops the expired tells how many, and wastes what had begun")
  func dropped() {
    let row = rows({ $0.dropsExpired = true }, forced: false)[0]
    #expect(ticks(row) == [4, 9] && row.expired == 1 && row.aborted == 1)
  }

  @Test("Work that is stopped is lost as far as it had come", arguments: [false, true])
  func stopped(forced: Bool) {
    // b: 4..6; c: 6..7; d: 7..8, in time.
    let running = rows({ $0.cancel = .running }, forced: forced)[0]
    #expect(ticks(running) == [2 + 1, 4 + 2 + 1 + 1] && running.aborted == 2)
    // c leaves the queue at 7, when b is still at work: d starts at 8 and ends at 9, in time.
    let queued = rows({ $0.cancel = .queued }, forced: forced)[0]
    #expect(ticks(queued) == [4, 9] && queued.aborted == 1)
  }

  @Test("The copy that loses works for nobody: to its end, or until it is cancelled")
  func loser() {
    func work(_ cancel: CancelMode) -> [[UInt64?]] {
      var call = CallSpec("s")
      call.hedge = HedgePolicy.ticks(5)
      call.repeatsLuck = true
      return rows(
        {
          $0.cancel = cancel
          $0.balancing = RoundRobin()
          $0.groups = [ReplicaGroup("slow", speed: 0.1), ReplicaGroup("swift", speed: 1)]
        }, work: [2], at: [0], call: StepSpec(.call(call)), forced: false
      ).map(ticks)
    }
    // The slow one would take 20 ticks, the copy takes 2 from 5 on.
    #expect(work(.none) == [[20, 20], [0, 2]])
    #expect(work(.running) == [[7, 7], [0, 2]])
  }

  @Test("Where nobody gives up there is nothing to tell")
  func nobody() {
    #expect(ticks(rows({ _ in }, call: .call("s"), forced: false)[0]) == [nil, nil])
  }
}
