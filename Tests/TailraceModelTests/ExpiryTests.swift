import TailraceEngine
import TailraceStatistics
import Testing

@testable import TailraceModel

@Suite("Queues that drop expired visits") struct ExpiryTests {
  private static let tick = Timeline.tick

  /// One slot; its callers wait so many ticks.
  private func timeline(
    drops: Bool, cancel: CancelMode = .none, limit: Int? = nil, work: [UInt64] = [4, 4, 9, 1],
    _ picture: () -> String
  ) -> StationOutcome {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(work))])
    (s.dropsExpired, s.cancel, s.queueLimit) = (drops, cancel, limit)
    return expectTimeline([s], steps: [.call("s", timeout: 5)], picture).services[0].rows[0]
  }

  @Test("Who is not waited for any more is dropped when its turn comes, and costs nothing")
  func picture() {
    // b is at work when its caller goes: that burns. c waits until 8, when its turn comes.
    let dropped = timeline(drops: true) {
      """
      arrive  abc.d.....
      leave   ....a.BC.d
      """
    }
    #expect(dropped.starts == 3 && dropped.aborted == 1 && dropped.refused == 0)
    #expect(dropped.busyArea == 9 * Self.tick)
    #expect(dropped.queueArea == (3 + 6 + 4) * Self.tick)
    let served = timeline(drops: false) {
      """
      arrive  abc.d.....
      leave   ....a.BC.D
      """
    }
    #expect(served.starts == 4 && served.aborted == 0 && served.busyArea == 18 * Self.tick)
  }

  @Test("Until then it counts as waiting, and against the bound, unlike one that is cancelled")
  func bound() {
    // e finds c, whose caller has gone, and d in a queue of two.
    let dropped = timeline(drops: true, limit: 2) {
      """
      arrive  abc.d..e..
      leave   ....a.BE.d
      leave   .......C..
      """
    }
    #expect(dropped.refused == 1 && dropped.longest == 2)
    let cancelled = timeline(drops: false, cancel: .queued, limit: 2, work: [4, 4, 9, 1, 3]) {
      """
      arrive  abc.d..e.....
      leave   ....a.BC.d..e
      """
    }
    #expect(cancelled.refused == 0)
  }

  /// What 2,400 requests at 120 a second find who wait a second each, of a server of 100 a second.
  private func overload(
    drops: Bool, _ discipline: Discipline = .fifo, preemptive: Bool = false
  ) -> Replication {
    var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e7))])
    (s.dropsExpired, s.discipline, s.preemptive) = (drops, discipline, preemptive)
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants((0..<2_400).map { $0 * 1_000_000_000 / 120 }),
      steps: [.call("s", timeout: 1_000)])
    var settings = Replication.Settings(seed: 8, number: 0, window: 0..<100_000_000_000)
    settings.keepsRequests = true
    let run = Replication.run(Topology(workloads: [workload], services: [s]), settings)
    #expect(run.violations.isEmpty)
    return run
  }

  @Test("Wasted work is what was in progress at expiry; else all expired work is done, by count")
  func wasted() {
    func wasted(_ run: Replication) -> (work: UInt64, visits: UInt64) {
      let good = run.requests.filter { $0.outcome == .success }
      let row = run.services[0].rows[0]
      return (row.busyArea - good.reduce(0) { $0 + $1.worked }, row.starts - UInt64(good.count))
    }
    let (plain, dropping) = (overload(drops: false), overload(drops: true))
    let (all, some) = (plain.services[0].rows[0], dropping.services[0].rows[0])
    #expect(all.starts == 2_400 && all.aborted == 0)
    #expect(some.starts + some.aborted == 2_400 && some.aborted > 200)
    // Nobody begins who is not waited for, so what is wasted was in progress.
    #expect(longestWait(plain) > 3_000_000_000)
    #expect(longestWait(dropping) <= 1_000_000_000)
    let (burnt, cut) = (wasted(plain), wasted(dropping))
    let expired = plain.requests.count { $0.outcome == .timeout }
    #expect(burnt.visits == UInt64(expired))
    #expect(cut.work < burnt.work && cut.visits < burnt.visits)
    // A request that failed was dropped or in progress: there is no third.
    let failed = dropping.requests.count { $0.outcome == .timeout }
    #expect(UInt64(failed) == some.aborted + cut.visits)
  }

  /// The lower bound of the last bucket of waits that ended in a start.
  private func longestWait(_ run: Replication) -> UInt64 {
    LogBuckets.coarse.lowerBound(of: max(0, run.services[0].waits[0].count - 1))
  }

  @Test(
    "Whatever the discipline, nobody begins who is not waited for",
    arguments: Discipline.allCases)
  func disciplines(_ discipline: Discipline) {
    for preemptive in [false, true] where discipline.mayPreempt || !preemptive {
      let run = overload(drops: true, discipline, preemptive: preemptive)
      let row = run.services[0].rows[0]
      #expect(row.starts + row.aborted + row.refused == 2_400)
      #expect(longestWait(run) <= 1_000_000_000)
      // A newcomer who takes the slot has begun before anybody can give it up.
      // Who sheds does so before anybody gives up.
      let isEarlier = discipline.sheds || (discipline == .lifo && preemptive)
      #expect((row.aborted > 0) != isEarlier)
    }
  }

  @Test("A caller in the middle is waited for unless it has been told when to give up")
  func told() {
    // The client waits 4 ticks; the front asks the back, which is busy with another for 9.
    for (told, starts) in [(false, 2), (true, 1)] as [(Bool, UInt64)] {
      var front = ServiceSpec(
        name: "front", handler: [.call("back") { $0.propagatesDeadline = told }])
      front.slots = nil
      var back = ServiceSpec(name: "back", handler: [.work(.ticks(9))])
      back.dropsExpired = true
      let run = expectTimeline(
        [front, back],
        steps: [
          .call("front") {
            $0.timeout = 4 * Self.tick
            $0.propagatesDeadline = told
          }
        ]
      ) {
        """
        arrive  ab........
        leave   ....AB....
        """
      }
      let row = run.services.first { $0.name == "back" }?.rows[0]
      #expect(row?.starts == starts && row?.aborted == 2 - starts)
    }
  }

  @Test("A copy that lost is dropped, unless it is to run on")
  func losers() {
    // a holds the first replica till 9; b waits there, when its copy is answered by the second.
    for (cancels, starts) in [(true, 1), (false, 2)] as [(Bool, UInt64)] {
      var s = ServiceSpec.slowAndQuick(work: 9, quickness: 9)
      s.dropsExpired = true
      s.balancing = Homing()
      let run = expectTimeline(
        [s], steps: [.call("s") { $0.hedge = .ticks(3) { $0.cancelsLosers = cancels } }]
      ) {
        """
        arrive  ab....
        leave   ....ab
        """
      }
      #expect(run.services[0].rows.map(\.starts) == [starts, 2])
    }
  }

  @Test("Who expires on its way does not begin")
  func onItsWay() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(2))])
    (s.dropsExpired, s.latency) = (true, .ticks(4))
    let run = expectTimeline([s], steps: [.call("s", timeout: 3)]) { "arrive a...\nleave  ...A" }
    let row = run.services[0].rows[0]
    #expect(row.requests == 1 && row.starts == 0 && row.aborted == 1 && row.queueArea == 0)
  }
}

/// Always the first replica.
struct Homing: BalancingPolicy {
  static let name = "HOMING"
  static let summary = "The first."
  var readsLoad: Bool { false }
  mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 { 0 }
}
