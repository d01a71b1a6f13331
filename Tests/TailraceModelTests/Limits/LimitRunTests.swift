import TailraceStatistics
import Testing

@testable import TailraceModel

extension StepSpec {
  /// A step that passes a rate limit.
  static func limit(_ name: String, tokens: UInt64 = 1) -> StepSpec {
    var use = LimitUse(name)
    use.tokens = tokens
    return StepSpec(.rateLimit(use))
  }

  /// Steps that hold a permit; `patience` in ticks.
  static func hold(_ pool: String, patience: UInt64? = nil, _ steps: [StepSpec]) -> StepSpec {
    var use = HoldUse(pool, steps: steps)
    use.timeout = patience.map { $0 * Timeline.tick }
    return StepSpec(.hold(use))
  }

  /// Only for requests of these classes.
  func only(_ classes: String...) -> StepSpec {
    var copy = self
    copy.classes = classes
    return copy
  }
}

extension RateLimitSpec {
  /// A bucket that fills by one token in so many ticks, continuously.
  static func bucket(
    _ name: String, most: UInt64, ticks: UInt64, _ change: (inout RateLimitSpec) -> Void = { _ in }
  ) -> RateLimitSpec {
    var spec = RateLimitSpec(
      name: name,
      .tokenBucket(
        most: most, perFill: 1, interval: ticks * Timeline.tick, isContinuous: true))
    change(&spec)
    return spec
  }
}

/// Rate limits in whole runs.
@Suite("Rate limits") struct LimitRunTests {
  private static let second: UInt64 = 1_000_000_000

  private func run(
    _ services: [ServiceSpec], _ workloads: [WorkloadSpec], _ limits: [RateLimitSpec],
    from start: UInt64 = 0, to end: UInt64 = 20, forcesEvents: Bool = false
  ) -> Replication {
    var topology = Topology(workloads: workloads, services: services)
    topology.rateLimits = limits
    var settings = Replication.Settings(
      seed: 8, number: 0, window: start * Self.second..<end * Self.second)
    settings.forcesEvents = forcesEvents
    let run = Replication.run(topology, settings)
    #expect(run.violations.isEmpty)
    return run
  }

  private func workload(
    _ name: String, _ rate: Double, poisson: Bool = false, _ steps: [StepSpec]
  ) -> WorkloadSpec {
    WorkloadSpec(
      name: name,
      arrivals: poisson ? .poisson(ratePerSecond: rate) : .constant(ratePerSecond: rate),
      steps: steps)
  }

  private func count(_ outcome: Outcome, of workload: Int = 0, _ run: Replication) -> UInt64 {
    run.workloads[workload].outcomes[Int(outcome.rawValue)]
  }

  @Test("Who finds no token is shed at once; in delayed mode he leaves when his token comes")
  func timeline() {
    var service = ServiceSpec(name: "s", handler: [.limit("l"), .wait(.ticks(1))])
    service.slots = nil
    let refused = expectTimeline(
      [service], steps: [.call("s")], limits: [.bucket("l", most: 2, ticks: 4)]
    ) {
      """
      arrive  ab.c..d.
      leave   .abC...d
      """
    }
    #expect(refused.limits[0].sums[0].admitted == 3 && refused.limits[0].sums[0].refused == 1)
    let delayed = expectTimeline(
      [service], steps: [.call("s")],
      limits: [.bucket("l", most: 1, ticks: 4) { $0.maxDelay = 8 * Timeline.tick }]
    ) {
      """
      arrive  a............
      arrive  b............
      arrive  c............
      arrive  d............
      leave   .a...b...c...
      leave   D............
      """
    }
    #expect(delayed.limits[0].sums[0].delayed == 2)
    #expect(delayed.limits[0].sums[0].delay == 12 * Timeline.tick)
    // The wait is a part of the latency, as a step's.
    #expect(delayed.blame(.wait) == (12 + 3) * Timeline.tick)
  }

  @Test("A limit that is switched off is not there: the run is the same to the nanosecond")
  func switchedOff() {
    func service(_ steps: [StepSpec]) -> ServiceSpec { ServiceSpec(name: "s", handler: steps) }
    let work = StepSpec.work(.exponential(mean: 1e6))
    var off = RateLimitSpec(name: "l", .fixedWindow(limit: 1, window: Self.second))
    off.enabled = false
    var step = StepSpec.limit("l")
    step.enabled = false
    let users = workload("w", 500, poisson: true, [.call("s")])
    let bare = run([service([work])], [users], [])
    let with = run([service([step, work])], [users], [off])
    #expect(with.workloads[0].latencies.sum == bare.workloads[0].latencies.sum)
    #expect(with.limits.isEmpty)
  }

  @Test("Limits of k proxies admit k times the limit; one that they share admits it once")
  func proxies() {
    var proxy = ServiceSpec(name: "proxy", handler: [.limit("l"), .wait(.constant(1e6))])
    (proxy.replicas, proxy.slots) = (4, nil)
    let users = workload("w", 1_000, [.call("proxy")])
    for (placement, factor) in [(RateLimitSpec.Placement.shared, 1), (.perReplica, 4)] {
      var limit = RateLimitSpec(name: "l", .fixedWindow(limit: 50, window: Self.second))
      limit.placement = placement
      let run = run([proxy], [users], [limit])
      #expect(count(.success, run) == UInt64(factor) * 50 * 20)
      #expect(run.limits[0].sums[0].admitted == count(.success, run))
    }
  }

  @Test("A bucket for each key: one who asks too much takes nothing from the others")
  func keyed() {
    let service = ServiceSpec(name: "s", handler: [.limit("l")])
    func run(_ by: String?) -> Replication {
      var limit = RateLimitSpec(name: "l", .fixedWindow(limit: 10, window: Self.second))
      limit.key = by
      var calm = workload("calm", 8, [.call("s")])
      calm.keys = [CarriedKeys(space: "user", law: .uniform(1...1))]
      var hog = workload("hog", 400, [.call("s")])
      hog.keys = [CarriedKeys(space: "user", law: .uniform(0...0))]
      var own = service
      own.handlers[0].steps[0].by = by
      return self.run([own], [calm, hog], [limit])
    }
    let apart = run("user")
    #expect(count(.shed, of: 0, apart) == 0 && count(.success, of: 1, apart) == 200)
    #expect(count(.shed, of: 0, run(nil)) > 100)
  }

  @Test("Many keys: full buckets are forgotten, and nobody can tell")
  func forgotten() {
    // Each of 20,000 requests is a key of its own; its bucket is full again after 100 ms.
    let service = ServiceSpec(name: "s", handler: [.limit("l")])
    func run(_ algorithm: RateLimitSpec.Algorithm, by key: String) -> Replication {
      var limit = RateLimitSpec(name: "l", algorithm)
      limit.key = key
      var users = workload("w", 2_000, poisson: true, [.call("s")])
      users.keys = [CarriedKeys(space: "item", law: .uniform(0...99))]
      var own = service
      own.handlers[0].steps[0].by = key
      return self.run([own], [users], [limit], to: 10)
    }
    for algorithm: RateLimitSpec.Algorithm in [
      .tokenBucket(most: 1, perFill: 1, interval: 100_000_000, isContinuous: true),
      .slidingWindow(limit: 1, window: 100_000_000), .slidingLog(limit: 1, window: 100_000_000),
    ] {
      #expect(count(.shed, run(algorithm, by: "request")) == 0)
      #expect(count(.shed, run(algorithm, by: "item")) > 1_000)
    }
  }

  @Test("An attack of one class leaves the other's latency alone if its limit binds before the app")
  func attack() {
    func run(_ attackers: Double, limited: Bool) -> Replication {
      var gateway = ServiceSpec(
        name: "gateway",
        handler: [.work(.constant(1e5)), .limit("anonymous").only("attackers"), .call("app")])
      (gateway.concurrencyModel, gateway.slots) = (.eventLoop, 4)
      if !limited { gateway.handlers[0].steps.remove(at: 1) }
      let app = ServiceSpec(name: "app", handler: [.work(.exponential(mean: 1e7))])
      return self.run(
        [gateway, app],
        [
          workload("attackers", attackers, poisson: true, [.call("gateway")]),
          workload("members", 40, poisson: true, [.call("gateway")]),
        ],
        [
          RateLimitSpec(
            name: "anonymous",
            .tokenBucket(most: 1, perFill: 1, interval: 50_000_000, isContinuous: true))
        ], from: 10, to: 60)
    }
    func mean(_ run: Replication) -> Double { run.workloads[1].latencies.mean ?? 0 }
    let (calm, storm) = (run(400, limited: true), run(4_000, limited: true))
    #expect(count(.success, of: 1, storm) == storm.workloads[1].outcomes.reduce(0, +))
    #expect(abs(mean(storm) - mean(calm)) < 0.15 * mean(calm))
    // Refused at the gateway, an attacker still costs it the work before its limit.
    #expect(storm.services[1].rows[0].busyArea > 5 * calm.services[1].rows[0].busyArea)
    #expect(mean(run(400, limited: false)) > 100 * mean(calm))
  }

  @Test("Behind the work a refusal costs as much as an answer")
  func behindWork() {
    func busy(_ steps: [StepSpec]) -> UInt64 {
      var service = ServiceSpec(name: "s", handler: steps)
      service.concurrencyModel = .eventLoop
      return run(
        [service], [workload("w", 90, [.call("s")])],
        [RateLimitSpec(name: "l", .fixedWindow(limit: 10, window: Self.second))], to: 10
      ).services[0].rows[0].busyArea
    }
    let work = StepSpec.work(.constant(1e7))
    #expect(busy([.limit("l"), work]) == Self.second)
    #expect(busy([work, .limit("l")]) == 9 * Self.second)
  }

  @Test("Limits before a cache count cheap hits, behind it only what they are to protect")
  func beforeCache() {
    func shed(_ steps: (StepSpec) -> [StepSpec], _ inside: [StepSpec]) -> UInt64 {
      var db = ServiceSpec(name: "db", handler: [.wait(.constant(1e6))])
      db.slots = nil
      var use = CacheUse("c", onMiss: inside + [.call("db")])
      use.operation = .read
      var web = ServiceSpec(name: "web", handler: steps(StepSpec(.cache(use))))
      web.slots = nil
      var users = workload("w", 100, [.call("web")])
      users.keys = [CarriedKeys(space: "k", law: .uniform(0...9))]
      var topology = Topology(workloads: [users], services: [web, db])
      topology.caches = [CacheSpec(name: "c", key: "k", capacity: .entries(10))]
      topology.rateLimits = [RateLimitSpec(name: "l", .fixedWindow(limit: 20, window: Self.second))]
      let run = Replication.run(topology, .init(seed: 8, number: 0, window: 0..<10 * Self.second))
      #expect(run.violations.isEmpty)
      return count(.shed, run)
    }
    #expect(shed({ [.limit("l"), $0] }, []) == 800)
    #expect(shed({ [$0] }, [.limit("l")]) == 0)
  }

  @Test(
    "No retry after a refusal starts before the limit would let it pass, nor after 1.5 times that")
  func retryAfter() {
    let service = ServiceSpec(name: "s", handler: [.limit("l")])
    var retry = RetryPolicy(on: [.shed])
    retry.respectsRetryAfter = true
    var ends: [UInt64] = []
    for second in 1..<30 as Range<UInt64> {
      // The second request comes so many milliseconds after the first, which took the one token.
      let workload = WorkloadSpec(
        name: "w", arrivals: .instants([0, second * Timeline.tick]),
        steps: [.call("s") { $0.retry = retry }])
      var topology = Topology(workloads: [workload], services: [service])
      topology.rateLimits = [.bucket("l", most: 1, ticks: 40)]
      var settings = Replication.Settings(seed: 1, number: second, window: 0..<Self.second)
      settings.keepsRequests = true
      let run = Replication.run(topology, settings)
      #expect(run.violations.isEmpty && count(.success, run) == 2)
      let wait = run.requests[1].ended - second * Timeline.tick
      let hint = (40 - second) * Timeline.tick
      #expect(wait >= hint && wait <= hint + hint / 2)
      ends.append(wait * 1_000 / hint)
    }
    // The jitter spreads them: not all come at once.
    #expect(Set(ends).count > 20)
  }

  @Test("Departures as events or computed on arrival: limits see the same")
  func forced() {
    func run(_ forces: Bool) -> Replication {
      var service = ServiceSpec(
        name: "s", handler: [.work(.exponential(mean: 2e6)), .limit("l"), .work(.constant(1e6))])
      service.concurrencyModel = .eventLoop
      return self.run(
        [service], [workload("w", 250, poisson: true, [.call("s")])],
        [.bucket("l", most: 3, ticks: 5) { $0.maxDelay = 7 * Timeline.tick }],
        forcesEvents: forces)
    }
    let (one, other) = (run(true), run(false))
    #expect(one.services[0].eventReason != nil && other.services[0].eventReason == nil)
    #expect(one.workloads[0].outcomes == other.workloads[0].outcomes)
    #expect(one.workloads[0].latencies.sum == other.workloads[0].latencies.sum)
    #expect(one.workloads[0].blame == other.workloads[0].blame)
    #expect(one.limits[0].sums == other.limits[0].sums)
  }
}
