import TailraceExperiment

extension Measure {
  /// Every number of a run in the order of its rows: workloads, services, caches, ports, scatters.
  static func all(of result: RunResult) -> [Measure] {
    result.workloads.flatMap(all) + result.services.flatMap(all) + result.caches.flatMap(all)
      + result.ports.flatMap(all) + result.completeness.flatMap(all)
  }

  private static func all(of scatter: CompletenessReport) -> [Measure] {
    func measure(_ metric: String, _ statistic: String, _ value: Value) -> Measure {
      let workload = scatter.workload == scatter.from ? nil : scatter.workload
      let names = [workload, scatter.from, scatter.to]
      return Measure(
        entityKind: "scatter", entity: names.compactMap { $0 }.joined(separator: " "),
        metric: metric, statistic: statistic, unit: .ratio, value: value)
    }
    let low = CompletenessReport.quantiles.map {
      measure("completeness", DecimalText.percentile($0), .ratio(scatter.quantile($0)))
    }
    return [measure("completeness", "mean", .estimate(scatter.mean))] + low
      + [
        measure("completeness", "min", .ratio(scatter.least)),
        measure("complete", "value", .ratio(scatter.completeShare)),
      ]
  }

  private static func all(of ports: PortResult) -> [Measure] {
    func measure(
      _ metric: String, _ statistic: String, _ unit: Unit, _ value: Value
    ) -> Measure {
      Measure(
        entityKind: "ports",
        entity: "\(ports.link) \(ports.service) \(ports.direction.rawValue)", metric: metric,
        statistic: statistic, unit: unit, value: value)
    }
    return [
      measure("utilization", "value", .ratio, .estimate(ports.utilization)),
      measure("utilization", "busiest", .ratio, .estimate(ports.busiest.utilization)),
      measure("messages", "count", .count, .count(ports.messages)),
      measure("bytes", "count", .count, .count(ports.bytes)),
    ]
  }

  private static func all(of cache: CacheResult) -> [Measure] {
    func measure(
      _ metric: String, _ statistic: String, _ unit: Unit, _ value: Value
    ) -> Measure {
      Measure(
        entityKind: "cache", entity: cache.name, metric: metric, statistic: statistic, unit: unit,
        value: value)
    }
    return [
      measure("hit_ratio", "value", .ratio, .estimate(cache.hitRatio)),
      measure("byte_hit_ratio", "value", .ratio, .estimate(cache.byteHitRatio)),
      measure("origin_load_ratio", "value", .ratio, .estimate(cache.originLoad)),
      measure("entries", "mean", .count, .estimate(cache.entries)),
      measure("hits", "count", .count, .count(cache.hits)),
      measure("misses", "count", .count, .count(cache.misses)),
      measure("stale", "count", .count, .count(cache.staleHits)),
      measure("coalesced", "count", .count, .count(cache.coalesced)),
      measure("fetches", "count", .count, .count(cache.fetches)),
      measure("fills", "count", .count, .count(cache.fills)),
      measure("evictions", "count", .count, .count(cache.evictions)),
      measure("expirations", "count", .count, .count(cache.expirations)),
    ] + cache.events.map { measure($0.event.word, "count", .count, .count($0.count)) }
  }

  private static func all(of workload: WorkloadResult) -> [Measure] {
    func measure(
      _ metric: String, _ statistic: String, _ unit: Unit, _ value: Value, isExact: Bool = false
    ) -> Measure {
      Measure(
        entityKind: "workload", entity: workload.name, metric: metric, statistic: statistic,
        unit: unit, isExact: isExact, value: value)
    }
    var rows = [measure("latency", "mean", .milliseconds, .estimate(workload.latencyMean))]
    for row in workload.quantiles {
      let name = DecimalText.percentile(row.quantile)
      rows.append(
        measure("latency", name, .milliseconds, .estimate(row.latency), isExact: true))
    }
    rows += [
      measure("latency", "max", .milliseconds, .largest(workload.latencyMax)),
      measure("offered", "value", .perSecond, .estimate(workload.offered)),
      measure("goodput", "value", .perSecond, .estimate(workload.goodput)),
      measure("in_flight", "mean", .count, .estimate(workload.inFlight)),
      measure("errors", "value", .ratio, .ratio(workload.errorsShare)),
      measure("timeouts", "value", .ratio, .ratio(workload.share(of: .timeout))),
      measure("requests", "count", .count, .count(workload.requests)),
    ]
    rows += Outcome.allCases.map { outcome in
      measure(outcome.word, "count", .count, .count(workload.count(of: outcome)))
    }
    return rows
  }

  private static func all(of service: ServiceResult) -> [Measure] {
    func measure(
      _ metric: String, _ statistic: String, _ unit: Unit, _ value: Value, isExact: Bool = false
    ) -> Measure {
      Measure(
        entityKind: "service", entity: service.name, metric: metric, statistic: statistic,
        unit: unit, isExact: isExact, value: value)
    }
    var rows = [
      measure("utilization", "value", .ratio, .estimate(service.utilization)),
      measure("queue_length", "mean", .count, .estimate(service.queueMean)),
      measure("queue_length", "max", .count, .count(service.queueMax)),
      measure("wait", "mean", .milliseconds, .estimate(service.waitMean)),
      measure("wait", "p99", .milliseconds, .estimate(service.waitP99), isExact: true),
      measure("requests", "count", .count, .count(service.requests)),
      measure("errors", "count", .count, .count(service.errors)),
      measure("shed", "count", .count, .count(service.shed)),
    ]
    if let attempts = service.attempts {
      rows += [
        measure("attempts", "count", .count, .count(attempts.attempts)),
        measure("retries", "count", .count, .count(attempts.retries)),
        measure("hedges", "count", .count, .count(attempts.hedges)),
        measure("extra_load", "value", .ratio, .ratio(attempts.extraLoad)),
      ]
    }
    if let givenUp = service.givenUp {
      rows.append(measure("stopped", "count", .count, .count(givenUp.stopped)))
      if let expired = givenUp.expired {
        rows.append(measure("expired", "count", .count, .count(expired)))
      }
      rows.append(measure("wasted", "value", .ratio, .ratio(givenUp.wastedShare)))
    }
    if let connections = service.connections {
      rows += [
        measure("handshakes", "count", .count, .count(connections.handshakes)),
        measure("handshakes_resumed", "count", .count, .count(connections.resumed)),
        measure("connections_reused", "count", .count, .count(connections.reused)),
        measure("connections_refused", "count", .count, .count(connections.refused)),
        measure("connection_reuse", "value", .ratio, .ratio(connections.reuse)),
      ]
    }
    if let affinity = service.affinity {
      rows.append(measure("affinity", "value", .ratio, .ratio(affinity.share)))
    }
    if let versions = service.versions {
      rows += [
        measure("reads", "count", .count, .count(versions.reads)),
        measure("writes", "count", .count, .count(versions.writes)),
        measure("stale", "count", .count, .count(versions.stale)),
        measure("stale", "value", .ratio, .ratio(versions.staleShare)),
      ]
    }
    if let count = service.tooDeep {
      rows.append(measure("too_deep", "count", .count, .count(count)))
    }
    if let reshard = service.reshard {
      rows.append(measure("moved_keys", "value", .ratio, .ratio(reshard.movedShare)))
      if reshard.copiedBytes != nil {
        rows.append(measure("copy", "value", .milliseconds, .largest(reshard.copyTime)))
      }
    }
    if let load = service.shardLoad {
      rows.append(measure("imbalance", "value", .ratio, .estimate(load.imbalance)))
      rows.append(measure("imbalance", "cv", .ratio, .estimate(load.variation)))
    }
    return rows
  }
}
