import TailraceModel
import TailraceStatistics

extension Merge {
  func details() -> RunDetails {
    var details = RunDetails()
    details.series = timeSeries()
    for (number, replication) in replications.enumerated() {
      details.calls += replication.calls.map { row($0, of: replication, number) }
      details.requests += requestRows(replication, number)
    }
    return details
  }

  private func row(_ call: CallOutcome, of replication: Replication, _ number: Int) -> CallRow {
    var latencies = Histogram(.medium)
    for part in call.latencies { latencies.merge(part) }
    var row = CallRow(
      replication: number, from: replication.components[call.from],
      to: replication.services[call.to].name, calls: call.calls, timeouts: call.timeouts,
      errors: call.errors, latencyP50: latencies.quantile(0.5),
      latencyP99: latencies.quantile(0.99))
    row.attempts = call.attempts
    return row
  }

  private func requestRows(_ replication: Replication, _ number: Int) -> [RequestRow] {
    let ordered = replication.requests.sorted {
      ($0.workload, $0.began, $0.number) < ($1.workload, $1.began, $1.number)
    }
    return ordered.map { record in
      let workload = replication.workloads[record.workload]
      let id = RequestID.text(record.number, isClosed: !workload.isOpenLoop)
      return RequestRow(
        replication: number, workload: workload.name, id: id, arrived: record.began,
        finished: record.outcome == .unfinished ? nil : record.ended, outcome: record.outcome,
        queue: record.queued, work: record.worked, network: record.network,
        criticalService: record.critical < 0 ? nil : replication.services[record.critical].name)
    }
  }

  // MARK: Time series

  private func timeSeries() -> TimeSeries? {
    guard let first = replications.first, let series else { return nil }
    // Of a run cut short, whole intervals only.
    let grid = series.grid
    var count = grid.count
    while count > 0, grid.end(of: count - 1) > first.simulatedUntil { count -= 1 }
    let bounds = (0..<count).map { grid.start(of: $0) } + [count > 0 ? grid.end(of: count - 1) : 0]
    let workloads = zip(first.workloads, series.workloads).map { workload, intervals in
      SeriesEntity(
        kind: "workload", name: workload.name,
        tracks: tracks(bounds, Array(intervals.prefix(count))))
    }
    let services = zip(first.services, series.services).map { service, intervals in
      SeriesEntity(
        kind: "service", name: service.name,
        tracks: tracks(
          bounds, Array(intervals.prefix(count)),
          slots: service.slots.map { $0 * service.shards * service.replicas }))
    }
    let caches = zip(first.caches, series.caches).filter { !$0.0.rows.isEmpty }.map {
      SeriesEntity(
        kind: "cache", name: $0.name, tracks: tracks(bounds, Array($1.prefix(count))))
    }
    var result = TimeSeries(bounds: bounds, entities: workloads + services + caches)
    result.replicas = zip(first.services, series.stations).flatMap {
      replicas($0, $1.map { $0.prefix(count) }, bounds)
    }
    result.latencies = zip(first.workloads, series.workloads).map {
      LatencySeries(workload: $0.name, intervals: $1.prefix(count).map { wide($0.latencies) })
    }
    return result
  }

  /// A service's replicas over time.
  private func replicas(
    _ service: ServiceOutcome, _ stations: [ArraySlice<ServiceInterval>], _ bounds: [UInt64]
  ) -> [ReplicaSeries] {
    stations.enumerated().map { station, intervals in
      let busy = intervals.indices.map { Double(intervals[$0].busyArea) / time(bounds, $0) }
      return ReplicaSeries(
        service: service.name, shard: station / service.replicas,
        replica: station % service.replicas,
        utilization: busy.map { level in service.slots.map { level / Double($0) } }, busy: busy,
        queue: intervals.indices.map { Double(intervals[$0].queueArea) / time(bounds, $0) })
    }
  }

  /// The same latencies in the wide buckets of pictures.
  private func wide(_ latencies: HistogramSnapshot) -> [HistogramRow] {
    let wide = LatencySeries.buckets
    var rows: [HistogramRow] = []
    for (index, count) in zip(latencies.indices, latencies.counts) {
      let low = latencies.buckets.lowerBound(of: index)
      if let last = rows.last, low <= last.high {
        rows[rows.count - 1].count += count
      } else {
        let bucket = wide.index(of: low)
        rows.append(
          HistogramRow(
            low: wide.lowerBound(of: bucket), high: wide.upperBound(of: bucket), count: count))
      }
    }
    return rows
  }

  private func tracks(_ bounds: [UInt64], _ intervals: [LookupCounts]) -> [SeriesTrack] {
    let sums = intervals.map { $0.hits + $0.misses }
    return [
      SeriesTrack(.lookups, sums.indices.map { Double(sums[$0]) * 1e9 / time(bounds, $0) }),
      SeriesTrack(
        .hitRatio,
        zip(intervals, sums).map { $1 == 0 ? nil : Double($0.hits) / Double($1) }),
    ]
  }

  /// Nanoseconds of an interval in all replications together.
  private func time(_ bounds: [UInt64], _ i: Int) -> Double {
    Double(bounds[i + 1] - bounds[i]) * Double(replications.count)
  }

  private func tracks(_ bounds: [UInt64], _ intervals: [WorkloadInterval]) -> [SeriesTrack] {
    func rate(_ count: (WorkloadInterval) -> UInt64) -> [Double] {
      intervals.indices.map { Double(count(intervals[$0])) * 1e9 / time(bounds, $0) }
    }
    let quantiles = experiment.quantiles.map { q in
      SeriesTrack(
        .latency(quantile: q),
        intervals.map { interval in
          let unfinished = interval.started - interval.answered - interval.failed
          return interval.latencies.quantile(q, unfinished: unfinished).map { Double($0) }
        })
    }
    return [
      SeriesTrack(.offered, rate(\.started)),
      SeriesTrack(.goodput, rate(\.answered)),
      SeriesTrack(.throughput, rate(\.ended)),
      SeriesTrack(
        .errors, intervals.map { $0.started == 0 ? nil : Double($0.failed) / Double($0.started) }),
      SeriesTrack(
        .inFlight, intervals.indices.map { Double(intervals[$0].presentArea) / time(bounds, $0) }),
      SeriesTrack(.latencyMean, intervals.map(\.latencies.mean)),
    ] + quantiles + [
      SeriesTrack(.latencyMax, intervals.map { $0.latencies.maximum.map { Double($0) } })
    ]
  }

  private func tracks(
    _ bounds: [UInt64], _ intervals: [ServiceInterval], slots: Int?
  ) -> [SeriesTrack] {
    func perTime(_ part: (ServiceInterval) -> UInt64) -> [Double] {
      intervals.indices.map { Double(part(intervals[$0])) / time(bounds, $0) }
    }
    let busy = perTime(\.busyArea)
    return [
      SeriesTrack(.utilization, busy.map { level in slots.map { level / Double($0) } }),
      SeriesTrack(.queueLength, perTime(\.queueArea)),
      SeriesTrack(.shed, perTime(\.refused).map { $0 * 1e9 }),
    ]
  }
}
