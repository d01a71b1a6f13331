import Testing

@testable import TailraceModel

/// The state machine of a breaker, without a simulation around it.
@Suite("Breakers") struct BreakerTests {
  private static let second: UInt64 = 1_000_000_000

  private func law(_ change: (inout BreakerSpec) -> Void = { _ in }) -> BreakerLaw {
    var spec = BreakerSpec()
    change(&spec)
    return BreakerLaw(spec)
  }

  /// So many attempts at an instant, of which some fail.
  private func send(
    _ count: Int, failing: Int, at time: UInt64, _ law: BreakerLaw, _ breaker: inout BreakerState
  ) -> Int {
    var sent = 0
    for i in 0..<count where breaker.admits(law, at: time) {
      sent += 1
      breaker.record(law, failed: i < failing, epoch: breaker.epoch, at: time)
    }
    return sent
  }

  /// Whether an attempt may go; `#expect` cannot ask what changes by asking.
  private func asks(_ breaker: inout BreakerState, _ law: BreakerLaw, _ time: UInt64) -> Bool {
    breaker.admits(law, at: time)
  }

  @Test("Nothing trips before there are as many calls as say something, even if all fail")
  func minimum() {
    for window in [BreakerSpec.Window.time(10 * Self.second), .calls(100)] {
      let law = law {
        $0.window = window
        $0.minimumCalls = 100
      }
      var breaker = BreakerState()
      #expect(send(99, failing: 99, at: 5, law, &breaker) == 99)
      #expect(breaker.phase == .closed)
      #expect(send(10, failing: 10, at: 6, law, &breaker) == 1)
      #expect(breaker.phase == .open)
    }
  }

  @Test("It opens at its rate of failures in the window of time, not of what has left it")
  func window() {
    let law = law()
    var breaker = BreakerState()
    #expect(send(19, failing: 19, at: 0, law, &breaker) == 19)
    // Ten parts of a second: the first has left at 10 s.
    #expect(send(19, failing: 9, at: 10 * Self.second, law, &breaker) == 19)
    #expect(send(19, failing: 0, at: 11 * Self.second, law, &breaker) == 19)
    #expect(breaker.phase == .closed)
    // 9 of 38 have failed: with 20 more it is 29 of 58, a half.
    #expect(send(25, failing: 25, at: 12 * Self.second, law, &breaker) == 20)
    #expect(breaker.phase == .open)
  }

  @Test("A window of calls forgets the oldest: the rate is of the last n alone")
  func calls() {
    let law = law {
      $0.window = .calls(10)
      $0.minimumCalls = 10
    }
    var breaker = BreakerState()
    #expect(send(10, failing: 4, at: 1, law, &breaker) == 10)
    // The four failures leave one by one as four new ones come: still 4 of 10.
    #expect(send(4, failing: 4, at: 2, law, &breaker) == 4)
    #expect(breaker.phase == .closed)
    // Six successes of the first ten are the oldest now: with the next failure it is 5 of 10.
    #expect(send(1, failing: 1, at: 3, law, &breaker) == 1)
    #expect(breaker.phase == .open)
  }

  @Test("Open, it rejects all until its time is up; then one trial decides")
  func trial() {
    let law = law()
    var breaker = BreakerState()
    _ = send(20, failing: 20, at: 100, law, &breaker)
    #expect(!asks(&breaker, law, 100 + 5 * Self.second - 1))
    let time = 100 + 5 * Self.second
    #expect(asks(&breaker, law, time) && breaker.phase == .halfOpen)
    #expect(!asks(&breaker, law, time + 1))
    breaker.record(law, failed: true, epoch: breaker.epoch, at: time + 2)
    #expect(breaker.phase == .open && breaker.openedAt == time + 2)
    #expect(asks(&breaker, law, time + 2 + 5 * Self.second))
    breaker.record(law, failed: false, epoch: breaker.epoch, at: time + 9 * Self.second)
    #expect(breaker.phase == .closed)
    // The window is empty: it takes 20 calls anew.
    #expect(send(19, failing: 19, at: time + 9 * Self.second, law, &breaker) == 19)
  }

  @Test("A trial of several is judged by its own rate; one that was given up may go again")
  func trials() {
    let law = law { $0.permittedHalfOpen = 4 }
    for (failures, phase) in [(1, BreakerState.Phase.closed), (2, .open)] {
      var breaker = BreakerState()
      _ = send(20, failing: 20, at: 0, law, &breaker)
      let time = 5 * Self.second
      for _ in 0..<4 { #expect(asks(&breaker, law, time)) }
      #expect(!asks(&breaker, law, time))
      breaker.forget(epoch: breaker.epoch)
      #expect(asks(&breaker, law, time))
      let epoch = breaker.epoch
      for i in 0..<4 {
        #expect(breaker.phase == .halfOpen)
        breaker.record(law, failed: i < failures, epoch: epoch, at: time)
      }
      #expect(breaker.phase == phase)
    }
  }

  @Test("Answers to what was sent before it opened tell the trial nothing")
  func epochs() {
    let law = law()
    var breaker = BreakerState()
    let before = breaker.epoch
    _ = send(20, failing: 20, at: 0, law, &breaker)
    #expect(asks(&breaker, law, 5 * Self.second))
    breaker.record(law, failed: false, epoch: before, at: 5 * Self.second)
    #expect(breaker.phase == .halfOpen)
  }

  @Test("Ten parts of a window: what has been counted leaves with its part")
  func recent() {
    var recent = RecentCalls()
    recent.advance(to: 0, slice: 10)
    recent.add(calls: 5, marks: 2)
    recent.advance(to: 99, slice: 10)
    recent.add(calls: 1, marks: 0)
    #expect(recent.all == 6 && recent.marks == 2)
    recent.advance(to: 100, slice: 10)
    #expect(recent.all == 1 && recent.marks == 0)
    recent.advance(to: 1_000, slice: 10)
    #expect(recent.all == 0)
  }
}
