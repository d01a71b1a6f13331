import TailraceModel
import TailraceStatistics

/// The part of a run that a threshold is about, and its numbers.
struct ThresholdSelection {
  let result: RunResult
  private let labels: [(label: ThresholdLabel, value: String)]

  init(_ result: RunResult, _ labels: [(label: ThresholdLabel, value: String)]) {
    self.result = result
    self.labels = labels
  }

  func matches(_ name: String, _ label: ThresholdLabel) -> Bool {
    labels.allSatisfy { $0.label != label || $0.value == name }
  }

  var isAboutServices: Bool { labels.contains { $0.label == .service } }
  var isAboutCaches: Bool { labels.contains { $0.label == .cache } }
  var workloads: [WorkloadResult] { result.workloads.filter { matches($0.name, .workload) } }
  var services: [ServiceResult] { result.services.filter { matches($0.name, .service) } }
  var caches: [CacheResult] { result.caches.filter { matches($0.name, .cache) } }

  var rateLimits: [RateLimitResult] { result.rateLimits.filter { matches($0.name, .rateLimit) } }
  var pools: [PoolResult] { result.pools.filter { matches($0.name, .pool) } }
  var isAboutPools: Bool { labels.contains { $0.label == .pool } }

  /// Simulated time of all replications' windows together, in seconds; nil if there is none.
  var seconds: Double? { result.measuredTime > 0 ? Double(result.measuredTime) / 1e9 : nil }

  /// Replicas (or shards) of the services, each summed over the replications.
  var rows: [Row] { services.flatMap(rows) }

  // MARK: Samples

  func latency(_ statistic: ThresholdStatistic) -> Double? {
    let workloads = workloads
    let total = workloads.reduce(UInt64(0)) { $0 + $1.requests }
    let answered = workloads.reduce(UInt64(0)) { $0 + $1.answered.reduce(0, +) }
    guard total > 0 else { return nil }
    let isWhole = answered == total
    let buckets = workloads.flatMap(\.histogram).sorted { $0.low < $1.low }
    let most = workloads.compactMap(\.latencyMax).max() ?? 0
    switch statistic {
    case .min: return buckets.first.map { Double($0.low) } ?? .infinity
    case .max: return isWhole ? Double(most) : .infinity
    case .mean:
      guard isWhole else { return .infinity }
      if workloads.count == 1 { return workloads[0].latencyMean.value }
      let sum = workloads.reduce(0.0) {
        $0 + ($1.latencyMean.value ?? 0) * Double($1.answered.reduce(0, +))
      }
      return sum / Double(answered)
    case .quantile(let q):
      guard let rank = NearestRank.supportedRank(of: q, among: total) else { return nil }
      if rank > answered { return .infinity }
      var below: UInt64 = 0
      for bucket in buckets {
        below += bucket.count
        if rank > below { continue }
        let middle = bucket.low + (bucket.high - bucket.low + 1) / 2
        return Double(min(middle, most))
      }
      return .infinity
    case .value: return nil
    }
  }

  func wait(_ statistic: ThresholdStatistic) -> Double? {
    let waits = services.reduce(into: Waits()) { $0.add($1.waits) }
    guard waits.starts > 0 else { return nil }
    switch statistic {
    case .min: return waits.value(atRank: 1)
    case .max: return waits.value(atRank: waits.starts)
    case .mean:
      if services.count == 1 { return services[0].waitMean.value }
      let sum = services.reduce(0.0) { $0 + ($1.waitMean.value ?? 0) * Double($1.waits.starts) }
      return sum / Double(waits.starts)
    case .quantile(let q):
      return NearestRank.supportedRank(of: q, among: waits.starts).map(waits.value)
    case .value: return nil
    }
  }

  // MARK: Levels

  var throughput: ThresholdParts {
    if isAboutServices {
      return .init(
        levels: services.map { service in
          // Visits that came before the window may be turned away within.
          seconds.map { Double(service.requests - min(service.requests, service.shed)) / $0 }
        })
    }
    return .init(
      levels: workloads.map { workload in
        guard let offered = workload.offered.value, workload.requests > 0 else { return nil }
        let unfinished = Double(workload.sum([.unfinished]))
        return offered * (1 - unfinished / Double(workload.requests))
      })
  }

  var utilization: ThresholdParts {
    let rows = rows
    let all = rows.map(\.utilization)
    if !isPartial, services.count == 1 { return .init(services[0].utilization.value, all) }
    let known = all.compactMap { $0 }
    let isWhole = known.count == all.count && !known.isEmpty
    return .init(isWhole ? known.reduce(0, +) / Double(known.count) : nil, all)
  }

  var queueLength: ThresholdParts {
    let rows = rows
    let value = isPartial ? rows.reduce(0.0) { $0 + $1.queueMean } : nil
    let sum = services.isEmpty ? nil : services.reduce(0.0) { $0 + ($1.queueMean.value ?? 0) }
    return .init(
      rows.isEmpty ? nil : value ?? sum, rows.map(\.queueMean),
      highs: rows.map { Double($0.queueMax) })
  }

  /// Of the fault that took longest; one that the system did not survive takes for ever.
  var recovery: ThresholdParts {
    let all = result.recoveries.filter { matches($0.fault, .fault) }.map { recovery -> Double? in
      recovery.after.perReplication.contains { $0 == nil } ? .infinity : recovery.after.value
    }
    return .init(all.compactMap { $0 }.max(), all)
  }

  /// Per hour: of the parts that have a price, or of one.
  var cost: ThresholdParts {
    guard let costs = result.costs else { return .init(nil, []) }
    let isAll = !isAboutServices && !isAboutCaches
    var parts: [Double?] = []
    if isAll || isAboutServices { parts += services.map { costs.perHour(of: .service($0.name)) } }
    if isAll || isAboutCaches { parts += caches.map { costs.perHour(of: .cache($0.name)) } }
    let known = parts.compactMap { $0 }
    return .init(isAll ? costs.total.value : known.isEmpty ? nil : known.reduce(0, +), parts)
  }

  /// The busiest part's requests over the mean; nil without any request.
  func imbalance(_ service: ServiceResult) -> Double? {
    if let load = service.shardLoad { return load.imbalance.value }
    let rows = rows(service)
    var parts = rows.map(\.requests)
    if service.shards > 1 {
      parts = Array(repeating: 0, count: service.shards)
      for row in rows { parts[row.shard] += row.requests }
    }
    let sum = parts.reduce(0, +)
    return sum == 0 ? nil : Double(parts.max() ?? 0) * Double(parts.count) / Double(sum)
  }

  func shares(
    of part: KeyPath<CacheInstanceOutcome, UInt64>, in whole: (CacheInstanceOutcome) -> UInt64
  ) -> ThresholdParts {
    var parts: [(of: UInt64, in: UInt64)] = []
    for cache in caches {
      let first = parts.count
      for row in cache.rows {
        while parts.count <= first + row.instance { parts.append((0, 0)) }
        parts[first + row.instance].of += row.outcome[keyPath: part]
        parts[first + row.instance].in += whole(row.outcome)
      }
    }
    return .init(shares: parts)
  }

  /// Every interval of a time series within the window, of all that is meant.
  func intervals(_ metric: SeriesTrack.Metric?) -> [Double] {
    guard let metric, !isPartial, !isAboutPools, let series = result.details.series else {
      return []
    }
    let names =
      isAboutServices || metric.isOfServices ? services.map(\.name) : workloads.map(\.name)
    let kind = isAboutServices || metric.isOfServices ? "service" : "workload"
    var values: [Double] = []
    for entity in series.entities where entity.kind == kind && names.contains(entity.name) {
      guard let track = entity.tracks.first(where: { $0.metric == metric }) else { continue }
      for (i, value) in track.values.enumerated() where series.bounds[i] >= result.warmUp {
        if let value { values.append(value) }
      }
    }
    return values
  }

  /// Whether single shards or replicas are meant.
  private var isPartial: Bool { labels.contains { $0.label == .shard || $0.label == .replica } }
}

// MARK: Rows

extension ThresholdSelection {
  /// A replica (or a whole shard) over all replications.
  struct Row {
    var shard = 0
    var requests: UInt64 = 0
    var errors: UInt64 = 0
    var shed: UInt64 = 0
    var attempts: AttemptSum?
    var givenUp: GivenUpWork?
    var utilization: Double?
    var queueMean = 0.0
    var queueMax: UInt64 = 0
  }

  /// A replica, or a row for a whole shard.
  private func isMeant(_ replica: Int?) -> Bool {
    guard let replica else { return !labels.contains { $0.label == .replica } }
    return matches("\(replica)", .replica)
  }

  private func rows(_ service: ServiceResult) -> [Row] {
    let count = service.rows.count / max(1, result.replications)
    return (0..<count).compactMap { station in
      let own = stride(from: station, to: service.rows.count, by: count).map { service.rows[$0] }
      guard let first = own.first, matches("\(first.shard)", .shard),
        isMeant(first.replica)
      else { return nil }
      var row = Row()
      row.shard = first.shard
      row.requests = own.reduce(0) { $0 + $1.requests }
      row.errors = own.reduce(0) { $0 + $1.errors }
      row.shed = own.reduce(0) { $0 + $1.shed }
      row.attempts = .total(own.map(\.attempts))
      row.givenUp = .total(own.map(\.givenUp))
      let known = own.compactMap(\.utilization)
      row.utilization = known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
      row.queueMean = own.reduce(0) { $0 + $1.queueMean } / Double(own.count)
      row.queueMax = own.reduce(0) { max($0, $1.queueMax) }
      return row
    }
  }
}

extension SeriesTrack.Metric {
  fileprivate var isOfServices: Bool { self == .utilization }
}
