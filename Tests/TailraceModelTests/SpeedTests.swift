import Testing

@testable import TailraceModel

@Suite("Groups of unequal speed, limits on waiting, links") struct SpeedTests {
  private func service(_ ticks: UInt64) -> ServiceSpec {
    ServiceSpec(name: "s", handler: [.work(.ticks(ticks))])
  }

  @Test("A replica of twice the speed needs half the time; groups follow each other by name")
  func groups() {
    var s = service(4)
    s.groups = [ReplicaGroup("slow"), ReplicaGroup("fast", speed: 2)]
    _ = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  ab....
      leave   ..a..b
      """
    }
  }

  @Test("Speed counts under every discipline, also where cores are shared")
  func disciplines() {
    for discipline in Discipline.allCases {
      for preemptive in [false, true] where discipline.mayPreempt || !preemptive {
        var s = service(6)
        s.groups = [ReplicaGroup("fast", speed: 2)]
        s.discipline = discipline
        s.preemptive = preemptive
        _ = expectTimeline([s], steps: [.call("s")]) {
          """
          arrive  a...b...
          leave   ...a...b
          """
        }
      }
    }
    var s = service(6)
    s.groups = [ReplicaGroup("fast", speed: 2)]
    s.discipline = .ps
    s.slots = nil
    _ = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  a......
      arrive  b......
      leave   ......a
      leave   ......b
      """
    }
  }

  @Test("Who has waited as long as it may is shed; a slot that is free just then is taken")
  func patience() {
    var s = service(5)
    s.queueTimeout = .ticks(3)
    let run = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  ab.c......
      leave   ....Ba....
      leave   ..........c
      """
    }
    let outcomes = run.requests.map(\.outcome)
    #expect(outcomes == [.success, .shed, .success])
    let row = run.services[0].rows[0]
    #expect(row.refused == 1 && row.starts == 2)
    #expect(row.queueArea == 5 * Timeline.tick && row.busyArea == 10 * Timeline.tick)
    s.queueTimeout = .ticks(4)
    _ = expectTimeline([s], steps: [.call("s")]) {
      """
      arrive  ab.........
      leave   .....a....b
      """
    }
  }

  @Test("Every discipline sheds who waits too long, and a caller may give up before")
  func patienceEverywhere() {
    for discipline in Discipline.allCases {
      var s = service(5)
      s.queueTimeout = .ticks(3)
      s.discipline = discipline
      _ = expectTimeline([s], steps: [.call("s")]) {
        """
        arrive  ab.........
        leave   ....Ba.....
        """
      }
      s.cancel = .queued
      _ = expectTimeline([s], steps: [.call("s", timeout: 2)]) {
        """
        arrive  ab....c....
        leave   ..AB....C..
        """
      }
    }
  }

  @Test("Work that is left is never shed: neither by the bound nor by the limit on waiting")
  func resumption() {
    let back = ServiceSpec(name: "back", handler: [.work(.ticks(2))])
    var s = ServiceSpec(
      name: "s", handler: [.work(.ticks([1, 6])), .call("back"), .work(.ticks(1))])
    s.concurrencyModel = .eventLoop
    let picture = """
      arrive  ab........
      leave   ........a.
      leave   ..........b
      """
    s.queueTimeout = .ticks(2)
    _ = expectTimeline([s, back], steps: [.call("s")]) { picture }
    s.queueTimeout = nil
    s.queueLimit = 0
    _ = expectTimeline([s, back], steps: [.call("s")]) { picture }
  }

  @Test("A link between two services is nearer than the callee's own delay")
  func links() {
    let front = ServiceSpec(name: "front", handler: [.call("back")])
    var back = ServiceSpec(name: "back", handler: [.work(.ticks(1))])
    back.latency = .ticks(5)
    var link = LinkSpec(from: "front", to: "back", latency: .ticks(2))
    _ = expectTimeline([front, back], steps: [.call("front")], links: [link]) {
      """
      arrive  a..........
      leave   .....a.....
      """
    }
    link.bothWays = false
    _ = expectTimeline([front, back], steps: [.call("front")], links: [link]) {
      """
      arrive  a..........
      leave   ........a..
      """
    }
    // Only the way back, and without any delay.
    link = LinkSpec(from: "back", to: "front", latency: nil)
    link.bothWays = false
    _ = expectTimeline([front, back], steps: [.call("front")], links: [link]) {
      """
      arrive  a..........
      leave   ......a....
      """
    }
    // A caller that the link does not name pays the callee's own.
    _ = expectTimeline([front, back], steps: [.call("back")], links: [link]) {
      """
      arrive  a..........
      leave   ...........a
      """
    }
  }
}
