import Testing

@testable import TailraceModel

@Suite("Queues that shed while they stand") struct CoDelTests {
  private static let tick = Timeline.tick

  /// Asks about a queue with one wait for all, once a tick, and tells at which ticks it drops one.
  private func drops(
    _ codel: inout CoDel, wait: UInt64, behind: Int = 9, over ticks: ClosedRange<UInt64>
  ) -> [UInt64] {
    ticks.flatMap { at in
      var count = 0
      while codel.drops(
        wait: wait * Self.tick, behind: behind, isFirst: count == 0, now: at * Self.tick)
      {
        count += 1
      }
      return Array(repeating: at, count: count)
    }
  }

  private func standard() -> CoDel { CoDel(target: 5 * Self.tick, interval: 100 * Self.tick) }

  @Test("The first drop comes after an interval above the target, the next after 100 / root of n")
  func controlLaw() {
    var codel = standard()
    // 100, then 100 / 1, 100 / 1.41, 100 / 1.73, 100 / 2 and 100 / 2.24 later.
    #expect(drops(&codel, wait: 10, over: 0...430) == [100, 200, 271, 329, 379, 424])
    // One wait below the target ends it; it comes back at the rate of five: 100 / 2.24 = 44.7.
    #expect(drops(&codel, wait: 1, over: 431...431) == [])
    #expect(drops(&codel, wait: 10, over: 432...580) == [532, 577])
    // Long afterwards it begins anew.
    #expect(drops(&codel, wait: 1, over: 581...581) == [])
    #expect(drops(&codel, wait: 10, over: 9_000...9_210) == [9_100, 9_200])
  }

  @Test("No drop within an interval, at the last one, or below the target")
  func spared() {
    var codel = standard()
    #expect(drops(&codel, wait: 10, over: 0...99) == [])
    codel = standard()
    #expect(drops(&codel, wait: 10, behind: 1, over: 0...500) == [])
    codel = standard()
    #expect(drops(&codel, wait: 4, over: 0...500) == [])
  }

  private func server(_ discipline: Discipline, work: LawSpec, slots: Int = 1) -> ServiceSpec {
    var s = ServiceSpec(name: "s", handler: [.work(work)])
    (s.discipline, s.slots) = (discipline, slots)
    return s
  }

  private func run(_ s: ServiceSpec, _ arrivals: ArrivalSpec, seconds: UInt64, timeout: UInt64?)
    -> Replication
  {
    let workload = WorkloadSpec(
      name: "w", arrivals: arrivals, steps: [.call("s", timeout: timeout)])
    var settings = Replication.Settings(
      seed: 6, number: 0, window: 10_000_000_000..<(10 + seconds) * 1_000_000_000)
    settings.keepsRequests = true
    let run = Replication.run(Topology(workloads: [workload], services: [s]), settings)
    #expect(run.violations.isEmpty)
    return run
  }

  @Test("A burst shorter than an interval is served whole, in its order")
  func burst() {
    for discipline in [Discipline.codel, .adaptiveLIFO] {
      var settings = Replication.Settings(seed: 1, number: 0, window: 0..<1_000_000_000)
      settings.keepsRequests = true
      let workload = WorkloadSpec(
        name: "w", arrivals: .instants(Array(repeating: 0, count: 90)), steps: [.call("s")])
      let run = Replication.run(
        Topology(workloads: [workload], services: [server(discipline, work: .ticks(1))]), settings)
      #expect(run.violations.isEmpty && run.services[0].rows[0].refused == 0)
      for request in run.requests {
        #expect(request.ended == (request.number + 1) * Self.tick, "\(discipline)")
      }
    }
  }

  @Test("Twice the load: half is shed, the slots stay busy, the queue is cut")
  func overload() {
    // Without shedding the queue would be 30 s long at the end, and a wait 20 s on average.
    for (discipline, most, used) in [
      (Discipline.codel, 0.3, 0.97), (.adaptiveLIFO, 0.06, 0.9),
    ] {
      let run = run(
        server(discipline, work: .exponential(mean: 1e7)), .poisson(ratePerSecond: 200),
        seconds: 50, timeout: nil)
      let row = run.services[0].rows[0]
      let share = Double(row.refused) / Double(row.requests)
      #expect(abs(share - 0.5) < 0.06, "\(discipline) sheds \(share)")
      #expect(Double(row.busyArea) > used * 5e10)
      let wait = Double(row.queueArea) / Double(row.requests) / 1e9
      #expect(wait < most, "\(discipline) waits \(wait) s")
    }
  }

  @Test("With impatient callers FIFO serves nobody in time, the latest first nearly all it can")
  func goodput() {
    func good(_ discipline: Discipline) -> Double {
      let run = run(
        server(discipline, work: .exponential(mean: 1e7), slots: 10),
        .poisson(ratePerSecond: 2_000), seconds: 10, timeout: 500)
      return Double(run.workloads[0].outcomes[Int(Outcome.success.rawValue)]) / 10
    }
    #expect(good(.fifo) < 10)
    #expect(good(.lifo) > 950)
    #expect(good(.adaptiveLIFO) > 950)
  }

  @Test("FIFO until an interval was all above the target; then the latest first, the old ones shed")
  func adaptive() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(3))])
    s.discipline = .adaptiveLIFO
    (s.codel.target, s.codel.interval) = (2 * Self.tick, 4 * Self.tick)
    // Shortest waits of the oldest: 2 until 9, then 6. From 15 on none older than 4 is served.
    let run = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  abcdefg.....h.i....
      leave   ...a..b..c..d..e..i
      leave   ...............F..H
      leave   ...............G...
      """
    }
    #expect(run.services[0].rows[0].refused == 3)
    #expect(run.requests.filter { $0.outcome == .shed }.count == 3)
  }

  @Test("Those shed whose callers have gone, and those who wait with a limit, count once")
  func together() {
    for discipline in [Discipline.codel, .adaptiveLIFO] {
      for cancel in CancelMode.allCases {
        var s = server(discipline, work: .exponential(mean: 1e6), slots: 2)
        (s.cancel, s.dropsExpired, s.concurrencyModel) = (cancel, cancel == .none, .eventLoop)
        s.handlers[0].steps.append(.work(.exponential(mean: 1e6)))
        s.queueTimeout = .exponential(mean: 3e7)
        (s.codel.target, s.codel.interval) = (1_000_000, 10_000_000)
        let run = run(s, .poisson(ratePerSecond: 1_500), seconds: 3, timeout: 20)
        let row = run.services[0].rows[0]
        #expect(row.refused > 100 && row.starts > 1_000, "\(discipline) \(cancel)")
      }
    }
  }
}
