import TailraceModel
import TailraceStatistics

/// Merges replications into one result: counts are added, intervals come from their spread.
struct Merge {
  let experiment: Experiment
  let warmUp: UInt64
  let replications: [Replication]
  /// Time series of these replications, added up.
  let series: SeriesOutcome?

  /// The simulated part of a replication's window: all of it, unless the run was cut short.
  func windowLength(_ replication: Int) -> Double {
    Double(replications[replication].measured.count)
  }

  /// A value of each replication over its window; nothing is known of an empty one.
  func perWindow(_ value: (_ replication: Int, _ length: Double) -> Double) -> Estimate {
    let own = replications.indices.map { number in
      windowLength(number) > 0 ? value(number, windowLength(number)) : nil
    }
    let known = own.compactMap { $0 }
    guard !known.isEmpty else { return Estimate(value: nil, halfWidth: nil, perReplication: own) }
    return estimate(known.reduce(0, +) / Double(known.count), own)
  }

  func result(cutShort: CutShort?) -> RunResult {
    var result = totals()
    result.cutShort = cutShort
    result.digest = Digest.of(replications)
    result.stragglers = stragglers()
    result.details = details()
    result.steadiness = steadiness(result)
    addMeasures(to: &result)
    addBatchIntervals(to: &result)
    if experiment.precision != nil { result.controls = controlled(result) }
    return result
  }

  /// What is counted and summed, without thresholds and whatever needs a view of single requests.
  func totals() -> RunResult {
    let workloads = (replications.first?.workloads.indices ?? 0..<0).map(workload)
    let services = (replications.first?.services.indices ?? 0..<0).map(service)
    var result = RunResult(
      scenario: experiment.scenario, variant: experiment.variant, seed: experiment.seed,
      replications: replications.count, replicationsPlanned: experiment.replications,
      duration: experiment.duration, warmUp: warmUp,
      warmUpRule: experiment.warmUp == nil ? .mser5 : .given, cutShort: nil,
      workloads: workloads, services: services, digest: 0)
    result.caches = caches()
    result.completeness = completeness()
    result.ports = ports()
    result.rateLimits = rateLimits()
    result.pools = pools()
    result.breakers = breakers()
    result.costs = costs(workloads)
    result.recoveries = recoveries()
    result.faults = experiment.topology.faults.map {
      FaultTime($0, zones: experiment.topology.zones)
    }
    result.measuredTime = replications.reduce(0) { $0 + UInt64($1.measured.count) }
    return result
  }

  /// A merged value with the t interval of the replications' own.
  func estimate(_ value: Double?, _ own: [Double?]) -> Estimate {
    let known = own.compactMap { $0 }
    let interval = known.count == own.count ? ConfidenceInterval(of: known) : nil
    return Estimate(
      value: value, halfWidth: value == nil ? nil : interval?.halfWidth, perReplication: own)
  }

  // MARK: Workloads

  private func workload(_ w: Int) -> WorkloadResult {
    let own = replications.map { $0.workloads[w] }
    var merged = Histogram(.fine)
    var outcomes = [UInt64](repeating: 0, count: Outcome.allCases.count)
    for part in own {
      merged.merge(part.latencies)
      for i in outcomes.indices { outcomes[i] += part.outcomes[i] }
    }
    let unfinished = outcomes[Int(Outcome.unfinished.rawValue)]
    let quantiles = experiment.quantiles.map { q in
      QuantileEstimate(
        quantile: q,
        latency: estimate(
          merged.quantile(q, unfinished: unfinished).map { Double($0) },
          own.map { part in
            part.latencies.quantile(
              q, unfinished: part.outcomes[Int(Outcome.unfinished.rawValue)]
            ).map { Double($0) }
          }))
    }
    var histogram: [HistogramRow] = []
    merged.forEachBucket {
      histogram.append(HistogramRow(low: $0.low, high: $0.high, count: $0.count))
    }
    let good = own.map { part in
      Double(
        Outcome.allCases.reduce(0) { $1.isAnswered ? $0 + part.outcomes[Int($1.rawValue)] : $0 })
    }
    let breakdown = breakdown(own, merged, unfinished: unfinished)
    var result = WorkloadResult(
      name: own[0].name, isOpenLoop: own[0].isOpenLoop, outcomes: outcomes,
      requests: outcomes.reduce(0, +),
      latencyMean: estimate(merged.mean, own.map { $0.latencies.mean }),
      answered: own.map { $0.latencies.count }, quantiles: quantiles,
      latencyMax: merged.maximum,
      offered: perWindow { Double(own[$0].outcomes.reduce(0, +)) / ($1 / 1e9) },
      goodput: perWindow { good[$0] / ($1 / 1e9) },
      inFlight: perWindow { Double(own[$0].presentArea) / $1 },
      histogram: histogram, breakdown: breakdown.all)
    result.bands = breakdown.bands
    result.above = own.map {
      RequestCounts(requests: $0.outcomes.reduce(0, +), latencies: $0.latencies)
    }
    return result
  }

  // MARK: Services

  private func service(_ s: Int) -> ServiceResult {
    let own = replications.map { $0.services[s] }
    let first = own[0]
    let stations = Double(first.rows.count)
    func sum(_ part: ServiceOutcome, _ key: KeyPath<StationOutcome, UInt64>) -> UInt64 {
      part.rows.reduce(0) { $0 + $1[keyPath: key] }
    }
    let utilization: Estimate
    if let slots = first.slots {
      utilization = perWindow { Double(sum(own[$0], \.busyArea)) / $1 / (Double(slots) * stations) }
    } else {
      utilization = Estimate(value: nil, halfWidth: nil, perReplication: own.map { _ in nil })
    }
    let waits = own.map { Waits($0) }
    let all = waits.reduce(into: Waits()) { $0.add($1) }
    var rows: [ReplicaRow] = []
    for (number, part) in own.enumerated() { rows += replicaRows(part, replication: number) }
    var result = ServiceResult(
      name: first.name, shards: first.shards, replicas: first.replicas, slots: first.slots,
      utilization: utilization,
      queueMean: perWindow { Double(sum(own[$0], \.queueArea)) / $1 },
      queueMax: rows.reduce(0) { max($0, $1.queueMax) },
      waitP99: estimate(all.p99, waits.map(\.p99)),
      waitMean: estimate(
        Self.ratio(
          own.reduce(0) { $0 + Double(sum($1, \.queueArea)) }, all.starts),
        own.map { Self.ratio(Double(sum($0, \.queueArea)), sum($0, \.starts)) }),
      requests: own.reduce(0) { $0 + sum($1, \.requests) },
      errors: own.reduce(0) { $0 + sum($1, \.failed) },
      shed: own.reduce(0) { $0 + sum($1, \.refused) },
      down: perWindow { Double(sum(own[$0], \.downTime)) / $1 / stations }, rows: rows)
    let requests = replications.map { $0.workloads.reduce(0) { $0 + $1.outcomes.reduce(0, +) } }
    let busy = own.map { Double(sum($0, \.busyArea)) }
    if first.slots != nil {
      result.slotTime = estimate(
        Self.ratio(busy.reduce(0, +), requests.reduce(0, +)), zip(busy, requests).map(Self.ratio))
    }
    result.eventReason = first.eventReason
    result.latencies = visitLatencies(own)
    result.shardLoad = shardLoad(s, result.latencies)
    result.attempts = .total(own.flatMap { $0.rows.map(\.attempts) })
    result.givenUp = .total(own.flatMap { $0.rows.map { GivenUpWork($0) } })
    result.connections = .total(own.flatMap { $0.rows.map(\.connections) })
    result.admission = .total(own.flatMap(\.admissions))
    result.affinity = .total(own.map(\.affinity))
    result.balancing = .total(own.map(\.balancing))
    result.versions = .total(own.map(\.versions))
    result.tooDeep = first.tooDeep.map { _ in own.reduce(0) { $0 + ($1.tooDeep ?? 0) } }
    result.reshard = first.reshard
    result.waits = all
    return result
  }

  static func ratio(_ sum: Double, _ count: UInt64) -> Double? {
    count == 0 ? nil : sum / Double(count)
  }

  private func replicaRows(_ part: ServiceOutcome, replication: Int) -> [ReplicaRow] {
    let perShard = part.waits.count != part.rows.count
    let group = perShard ? part.replicas : 1
    let length = windowLength(replication)
    var rows: [ReplicaRow] = []
    for first in stride(from: 0, to: part.rows.count, by: group) {
      let members = part.rows[first..<(first + group)]
      let busy = members.reduce(0) { $0 + $1.busyArea }
      let queue = members.reduce(0) { $0 + $1.queueArea }
      let starts = members.reduce(0) { $0 + $1.starts }
      let down = members.reduce(0) { $0 + $1.downTime }
      var row = ReplicaRow(
        replication: replication, shard: first / part.replicas,
        replica: perShard ? nil : first % part.replicas,
        requests: members.reduce(0) { $0 + $1.requests },
        errors: members.reduce(0) { $0 + $1.failed },
        shed: members.reduce(0) { $0 + $1.refused },
        utilization: length > 0
          ? part.slots.map { Double(busy) / length / Double($0 * group) } : nil,
        queueMean: length > 0 ? Double(queue) / length : 0,
        queueMax: members.reduce(0) { max($0, $1.longest) },
        waitMean: Self.ratio(Double(queue), starts),
        waitP99: perShard ? nil : Waits(part.waits[first], starts: starts).p99, busy: busy,
        downTime: down, down: length > 0 ? Double(down) / length / Double(group) : nil)
      row.attempts = .total(members.map(\.attempts))
      row.givenUp = .total(members.map { GivenUpWork($0) })
      rows.append(row)
    }
    return rows
  }
}

/// Waiting times of visits that started: those in no bucket did not wait.
public struct Waits: Sendable {
  var cells: [UInt64] = []
  var starts: UInt64 = 0

  public init() {}

  init(_ cells: [UInt64], starts: UInt64) {
    self.cells = cells
    self.starts = starts
  }

  init(_ part: ServiceOutcome) {
    for histogram in part.waits { add(Waits(histogram, starts: 0)) }
    starts = part.rows.reduce(0) { $0 + $1.starts }
  }

  mutating func add(_ other: Waits) {
    if cells.count < other.cells.count {
      cells += Array(repeating: 0, count: other.cells.count - cells.count)
    }
    for (i, count) in other.cells.enumerated() { cells[i] += count }
    starts += other.starts
  }

  /// The wait at a rank from 1 to `starts` in ascending order, in nanoseconds, within 6.25 %.
  func value(atRank rank: UInt64) -> Double {
    var below = starts - min(starts, cells.reduce(0, +))
    if rank <= below { return 0 }
    for (i, count) in cells.enumerated() {
      below += count
      if rank <= below { return Double(LogBuckets.coarse.representative(of: i)) }
    }
    return 0
  }

  /// The 99th percentile in nanoseconds, within 6.25 %; nil where fewer than 10 lie beyond.
  var p99: Double? {
    guard starts >= 1_000 else { return nil }
    let beyond = starts / 100
    var above: UInt64 = 0
    for i in cells.indices.reversed() {
      above += cells[i]
      if above > beyond { return Double(LogBuckets.coarse.representative(of: i)) }
    }
    return 0
  }
}

/// One number that stands for all counts and buckets of a run.
enum Digest {
  static func of(_ replications: [Replication]) -> UInt64 {
    var state: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ value: UInt64) {
      // A multiply-xorshift step per word: order and value both matter.
      state = (state ^ value) &* 0x9e37_79b9_7f4a_7c15
      state ^= state >> 29
    }
    for replication in replications {
      for workload in replication.workloads {
        for count in workload.outcomes { add(count) }
        for (index, count) in zip(workload.latencies.indices, workload.latencies.counts) {
          add(UInt64(index))
          add(count)
        }
        add(UInt64(truncatingIfNeeded: workload.latencies.sum))
        for part in workload.tail.parts {
          for value in [UInt64(part.bucket), UInt64(part.cell), part.nanoseconds] { add(value) }
        }
        add(workload.presentArea)
      }
      for part in replication.stragglers.flatMap(\.parts) {
        for value in [UInt64(part.member), UInt64(part.cause), part.count] { add(value) }
        add(part.overSecond)
      }
      for join in replication.stragglers.flatMap(\.joins) {
        for value in [join.time, join.time99, join.time95, join.secondOverMedian] { add(value) }
      }
      for scatter in replication.completeness {
        for value in [scatter.joins, scatter.answers, scatter.ratios] { add(value) }
        for count in scatter.missing { add(count) }
      }
      for cache in replication.caches {
        for row in cache.rows {
          for value in [row.hits, row.misses, row.staleHits, row.coalesced, row.fetches] {
            add(value)
          }
          for value in [row.hitBytes, row.missBytes] { add(value) }
          for value in [row.fills, row.evictions, row.expirations, row.entryArea] { add(value) }
          for event in row.events { add(event.count) }
        }
      }
      for row in replication.ports.flatMap(\.rows) {
        for value in [row.busyArea, row.messages, row.bytes] { add(value) }
      }
      for word in limitWords(replication) { add(word) }
      for service in replication.services {
        for row in service.rows {
          for value in [row.requests, row.refused, row.aborted, row.starts] { add(value) }
          add(row.queueArea)
          add(row.busyArea)
          if let sum = row.attempts {
            for value in [sum.attempts, sum.retries, sum.hedges] { add(value) }
          }
          if let sum = row.connections {
            for value in [sum.handshakes, sum.resumed, sum.reused, sum.refused] { add(value) }
          }
        }
        for sum in service.admissions {
          add(sum.refused)
          if let limits = sum.limits { add(limits.area.bitPattern) }
        }
        if let sum = service.affinity {
          add(sum.calls)
          add(sum.atOwner)
        }
        if let sum = service.balancing {
          for value in [sum.capped, sum.hostless, sum.panicked, sum.ejections, sum.restarts] {
            add(value)
          }
        }
        if let sum = service.versions {
          for value in [sum.reads, sum.stale, sum.writes] { add(value) }
        }
        for part in service.latencies {
          add(UInt64(truncatingIfNeeded: part.sum))
          for (index, count) in zip(part.indices, part.counts) {
            add(UInt64(index))
            add(count)
          }
        }
        if let keys = service.hotKeys {
          for value in [keys.total, keys.cut, keys.work] { add(value) }
          for part in keys.keys { for value in [part.key, part.count, part.work] { add(value) } }
        }
        if let count = service.tooDeep { add(count) }
        for histogram in service.waits {
          for count in histogram { add(count) }
          for _ in histogram.count..<ServiceOutcome.waitBuckets { add(0) }
        }
      }
    }
    return state
  }
}
