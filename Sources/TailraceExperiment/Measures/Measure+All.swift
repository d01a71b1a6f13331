import TailraceModel

extension Measure {
  /// Every number of a run in the order of its rows: workloads, services, caches, ports, scatters.
  static func all(of result: RunResult) -> [Measure] {
    var list = result.workloads.flatMap(all) + result.services.flatMap(all)
    list += result.caches.flatMap(all) + result.ports.flatMap(all)
    list += limits(of: result)
    list += result.completeness.flatMap(all)
    list += result.recoveries.flatMap(all)
    if let costs = result.costs { list += all(of: costs) }
    return list
  }

  private static func all(of recovery: RecoveryResult) -> [Measure] {
    var list = MeasureList("fault", recovery.fault)
    list.add("recovery", .value, .time, .estimate(recovery.after), isExact: true)
    list.add("recovered", .value, .ratio, .estimate(recovery.recovered))
    list.count("requests", recovery.begun)
    list.count("not_answered", recovery.unanswered)
    return list.all
  }

  private static func all(of costs: CostReport) -> [Measure] {
    var list = MeasureList("run", "total")
    list.add("cost", .value, .perHour, .estimate(costs.total))
    list.add("cost_per_million", .value, .count, .estimate(costs.perMillionGood))
    return list.all
  }

  private static func all(of scatter: CompletenessReport) -> [Measure] {
    let workload = scatter.workload == scatter.from ? nil : scatter.workload
    let names = [workload, scatter.from, scatter.to].compactMap { $0 }
    var list = MeasureList("scatter", names.joined(separator: " "))
    list.add(
      "completeness", .mean, .ratio, .estimate(scatter.mean))
    for q in CompletenessReport.quantiles {
      list.ratio("completeness", scatter.quantile(q), .quantile(q))
    }
    list.ratio("completeness", scatter.least, .min)
    list.ratio("complete", scatter.completeShare)
    return list.all
  }

  private static func all(of ports: PortResult) -> [Measure] {
    var list = MeasureList("ports", "\(ports.link) \(ports.service) \(ports.direction.rawValue)")
    list.add("utilization", .value, .ratio, .estimate(ports.utilization))
    list.add("utilization", .busiest, .ratio, .estimate(ports.busiest.utilization))
    list.count("messages", ports.messages)
    list.count("bytes", ports.bytes)
    return list.all
  }

  private static func all(of cache: CacheResult) -> [Measure] {
    var list = MeasureList("cache", cache.name)
    list.add(
      "hit_ratio", .value, .ratio, .estimate(cache.hitRatio))
    list.add("byte_hit_ratio", .value, .ratio, .estimate(cache.byteHitRatio))
    list.add("origin_load_ratio", .value, .ratio, .estimate(cache.originLoad))
    list.add("entries", .mean, .count, .estimate(cache.entries))
    list.count("hits", cache.hits)
    list.count("misses", cache.misses)
    list.count("stale", cache.staleHits)
    list.count("coalesced", cache.coalesced)
    list.count("fetches", cache.fetches)
    list.count("fills", cache.fills)
    list.count("evictions", cache.evictions)
    list.count("expirations", cache.expirations)
    for event in cache.events { list.count(event.event.word, event.count) }
    return list.all
  }

  private static func all(of workload: WorkloadResult) -> [Measure] {
    var list = MeasureList("workload", workload.name)
    list.add(
      "latency", .mean, .time, .estimate(workload.latencyMean))
    for row in workload.quantiles {
      list.add(
        "latency", .quantile(row.quantile), .time, .estimate(row.latency), isExact: true)
    }
    list.add("latency", .max, .time, .largest(workload.latencyMax))
    list.add("offered", .value, .perSecond, .estimate(workload.offered))
    list.add(
      "goodput", .value, .perSecond, .estimate(workload.goodput))
    list.add("in_flight", .mean, .count, .estimate(workload.inFlight))
    list.ratio("errors", workload.errorsShare)
    list.ratio("timeouts", workload.share(of: .timeout))
    list.ratio("degraded", workload.share(of: .degraded))
    list.count("requests", workload.requests)
    for outcome in Outcome.allCases { list.count(outcome.word, workload.count(of: outcome)) }
    return list.all
  }

  private static func all(of service: ServiceResult) -> [Measure] {
    var list = MeasureList("service", service.name)
    list.add("utilization", .value, .ratio, .estimate(service.utilization))
    list.add("queue_length", .mean, .count, .estimate(service.queueMean))
    list.count("queue_length", .max, service.queueMax)
    list.add("wait", .mean, .time, .estimate(service.waitMean))
    list.add("wait", .quantile(0.99), .time, .estimate(service.waitP99), isExact: true)
    list.count("requests", service.requests)
    list.count("errors", service.errors)
    list.count("shed", service.shed)
    list.addAttempts(of: service)
    list.addRoutes(of: service)
    return list.all
  }
}

extension MeasureList {
  mutating func count(
    _ metric: String, _ statistic: Measure.Statistic, _ count: UInt64
  ) {
    add(metric, statistic, .count, .count(count))
  }

  /// What repeated and abandoned calls did to a service.
  fileprivate mutating func addAttempts(of service: ServiceResult) {
    if let attempts = service.attempts {
      count("attempts", attempts.attempts)
      count("retries", attempts.retries)
      count("hedges", attempts.hedges)
      ratio("extra_load", attempts.extraLoad)
    }
    if let givenUp = service.givenUp {
      count("stopped", givenUp.stopped)
      if let expired = givenUp.expired { count("expired", expired) }
      ratio("wasted", givenUp.wastedShare)
    }
    if let connections = service.connections {
      count("handshakes", connections.handshakes)
      count("handshakes_resumed", connections.resumed)
      count("connections_reused", connections.reused)
      count("connections_refused", connections.refused)
      ratio("connection_reuse", connections.reuse)
    }
  }

  /// How keys found their replicas, and what became of them there.
  fileprivate mutating func addRoutes(of service: ServiceResult) {
    if let affinity = service.affinity { ratio("affinity", affinity.share) }
    if let versions = service.versions {
      count("reads", versions.reads)
      count("writes", versions.writes)
      count("stale", versions.stale)
      ratio("stale", versions.staleShare)
    }
    if let sum = service.balancing { addBalancing(sum) }
    if let sum = service.admission { addAdmission(sum) }
    if let depth = service.tooDeep { count("too_deep", depth) }
    if let reshard = service.reshard {
      ratio("moved_keys", reshard.movedShare)
      if reshard.copiedBytes != nil {
        add("copy", .value, .time, .largest(reshard.copyTime))
      }
    }
    if let load = service.shardLoad {
      add(
        "imbalance", .value, .ratio, .estimate(load.imbalance))
      add("imbalance", .variation, .ratio, .estimate(load.variation))
    }
  }
}

extension AttemptSum {
  /// Attempts beyond the first over first ones; nil without any.
  public var extraLoad: Double? {
    let first = attempts - retries - hedges
    return first == 0 ? nil : Double(retries + hedges) / Double(first)
  }
}

extension ConnectionSum {
  /// Calls that took a connection which was there, over all that got one; nil without any.
  public var reuse: Double? {
    let all = reused + handshakes
    return all == 0 ? nil : Double(reused) / Double(all)
  }
}
