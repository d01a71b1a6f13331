import TailraceEngine

@testable import TailraceModel

/// Topologies drawn from a seed, on a clock so coarse that many things fall on one instant.
struct RandomTopology {
  private var chance: KeyedRandom
  /// Nanoseconds of one tick.
  let tick: Double

  init(seed: UInt64, tick: Double = 250_000) {
    chance = KeyedRandom(state: seed &* 0x9e37_79b9)
    self.tick = tick
  }

  mutating func below(_ n: Int) -> Int {
    Int(truncatingIfNeeded: chance.below(UInt64(n)))
  }

  mutating func oneIn(_ n: Int) -> Bool { below(n) == 0 }

  /// A few ticks, or something continuous.
  mutating func time() -> LawSpec {
    switch below(4) {
    case 0: .constant(tick * Double(1 + below(5)))
    case 1:
      .discrete([
        WeightedValue(value: tick, weight: 3), WeightedValue(value: tick * 6, weight: 1),
      ])
    case 2: .uniform(tick, tick * 5)
    default: .exponential(mean: tick * 3)
    }
  }

  /// A whole topology of two to four tiers; later services call earlier ones.
  mutating func make() -> Topology {
    var services: [ServiceSpec] = []
    for i in 0..<(2 + below(3)) {
      var service = ServiceSpec(name: "s\(i)", handler: steps(callees: services, worksFirst: true))
      service.shards = oneIn(3) ? 1 + below(4) : 1
      service.replicas = oneIn(2) ? 1 + below(3) : 1
      service.slots = oneIn(6) ? nil : 1 + below(3)
      if oneIn(3) { service.queueLimit = below(4) }
      if oneIn(5) { service.discipline = [.lifo, .ps, .sjf, .random][below(4)] }
      if oneIn(2) { service.concurrencyModel = .eventLoop }
      if oneIn(3) { service.balancing = LeastRequest() }
      if oneIn(3) { service.latency = time() }
      if oneIn(6) { service.cancel = oneIn(2) ? .queued : .running }
      if oneIn(6) { service.retryBudget = budget() }
      if oneIn(5) { service.transport = transport() }
      if oneIn(5) { service.connection = connection() }
      services.append(service)
    }
    var workloads: [WorkloadSpec] = []
    for i in 0..<(1 + below(2)) {
      let rate = 1e9 / tick / Double(6 + below(8))
      let arrivals: ArrivalSpec =
        switch below(4) {
        case 0: .constant(ratePerSecond: rate)
        case 1: .closed(ClosedLoop(clients: 1 + below(6), thinkTime: time()))
        default: .poisson(ratePerSecond: rate)
        }
      workloads.append(
        WorkloadSpec(
          name: "w\(i)", arrivals: arrivals, steps: steps(callees: services, worksFirst: false)))
    }
    for i in workloads.indices {
      workloads[i].keys = [CarriedKeys(space: "k", law: .zipf(0...15, exponent: 1))]
    }
    if services[0].shards > 1 { services[0].sharding = Sharding(key: "k") }
    for i in services.indices where services[i].replicas > 1 && oneIn(4) {
      let policies: [any ShardingPolicy] = [RingHash(), Maglev(), Rendezvous()]
      services[i].hashing = HashBalancing(
        key: "k", policy: policies[below(3)],
        bound: oneIn(2) ? LoadBound(percent: Int64(100 + below(60))) : nil)
    }
    var topology = Topology(workloads: workloads, services: services)
    topology.keySizes["k"] = .uniform(1, 40)
    var hosted = cache("hosted", .shared)
    hosted.host = CallSpec("s0")
    topology.caches = [cache("shared", .shared), cache("own", .perReplica), hosted]
    if oneIn(3) { topology.absentKeys["k"] = 0.4 }
    if oneIn(2) { varyKeys(of: &topology) }
    if oneIn(3) { varySteps(of: &topology) }
    if oneIn(3) { varyServers(of: &topology) }
    return topology
  }

  /// The same, with one to three faults that come again and again.
  mutating func makeFaulty() -> Topology {
    var topology = make()
    for i in 0..<(1 + below(3)) {
      let service = topology.services[below(topology.services.count)]
      let verbs: [FaultSpec.Verb] = [
        .crash(drops: false), .crash(drops: true), .pause, .slowDown(Double(2 + below(5))),
        .fail(0.5), .flush(cache: ["shared", "own", "hosted"][below(3)]),
      ]
      let verb = verbs[below(verbs.count)]
      var target = FaultTarget(service.name)
      if case .flush = verb {
        target = FaultTarget("")
      } else if oneIn(2) {
        target.shard = below(service.shards)
        target.replica = below(service.replicas)
      }
      var fault = FaultSpec(
        name: "f\(i)", target: target, verb: verb, every: .exponential(mean: tick * 60),
        length: time())
      fault.isTogether = oneIn(2)
      if case .crash(true) = verb { fault.length = .constant(tick * 4) }
      topology.faults.append(fault)
    }
    return topology
  }

  /// A link that takes about a tick for a byte, loses messages, or both; some share their ports.
  mutating func transport() -> Transport {
    var transport = Transport("link\(below(2))")
    if !oneIn(4) { transport.bandwidth = 1e9 / tick }
    if oneIn(3) { transport.loss = 0.2 }
    transport.retransmitTimeout = UInt64(tick) * UInt64(1 + below(4))
    return transport
  }

  private mutating func connection() -> ConnectionSpec {
    var connection = ConnectionSpec()
    connection.roundTrips = below(3)
    if connection.roundTrips > 0, oneIn(2) { connection.work = time() }
    if oneIn(3) { connection.resumptionFraction = 0.5 }
    if oneIn(2) { connection.requestsMax = 1 + below(4) }
    if oneIn(3) { connection.streamsMax = 2 + below(2) }
    if oneIn(3) { connection.idleTimeout = UInt64(tick) * UInt64(1 + below(20)) }
    if oneIn(4) { connection.connectionsMax = 2 + below(3) }
    return connection
  }

  private mutating func bytes() -> LawSpec? {
    switch below(3) {
    case 0: nil
    case 1: .uniform(0, 3)
    default: .linear(base: .constant(1), [AttributeTerm("size", .constant(0.05))])
    }
  }

  /// Work that depends on the visit.
  private mutating func visitTime() -> LawSpec {
    let facts = VisitAttribute.allCases
    return .linear(
      base: time(),
      [AttributeTerm(facts[below(facts.count)].rawValue, .constant(tick * (oneIn(2) ? 1 : 0.3)))])
  }

  mutating func cache(_ name: String, _ placement: CacheSpec.Placement) -> CacheSpec {
    let isBytes = oneIn(3)
    var cache = CacheSpec(
      name: name, key: "k",
      capacity: isBytes ? .bytes(UInt64(20 + below(80))) : .entries(1 + below(8)))
    cache.placement = placement
    cache.eviction = EvictionPolicies.all[below(EvictionPolicies.all.count)]
    if oneIn(2) { cache.ttl = UInt64(tick) * UInt64(4 + below(40)) }
    if cache.ttl != nil, oneIn(2) { cache.staleWhileRevalidate = UInt64(tick) * 20 }
    if cache.ttl != nil, oneIn(3) { cache.ttlJitter = 0.5 }
    if cache.ttl != nil, oneIn(3) { cache.staleIfError = UInt64(tick) * 30 }
    if cache.ttl != nil, oneIn(3) { cache.earlyRefreshBeta = 2 }
    if oneIn(3) { cache.negativeTTL = UInt64(tick) * UInt64(4 + below(40)) }
    if oneIn(4) { cache.ttlFrom = .access }
    cache.locks = oneIn(2)
    cache.lockTimeout = UInt64(tick) * UInt64(1 + below(30))
    if oneIn(3) { cache.hitLatency = .constant(tick) }
    if oneIn(3) { cache.start = .warm }
    if oneIn(2) {
      cache.writePolicy = name == "hosted" || oneIn(3) ? .writeThrough : .writeBack
      cache.flushInterval = UInt64(tick) * UInt64(1 + below(30))
    }
    return cache
  }

  private mutating func steps(callees: [ServiceSpec], worksFirst: Bool) -> [StepSpec] {
    var steps: [StepSpec] = worksFirst ? [.work(oneIn(6) ? visitTime() : time())] : []
    guard !callees.isEmpty else { return steps }
    if worksFirst && oneIn(2) { return steps }
    steps.append(branching(callees, worksFirst))
    if oneIn(3) { steps.append(branching(callees, worksFirst)) }
    if worksFirst && oneIn(3) { steps.append(.work(oneIn(3) ? visitTime() : time())) }
    return steps
  }

  private mutating func branching(_ callees: [ServiceSpec], _ mayWork: Bool) -> StepSpec {
    let call = call(callees)
    var step: StepSpec
    switch below(6) {
    case 0, 1:
      let callee = callees.first { $0.name == call.service }
      let target: ScatterTarget =
        (callee?.shards ?? 1) > 1 ? .shards : oneIn(4) ? .replicas : .fanOut(2 + below(4))
      step = StepSpec(.scatter(call, target, join()))
    case 2:
      let arms = (0..<(2 + below(2))).map { _ in [StepSpec(.call(self.call(callees)))] }
      step = StepSpec(.parallel(arms, join()))
    case 3:
      step = StepSpec(
        .split([
          SplitArm(weight: 1, steps: [StepSpec(.call(call))]),
          SplitArm(weight: 1, steps: mayWork ? [.work(time())] : []),
        ]))
    default: step = StepSpec(.call(call))
    }
    if oneIn(5) { step.onError = .ignore }
    if oneIn(3) {
      let name = mayWork && oneIn(2) ? "own" : oneIn(3) ? "hosted" : "shared"
      switch below(8) {
      case 0: step = StepSpec(.cache(CacheUse(name, store: [step])))
      case 1: step = StepSpec(.cache(CacheUse(dropFrom: name)))
      default:
        var use = CacheUse(name, onMiss: [step])
        if name != "hosted" && oneIn(4) { use.staleSteps = [StepSpec(.call(self.call(callees)))] }
        step = StepSpec(.cache(use))
      }
      if oneIn(5) { step.onError = .ignore }
    }
    return step
  }

  mutating func call(_ callees: [ServiceSpec]) -> CallSpec {
    var call = CallSpec(callees[below(callees.count)].name)
    if oneIn(4) { call.timeout = UInt64(tick) * UInt64(2 + below(12)) }
    if oneIn(5) { call.retry = retry() }
    if oneIn(6) { call.hedge = hedge() }
    if oneIn(8) { call.propagatesDeadline = true }
    call.repeatsLuck = oneIn(3)
    call.requestSize = bytes()
    call.responseSize = bytes()
    return call
  }

  private mutating func retry() -> RetryPolicy {
    var retry = RetryPolicy(on: [.timeout, .shed, .connectionFailure, .applicationError])
    retry.retries = below(4)
    if oneIn(2) { retry.perTryTimeout = UInt64(tick) * UInt64(1 + below(6)) }
    let base = UInt64(tick) * UInt64(1 + below(3))
    retry.backOff =
      oneIn(3)
      ? .drawn(oneIn(2) ? .constant(0) : time())
      : .doubling(base: base, most: base * 4, Jitter.allCases[below(5)])
    retry.prefersOthers = oneIn(2)
    return retry
  }

  private mutating func hedge() -> HedgePolicy {
    var hedge = HedgePolicy(
      delay: oneIn(4) ? .percentile(50) : .fixed(UInt64(tick) * UInt64(below(4))))
    hedge.attempts = 2 + below(2)
    hedge.cancelsLosers = oneIn(2)
    if oneIn(3) { hedge.budgetPercent = 20 }
    hedge.isTied = oneIn(3)
    if oneIn(4) { hedge.nonFatal = [.shed, .timeout] }
    return hedge
  }

  private mutating func budget() -> RetryBudget {
    switch below(4) {
    case 0: .concurrency(percent: 20, least: 1)
    case 1: .rate(percent: 20, window: UInt64(tick) * 100, least: 1)
    case 2: .throttle(tokens: 10, ratio: 0.1)
    default: .quota(tokens: 20, cost: 5, timeoutCost: 10)
    }
  }

  mutating func join() -> Join {
    var join = Join()
    if oneIn(8) { join.need = .responses(1 + below(2)) }
    if oneIn(10) { join.deadline = UInt64(tick) * UInt64(2 + below(8)) }
    if oneIn(8) { join.canary = 1 + below(2) }
    if oneIn(8) { join.maxParallel = 1 + below(3) }
    return join
  }
}
