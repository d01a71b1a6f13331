import TailraceEngine
import Testing

@testable import TailraceModel

extension RetryPolicy {
  /// Up to `retries` more attempts, each `tries` ticks at most, after a constant pause.
  static func ticks(
    _ retries: Int, tries: UInt64? = nil, pause: UInt64 = 0,
    on outcomes: [Outcome] = [.timeout, .shed, .connectionFailure, .applicationError]
  ) -> RetryPolicy {
    var policy = RetryPolicy(on: outcomes)
    policy.retries = retries
    policy.perTryTimeout = tries.map { $0 * Timeline.tick }
    policy.backOff = .drawn(.ticks(pause))
    return policy
  }
}

extension StepSpec {
  /// A call with what its caller does about it.
  static func call(_ service: String, _ change: (inout CallSpec) -> Void) -> StepSpec {
    var call = CallSpec(service)
    change(&call)
    return StepSpec(.call(call))
  }
}

extension ServiceSpec {
  /// A slow replica, which comes first, and one that is `quickness` times as fast.
  static func slowAndQuick(work: UInt64, quickness: Double) -> ServiceSpec {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(work))])
    s.groups = [
      ReplicaGroup("a", replicas: 1, speed: 1),
      ReplicaGroup("b", replicas: 1, speed: quickness),
    ]
    return s
  }
}

extension Replication {
  /// Attempts sent to a service.
  func attempts(_ service: Int = 0) -> AttemptSum {
    services[service].rows.reduce(AttemptSum()) { $0 + ($1.attempts ?? AttemptSum()) }
  }

  /// Nanoseconds of a phase on all critical paths.
  func blame(_ phase: Phase) -> UInt64 {
    let count = Phase.allCases.count
    return workloads.reduce(0) { sum, workload in
      sum
        + workload.blame.enumerated().reduce(0) {
          $1.offset % count == phase.rawValue ? $0 + $1.element : $0
        }
    }
  }
}

@Suite("Retries") struct RetryTests {
  @Test("An attempt that takes too long is sent again, and the parts sum to the latency")
  func perTry() {
    // The slow replica is given up after 3 ticks, and stopped; after a pause of 1 the quick one
    // is asked, which takes 2.
    var s = ServiceSpec.slowAndQuick(work: 20, quickness: 10)
    s.cancel = .running
    let run = expectTimeline(
      [s], steps: [.call("s") { $0.retry = .ticks(1, tries: 3, pause: 1) }]
    ) {
      """
      arrive  a.........
      leave   ......a...
      """
    }
    #expect(run.attempts().attempts == 2 && run.attempts().retries == 1)
    #expect(run.blame(.lost) == 3 * Timeline.tick)
    #expect(run.blame(.backOff) == 1 * Timeline.tick)
    #expect(run.blame(.work) == 2 * Timeline.tick)
    #expect(run.services[0].rows.map(\.busyArea) == [3, 2].map { $0 * Timeline.tick })
  }

  @Test("The timeout of the call covers all attempts and pauses")
  func overall() {
    let s = ServiceSpec(name: "s", handler: [.work(.ticks(9))])
    let run = expectTimeline(
      [s],
      steps: [
        .call("s") {
          $0.timeout = 8 * Timeline.tick
          $0.retry = .ticks(9, tries: 2, pause: 1)
        }
      ]
    ) {
      """
      arrive  a.........
      leave   ........A.
      """
    }
    #expect(run.attempts().attempts == 3)
  }

  @Test("Only the outcomes named are retried")
  func outcomes() {
    var s = ServiceSpec(name: "s", handler: [StepSpec(.fail(.applicationError))])
    for (on, attempts) in [([Outcome.shed], 1), ([.applicationError], 4)] {
      let run = expectTimeline([s], steps: [.call("s") { $0.retry = .ticks(3, pause: 1, on: on) }])
      {
        on == [.shed] ? "arrive a....\nleave A...." : "arrive a....\nleave ...A."
      }
      #expect(run.attempts().attempts == UInt64(attempts))
    }
    s.handlers[0].steps = [.work(.ticks(1))]
    s.queueLimit = 0
    // The second finds the slot taken, and comes again when it is free.
    _ = expectTimeline([s], steps: [.call("s") { $0.retry = .ticks(1, pause: 1, on: [.shed]) }]) {
      """
      arrive  a.....
      arrive  b.....
      leave   .ab...
      """
    }
    _ = expectTimeline([s], steps: [.call("s") { $0.retry = .ticks(1, pause: 2, on: [.shed]) }]) {
      """
      arrive  a.....
      arrive  b.....
      leave   .a.b..
      """
    }
  }

  @Test("Another replica comes first where it is preferred")
  func others() {
    // The first replica of each choice is down: RANDOM may choose it again and again.
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    s.replicas = 3
    s.balancing = RandomChoice()
    var crash = FaultSpec(
      name: "crash", target: FaultTarget("s"), verb: .crash(drops: false), at: 0)
    crash.target.replica = 1
    for prefers in [false, true] {
      let workload = WorkloadSpec(
        name: "w", arrivals: .instants((1...200).map { $0 * 10 * Timeline.tick }),
        steps: [
          .call("s") {
            $0.retry = .ticks(1, on: [.connectionFailure])
            $0.retry?.prefersOthers = prefers
          }
        ])
      var topology = Topology(workloads: [workload], services: [s])
      topology.faults = [crash]
      let run = Replication.run(
        topology, .init(seed: 3, number: 0, window: 0..<(10_000 * Timeline.tick)))
      #expect(run.violations.isEmpty)
      let failed = run.workloads[0].outcomes[Int(Outcome.connectionFailure.rawValue)]
      // A third of a third of them, or none.
      if prefers { #expect(failed == 0) } else { #expect(10...40 ~= failed) }
    }
  }

  @Test("Pauses spread as their jitter says", arguments: Jitter.allCases)
  func jitter(_ jitter: Jitter) {
    let unit = Timeline.tick
    var policy = RetryPolicy.ticks(4, on: [.applicationError])
    policy.backOff = .doubling(base: unit, most: 4 * unit, jitter)
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants((0..<4_000).map { $0 * 100 * unit }),
      steps: [.call("s") { $0.retry = policy }])
    let topology = Topology(
      workloads: [workload],
      services: [ServiceSpec(name: "s", handler: [StepSpec(.fail(.applicationError))])])
    var settings = Replication.Settings(seed: 1, number: 0, window: 0..<(400_000 * unit))
    settings.keepsRequests = true
    let run = Replication.run(topology, settings)
    #expect(run.attempts().attempts == 20_000)
    let pauses = run.requests.map { Double($0.ended - $0.began) / Double(unit) }
    let mean = pauses.reduce(0, +) / Double(pauses.count)
    // 1 + 2 + 4 + 4 without jitter; half, three quarters.
    let expected: ClosedRange<Double> =
      switch jitter {
      case .none: 11...11
      case .full: 5.4...5.6
      case .equal: 8.2...8.3
      case .decorrelated: 11.2...12.1
      case .aFifth: 10.95...11.05
      }
    #expect(expected ~= mean, "\(jitter): \(mean)")
    // The whole window is used, not its ends alone.
    if jitter == .full { #expect(pauses.min()! < 1.5 && pauses.max()! > 9.5) }
    if jitter == .aFifth {
      #expect(8.8...9.5 ~= pauses.min()! && 12.5...13.2 ~= pauses.max()!)
      // Of a constant pause, all from 0.8 to 1.2 are as likely: the deviation is 0.4 / 12^0.5.
      let square = pauses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(pauses.count)
      // 1, 4, 16 and 16 times the square of the first pause's.
      #expect(abs(square - 37 * 0.16 / 12) < 0.03)
    }
  }

  @Test(
    "A failing service gets (1 - p^(r+1)) / (1 - p) times the calls; three tiers of 4, 64 times")
  func amplification() {
    let bottom = ServiceSpec(name: "s3", handler: [StepSpec(.fail(.applicationError))])
    func tier(_ name: String, _ below: String) -> ServiceSpec {
      var tier = ServiceSpec(name: name, handler: [.call(below) { $0.retry = .ticks(3) }])
      tier.slots = nil
      return tier
    }
    let run = expectTimeline(
      [tier("s1", "s2"), tier("s2", "s3"), bottom], steps: [.call("s1") { $0.retry = .ticks(3) }]
    ) { "arrive a\nleave A" }
    #expect(run.attempts(0).attempts == 4)
    #expect(run.attempts(1).attempts == 16)
    #expect(run.attempts(2).attempts == 64)

    var half = bottom
    var step = StepSpec(.fail(.applicationError))
    step.probability = 0.5
    half.handlers[0].steps = [step]
    let workload = WorkloadSpec(
      name: "w", arrivals: .constant(ratePerSecond: 1_000),
      steps: [.call("s3") { $0.retry = .ticks(2) }])
    let many = Replication.run(
      Topology(workloads: [workload], services: [half]),
      .init(seed: 1, number: 0, window: 0..<20_000_000_000))
    let ratio = Double(many.attempts().attempts) / 20_000
    #expect(abs(ratio - 1.75) < 0.02)
  }

  @Test("A retry with the luck of the request meets the same work again")
  func luck() {
    for repeats in [true, false] {
      let s = ServiceSpec(name: "s", handler: [.work(.uniform(0, 10e6))])
      let workload = WorkloadSpec(
        name: "w", arrivals: .instants((0..<500).map { $0 * 100_000_000 }),
        steps: [
          .call("s") {
            $0.retry = .ticks(1, tries: 5, pause: 20)
            $0.repeatsLuck = repeats
          }
        ])
      let run = Replication.run(
        Topology(workloads: [workload], services: [s]),
        .init(seed: 1, number: 0, window: 0..<100_000_000_000))
      #expect(run.violations.isEmpty)
      let lost = run.workloads[0].outcomes[Int(Outcome.timeout.rawValue)]
      #expect(repeats ? 220...280 ~= lost : 95...155 ~= lost)
    }
  }

  @Test("A told deadline ends the calls below it")
  func deadline() {
    // The front works 3 ticks, then calls the back, which takes 5; the client waits for 4.
    let back = ServiceSpec(name: "back", handler: [.work(.ticks(5)), .call("last")])
    let last = ServiceSpec(name: "last", handler: [.work(.ticks(1))])
    for (told, busy, done) in [(false, 8, 1), (true, 4, 0)] {
      let front = ServiceSpec(
        name: "front",
        handler: [.work(.ticks(3)), .call("back") { $0.propagatesDeadline = told }])
      let run = expectTimeline(
        [front, back, last],
        steps: [
          .call("front") {
            $0.timeout = 4 * Timeline.tick
            $0.propagatesDeadline = told
          }
        ]
      ) {
        """
        arrive  a.......
        leave   ....A...
        """
      }
      // The front's slot is free when its own call is given up; the back's work burns all the same.
      let front_ = run.services.first { $0.name == "front" }
      let after = run.services.first { $0.name == "last" }
      #expect(front_?.rows[0].busyArea == UInt64(busy + done) * Timeline.tick)
      #expect(after?.rows[0].requests == UInt64(done))
    }
  }

  @Test("Steps to take instead make up for the last attempt")
  func fallback() {
    let s = ServiceSpec(name: "s", handler: [.work(.ticks(9))])
    let run = expectTimeline(
      [s],
      steps: [
        .call("s") { $0.retry = .ticks(1, tries: 2, pause: 1) }.onError(
          .fallback([.wait(.ticks(1))]))
      ]
    ) {
      """
      arrive  a.........
      leave   ......a...
      """
    }
    #expect(run.workloads[0].outcomes[Int(Outcome.degraded.rawValue)] == 1)
    #expect(run.blame(.lost) == 4 * Timeline.tick)
    #expect(run.blame(.wait) == 1 * Timeline.tick)
    #expect(run.blame(.backOff) == 1 * Timeline.tick)
  }
}
