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
    return TimeSeries(bounds: bounds, entities: workloads + services)
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
