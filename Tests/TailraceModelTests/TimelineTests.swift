import Testing

@testable import TailraceModel

@Suite("Timelines") struct TimelineTests {
  @Test("The second request waits for the slot")
  func waiting() {
    _ = expectTimeline([ServiceSpec(name: "s", handler: [.work(.ticks(3))])], steps: [.call("s")]) {
      """
      arrive  a.b.......
      leave   ...a..b...
      """
    }
  }

  @Test("A slot freed at an instant serves who comes at that instant")
  func completionBeforeArrival() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(3))])
    s.queueLimit = 0
    _ = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  a..b.c....
      leave   ...a.Cb...
      """
    }
  }

  @Test("Delays of no length, at the instant of an arrival, take no time")
  func noDelay() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(2))])
    s.latency = .ticks(0)
    s.slots = nil
    _ = expectTimeline([s], steps: [.wait(.ticks(0)), .call("s"), .wait(.ticks(0))]) {
      """
      arrive  ab....
      leave   ..ab..
      """
    }
  }

  @Test("A full queue refuses at once; the bound counts those who wait")
  func bound() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(4))])
    s.queueLimit = 1
    let run = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  abc..d.......
      leave   ..C.a...b....
      leave   ............d
      """
    }
    #expect(run.services[0].rows[0].refused == 1)
    #expect(run.services[0].rows[0].requests == 4)
  }

  @Test("Two slots serve two at a time")
  func slots() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks([4, 2, 3, 1]))])
    s.slots = 2
    _ = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  abcd......
      leave   ...ba.c...
      leave   .....d....
      """
    }
  }

  @Test("A thread is held during its call; an event loop is free for others")
  func concurrencyModel() {
    let back = ServiceSpec(name: "back", handler: [.work(.ticks(2))])
    var front = ServiceSpec(
      name: "front", handler: [.work(.ticks(1)), .call("back"), .work(.ticks(1))])
    _ = expectTimeline([front, back], steps: [.call("front")]) {
      """
      arrive  ab........
      leave   ....a...b.
      """
    }
    front.concurrencyModel = .eventLoop
    _ = expectTimeline([front, back], steps: [.call("front")]) {
      """
      arrive  ab........
      leave   ....a.b...
      """
    }
  }

  @Test("A join takes as long as its slowest branch, and its parts sum to the latency")
  func parallel() {
    let quick = ServiceSpec(name: "quick", handler: [.work(.ticks(2))])
    let slow = ServiceSpec(name: "slow", handler: [.work(.ticks(5))])
    let run = expectTimeline(
      [quick, slow], steps: [.parallel([[.call("quick")], [.wait(.ticks(1)), .call("slow")]])]
    ) {
      """
      arrive  a...........
      leave   ......a.....
      """
    }
    // On the path: one tick of waiting at the client, five of work at the slow service.
    let blame = run.workloads[0].blame.map { $0 / Timeline.tick }
    #expect(run.components == ["quick", "slow", "client"])
    let cells = Phase.allCases.count
    #expect(blame[cells + Phase.work.rawValue] == 5)
    #expect(blame[2 * cells + Phase.wait.rawValue] == 1)
    #expect(blame.reduce(0, +) == 6)
  }

  @Test("One fan-out of 32 calls over 8 one-slot shards takes four rounds, with four slots one")
  func scatterRounds() {
    var leaf = ServiceSpec(name: "leaf", handler: [.work(.ticks(10))])
    leaf.shards = 8
    let picture = """
      arrive  a........................................
      leave   ........................................a
      """
    _ = expectTimeline([leaf], steps: [.scatter("leaf", .fanOut(32))]) { picture }
    leaf.slots = 4
    _ = expectTimeline([leaf], steps: [.scatter("leaf", .fanOut(32))]) {
      """
      arrive  a..........
      leave   ..........a
      """
    }
  }

  @Test("Two of three answers are enough, and the straggler is given up")
  func quorum() {
    var fast = ServiceSpec(name: "fast", handler: [.work(.ticks(2))])
    fast.replicas = 2
    var slow = ServiceSpec(name: "slow", handler: [.work(.ticks(9))])
    let steps: [StepSpec] = [
      .parallel([[.call("fast")], [.call("slow")], [.call("fast")]], .need(.responses(2)))
    ]
    let picture = """
      arrive  a.b.........
      leave   ..a.b.......
      """
    let burnt = expectTimeline([fast, slow], steps: steps) { picture }
    #expect(burnt.services[1].rows[0].busyArea == 18 * Timeline.tick)
    slow.cancel = .running
    let saved = expectTimeline([fast, slow], steps: steps) { picture }
    #expect(saved.services[1].rows[0].busyArea == 4 * Timeline.tick)
    #expect(saved.services[1].rows[0].aborted == 2)
  }

  @Test("A failing branch fails a join that waits for all, at once")
  func failFast() {
    let bad = ServiceSpec(
      name: "bad", handler: [.work(.ticks(1)), StepSpec(.fail(.applicationError))])
    let slow = ServiceSpec(name: "slow", handler: [.work(.ticks(9))])
    let run = expectTimeline([bad, slow], steps: [.scatterPair("slow", "bad")]) {
      """
      arrive  a...........
      leave   .A..........
      """
    }
    #expect(run.requests[0].outcome == .applicationError)
  }

  @Test("A deadline goes on with what is there; with nothing there it is a timeout")
  func deadline() {
    let quick = ServiceSpec(name: "quick", handler: [.work(.ticks(2))])
    let slow = ServiceSpec(name: "slow", handler: [.work(.ticks(9))])
    let some = expectTimeline(
      [quick, slow],
      steps: [.parallel([[.call("quick")], [.call("slow")]], .need(.all, deadline: 4))]
    ) {
      """
      arrive  a...........
      leave   ....a.......
      """
    }
    #expect(some.requests[0].outcome == .degraded)
    let none = expectTimeline(
      [slow], steps: [.parallel([[.call("slow")], [.call("slow")]], .need(.all, deadline: 4))]
    ) {
      """
      arrive  a...........
      leave   ....A.......
      """
    }
    #expect(none.requests[0].outcome == .timeout)
  }

  @Test("An answer that meets its timeout counts")
  func timeoutMet() {
    let s = ServiceSpec(name: "s", handler: [.work(.ticks(3))])
    _ = expectTimeline([s], steps: [.call("s", timeout: 3)]) {
      """
      arrive  a.....
      leave   ...a..
      """
    }
  }

  @Test("After a timeout the work burns, leaves the queue, or stops, as the callee's cancel says")
  func cancellation() {
    // Work of 5, timeout of 3: with no cancellation a blocks the slot until 5 and b until 10.
    func outcome(_ mode: CancelMode, _ picture: String) -> StationOutcome {
      var s = ServiceSpec(name: "s", handler: [.work(.ticks([5, 5, 2]))])
      s.cancel = mode
      return expectTimeline([s], steps: [.call("s", timeout: 3)]) { picture }.services[0].rows[0]
    }
    let none = outcome(
      .none,
      """
      arrive  ab......c...
      leave   ...AB......C
      """)
    #expect(none.busyArea == 12 * Timeline.tick)
    let queued = outcome(
      .queued,
      """
      arrive  ab......c...
      leave   ...AB.....c.
      """)
    #expect(queued.busyArea == 7 * Timeline.tick && queued.queueArea == 3 * Timeline.tick)
    let running = outcome(
      .running,
      """
      arrive  ab......c...
      leave   ...AB.....c.
      """)
    // b starts at 3, when a is stopped, and is stopped at 4.
    #expect(running.busyArea == 6 * Timeline.tick && running.aborted == 2)
  }

  @Test("An optional call that fails leaves the answer degraded, and a fallback replaces it")
  func onError() {
    let slow = ServiceSpec(name: "slow", handler: [.work(.ticks(9))])
    let spare = ServiceSpec(name: "spare", handler: [.work(.ticks(1))])
    let ignored = expectTimeline(
      [slow], steps: [.call("slow", timeout: 2).onError(.ignore), .wait(.ticks(1))]
    ) {
      """
      arrive  a.....
      leave   ...a..
      """
    }
    #expect(ignored.requests[0].outcome == .degraded)
    _ = expectTimeline(
      [slow, spare], steps: [.call("slow", timeout: 2).onError(.fallback([.call("spare")]))]
    ) {
      """
      arrive  a.....
      leave   ...a..
      """
    }
  }

  @Test("Network delay is paid both ways and holds no slot")
  func network() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(2))])
    s.latency = .ticks(1)
    _ = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  a.b.......
      leave   ....a.b...
      """
    }
  }

  @Test("2n requests through one ROUND_ROBIN balancer give each of two servers n")
  func roundRobin() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    s.replicas = 2
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants((0..<1_000).map { $0 * 7 }), steps: [.call("s")])
    let run = Replication.run(
      Topology(workloads: [workload], services: [s]),
      .init(seed: 3, number: 0, window: 0..<(1 << 40)))
    #expect(run.services[0].rows.map(\.requests) == [500, 500])
  }
}

extension StepSpec {
  /// Two calls at once.
  static func scatterPair(_ a: String, _ b: String) -> StepSpec {
    .parallel([[.call(a)], [.call(b)]])
  }
}
