import TailraceStatistics
import Testing

@testable import TailraceModel

/// Breakers and adaptive throttles in whole runs.
@Suite("Breakers and throttles of calls") struct GuardTests {
  private static let second: UInt64 = 1_000_000_000

  /// 100 requests a second to a service that fails all from one second to another.
  private func outage(
    _ range: Range<UInt64>, to end: UInt64 = 60, replicas: Int = 1,
    _ change: (inout CallSpec) -> Void
  ) -> Replication {
    var s = ServiceSpec(name: "s", handler: [.wait(.constant(1e6))])
    (s.slots, s.replicas) = (nil, replicas)
    let workload = WorkloadSpec(
      name: "w", arrivals: .constant(ratePerSecond: 100), steps: [.call("s", change)])
    var topology = Topology(workloads: [workload], services: [s])
    var fault = FaultSpec(
      name: "f", target: FaultTarget("s"), verb: .fail(1), at: range.lowerBound * Self.second)
    fault.length = .constant(Double(range.count) * 1e9)
    topology.faults = [fault]
    var settings = Replication.Settings(seed: 2, number: 0, window: 0..<end * Self.second)
    settings.keepsRequests = true
    let run = Replication.run(topology, settings)
    #expect(run.violations.isEmpty)
    return run
  }

  private func count(_ outcome: Outcome, _ run: Replication) -> UInt64 {
    run.workloads[0].outcomes[Int(outcome.rawValue)]
  }

  @Test("During a full outage one request per 5 s reaches the backend")
  func hystrix() {
    let run = outage(0..<1_000) { $0.breaker = BreakerSpec() }
    // The 20th fails at 0.19 s, and then one each at 5.19, 10.19, … 55.19 s.
    #expect(run.services[0].rows[0].requests == 20 + 11)
    let sum = run.guards[0].sum
    #expect(sum.asked == 6_000 && sum.rejectedByBreaker == 6_000 - 31 && sum.trips == 12)
    #expect(sum.openTime == 60 * Self.second - 190_000_000)
    #expect(count(.rejected, run) == sum.rejectedByBreaker)
    // Who is rejected waits for nobody.
    #expect(
      run.requests.allSatisfy { $0.outcome != .rejected || $0.ended == $0.began })
  }

  @Test("Recovery is noticed within 5 s and one call")
  func recovery() {
    let run = outage(0..<30) { $0.breaker = BreakerSpec() }
    let first = run.requests.first { $0.outcome.isAnswered }
    #expect(first.map { $0.began == 30_190_000_000 } ?? false)
    // While the trial is out all others are rejected; once it is answered all go.
    let later = run.requests.filter { $0.began > 30_190_000_000 }
    #expect(later.count > 2_900 && later.allSatisfy { $0.outcome == .success })
  }

  @Test("No trip before as many calls as say something; then clients see it for the whole wait")
  func resilience() {
    var breaker = BreakerSpec()
    breaker.window = .calls(100)
    breaker.minimumCalls = 100
    breaker.waitDurationOpen = 60 * Self.second
    breaker.permittedHalfOpen = 10
    let run = outage(0..<2, to: 100) { $0.breaker = breaker }
    let rejected = run.requests.filter { $0.outcome == .rejected }
    // The hundredth call fails at 0.99 s. The outage is over after 2 s, the breaker's after a minute.
    #expect(rejected.first?.began == Self.second)
    #expect(rejected.last?.began == 60_980_000_000 && rejected.count == 5_999)
    #expect(run.services[0].rows[0].requests == 10_000 - 5_999)
    // 100 calls that all fail say nothing where it takes 300, and later they are too few.
    breaker.minimumCalls = 300
    breaker.window = .calls(400)
    #expect(outage(0..<1) { $0.breaker = breaker }.guards[0].sum.trips == 0)
  }

  @Test("An answer that takes too long is a failure, if it is said how long")
  func slow() {
    var breaker = BreakerSpec()
    breaker.slowCallDuration = 2_000_000
    let patient = outage(900..<901) { $0.breaker = breaker }
    #expect(patient.guards[0].sum.trips == 0)
    breaker.slowCallDuration = 1_000_000
    let hasty = outage(900..<901) { $0.breaker = breaker }
    #expect(hasty.guards[0].sum.trips == 12)
    #expect(hasty.services[0].rows[0].requests >= 31)
  }

  @Test(
    "Each attempt asks: the retry of the call that opened it is rejected, and may be tried again")
  func attempts() {
    var breaker = BreakerSpec()
    breaker.minimumCalls = 3
    func run(_ outcomes: [Outcome]) -> Replication {
      outage(0..<1_000, to: 4) {
        $0.breaker = breaker
        $0.retry = .ticks(9, pause: 1, on: outcomes)
      }
    }
    let unheard = run([.applicationError])
    // Three attempts of the first request; its fourth is rejected, which is not tried again.
    #expect(unheard.services[0].rows[0].requests == 3)
    #expect(unheard.requests[0].outcome == .rejected && unheard.requests[0].ended == 3_000_000)
    #expect(count(.rejected, unheard) == 400)
    let heard = run([.applicationError, .rejected])
    #expect(heard.services[0].rows[0].requests == 3)
    #expect(heard.requests[0].ended == 9_000_000)
    #expect(heard.guards[0].sum.rejectedByBreaker == 7 + 399 * 10)
    // What was not sent is no attempt.
    #expect(heard.attempts().attempts == 3)
  }

  @Test("Each calling replica has a breaker of its own, and so has each step")
  func states() {
    var caller = ServiceSpec(
      name: "caller",
      handler: [
        .call("s") { $0.breaker = BreakerSpec() }.onError(.ignore),
        .call("s") { $0.breaker = BreakerSpec() }.onError(.ignore),
      ])
    (caller.replicas, caller.slots) = (4, nil)
    var s = ServiceSpec(name: "s", handler: [StepSpec(.fail(.applicationError))])
    s.slots = nil
    let workload = WorkloadSpec(
      name: "w", arrivals: .constant(ratePerSecond: 100), steps: [.call("caller")])
    let run = Replication.run(
      Topology(workloads: [workload], services: [caller, s]),
      .init(seed: 2, number: 0, window: 0..<4 * Self.second))
    #expect(run.violations.isEmpty)
    #expect(run.guards.count == 1 && run.guards[0].breakers == 8)
    #expect(run.guards[0].sum.trips == 8 && run.services[1].rows[0].requests == 8 * 20)
  }

  @Test("Adaptive throttling: the backend receives k times what it accepts")
  func throttling() {
    func run(_ k: Double) -> (received: Double, accepted: Double) {
      var s = ServiceSpec(name: "s", handler: [.limit("l")])
      s.slots = nil
      var throttling = AdaptiveThrottlingSpec()
      throttling.k = k
      throttling.window = 20 * Self.second
      let workload = WorkloadSpec(
        name: "w", arrivals: .poisson(ratePerSecond: 1_000),
        steps: [.call("s") { $0.throttling = throttling }])
      var topology = Topology(workloads: [workload], services: [s])
      topology.rateLimits = [
        RateLimitSpec(
          name: "l",
          .tokenBucket(most: 100, perFill: 1, interval: 10_000_000, isContinuous: true))
      ]
      let run = Replication.run(
        topology, .init(seed: 2, number: 0, window: 60 * Self.second..<160 * Self.second))
      #expect(run.violations.isEmpty)
      let sum = run.limits[0].sums[0]
      #expect(
        run.guards[0].sum.asked - run.guards[0].sum.rejectedByThrottle
          == sum.admitted + sum.refused)
      return (Double(sum.admitted + sum.refused), Double(sum.admitted))
    }
    let two = run(2)
    // It accepts all of its 100/s, and refuses as many.
    #expect(abs(two.accepted - 10_000) < 100)
    #expect(abs(two.received / two.accepted - 2) < 0.06)
    let tight = run(1.1)
    // About one rejection for ten that it accepts.
    #expect(abs(tight.received / tight.accepted - 1.1) < 0.03)
  }

  @Test("Throttling has no step: while all is accepted nobody is rejected, and recovery is seen")
  func gradual() {
    var throttling = AdaptiveThrottlingSpec()
    throttling.window = 2 * Self.second
    // Errors are answers: only what the callee does not take counts against it.
    let errors = outage(20..<40) { $0.throttling = throttling }
    #expect(errors.guards[0].sum.rejectedByThrottle == 0)
    var s = ServiceSpec(name: "s", handler: [.wait(.constant(1e6))])
    s.slots = nil
    let workload = WorkloadSpec(
      name: "w", arrivals: .constant(ratePerSecond: 100),
      steps: [.call("s") { $0.throttling = throttling }])
    var topology = Topology(workloads: [workload], services: [s])
    var fault = FaultSpec(
      name: "f", target: FaultTarget("s"), verb: .crash(drops: false), at: 20 * Self.second)
    fault.length = .constant(20e9)
    topology.faults = [fault]
    var settings = Replication.Settings(seed: 2, number: 0, window: 0..<80 * Self.second)
    settings.keepsRequests = true
    let run = Replication.run(topology, settings)
    func rejected(_ range: Range<UInt64>) -> Int {
      run.requests.count { range.contains($0.began / Self.second) && $0.outcome == .rejected }
    }
    #expect(rejected(0..<20) == 0)
    // For a second the good ones of the window still cover twice their number.
    #expect(rejected(20..<21) == 0 && rejected(21..<22) > 10)
    #expect(rejected(23..<40) > 1_600)
    // With the first accepts more go, and soon all.
    #expect(rejected(70..<80) == 0)
  }
}
