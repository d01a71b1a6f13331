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
    return CallRow(
      replication: number, from: replication.components[call.from],
      to: replication.services[call.to].name, calls: call.calls, timeouts: call.timeouts,
      errors: call.errors, latencyP50: latencies.quantile(0.5),
      latencyP99: latencies.quantile(0.99))
  }

  private func requestRows(_ replication: Replication, _ number: Int) -> [RequestRow] {
    let ordered = replication.requests.sorted {
      ($0.workload, $0.began, $0.number) < ($1.workload, $1.began, $1.number)
    }
    return ordered.map { record in
      let workload = replication.workloads[record.workload]
      let id =
        workload.isOpenLoop
        ? String(record.number) : "\(record.number >> 32)-\(record.number & 0xffff_ffff)"
      return RequestRow(
        replication: number, workload: workload.name, id: id, arrived: record.began,
        finished: record.outcome == .unfinished ? nil : record.ended, outcome: record.outcome,
        queue: record.queued, work: record.worked, network: record.network,
        criticalService: record.critical < 0 ? nil : replication.services[record.critical].name)
    }
  }

  // MARK: Time series

  private func timeSeries() -> TimeSeries? {
    guard let first = replications.first, let grid = first.intervals?.grid else { return nil }
    // Of a run cut short, whole intervals only.
    var count = grid.count
    while count > 0, grid.end(of: count - 1) > first.simulatedUntil { count -= 1 }
    let bounds = (0..<count).map { grid.start(of: $0) } + [count > 0 ? grid.end(of: count - 1) : 0]
    let all = replications.compactMap(\.intervals)
    let workloads = first.workloads.enumerated().map { w, workload in
      SeriesEntity(
        kind: "workload", name: workload.name,
        tracks: tracks(bounds, all.map { $0.workloads[w] }))
    }
    let services = first.services.enumerated().map { s, service in
      SeriesEntity(
        kind: "service", name: service.name,
        tracks: tracks(
          bounds, all.map { $0.services[s] },
          slots: service.slots.map { $0 * service.shards * service.replicas }))
    }
    return TimeSeries(bounds: bounds, entities: workloads + services)
  }

  private func tracks(_ bounds: [UInt64], _ parts: [[WorkloadInterval]]) -> [SeriesTrack] {
    let merged = (0..<(bounds.count - 1)).map { i in
      MergedInterval(parts.map { $0[i] }, length: bounds[i + 1] - bounds[i])
    }
    let quantiles = experiment.quantiles.map { q in
      SeriesTrack(
        .latency(quantile: q),
        merged.map { $0.latencies.quantile(q, unfinished: $0.unfinished).map { Double($0) } })
    }
    return [
      SeriesTrack(.offered, merged.map { $0.perSecond($0.started) }),
      SeriesTrack(.goodput, merged.map { $0.perSecond($0.latencies.count) }),
      SeriesTrack(.throughput, merged.map { $0.perSecond($0.ended) }),
      SeriesTrack(
        .errors, merged.map { $0.started == 0 ? nil : Double($0.failed) / Double($0.started) }),
      SeriesTrack(.inFlight, merged.map { $0.present / $0.time }),
      SeriesTrack(.latencyMean, merged.map { $0.latencies.mean }),
    ] + quantiles + [
      SeriesTrack(.latencyMax, merged.map { $0.latencies.maximum.map { Double($0) } })
    ]
  }

  private func tracks(
    _ bounds: [UInt64], _ parts: [[ServiceInterval]], slots: Int?
  ) -> [SeriesTrack] {
    func perTime(_ part: (ServiceInterval) -> UInt64) -> [Double] {
      (0..<(bounds.count - 1)).map { i in
        parts.reduce(0) { $0 + Double(part($1[i])) } / Double(bounds[i + 1] - bounds[i])
          / Double(parts.count)
      }
    }
    let busy = perTime(\.busyArea)
    return [
      SeriesTrack(.utilization, busy.map { level in slots.map { level / Double($0) } }),
      SeriesTrack(.queueLength, perTime(\.queueArea)),
      SeriesTrack(.shed, perTime(\.refused).map { $0 * 1e9 }),
    ]
  }
}

/// One interval of a workload over all replications.
private struct MergedInterval {
  var started: UInt64 = 0
  var failed: UInt64 = 0
  var ended: UInt64 = 0
  var present = 0.0
  /// Nanoseconds of all replications together.
  let time: Double
  let latencies: HistogramSnapshot

  init(_ parts: [WorkloadInterval], length: UInt64) {
    time = Double(length) * Double(parts.count)
    var merged = Histogram(.medium)
    for part in parts {
      started += part.started
      failed += part.failed
      ended += part.ended
      present += Double(part.presentArea)
      merged.merge(part.latencies)
    }
    latencies = HistogramSnapshot(merged)
  }

  /// Requests that began here and had no end when the run had.
  var unfinished: UInt64 { started - failed - latencies.count }

  func perSecond(_ count: UInt64) -> Double { Double(count) * 1e9 / time }
}
