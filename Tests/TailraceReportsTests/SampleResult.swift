import TailraceExperiment

/// A made-up run: ten replications of a cache before a database.
func sampleResult(
  replications: Int = 10, cutShort: CutShort? = nil, factor: Double = 1, failures: UInt64 = 0,
  down: [UInt64] = [0, 0]
) -> RunResult {
  func estimate(_ value: Double?, _ width: Double) -> Estimate {
    Estimate(
      value: value, halfWidth: replications > 1 && value != nil ? width : nil,
      perReplication: Array(repeating: value, count: replications))
  }
  func time(_ milliseconds: Double?, _ width: Double) -> Estimate {
    estimate(milliseconds.map { ($0 * 1e6 * factor).rounded() }, width * 1e6 * factor)
  }
  let latencies: [(Double, Double?, Double)] = [
    (0.5, 1.745123, 0.003), (0.9, 27.21, 0.1), (0.95, 41.18, 0.2), (0.99, 82.04, 0.61),
    (0.999, 165.6, 1.1), (0.9999, nil, 12),
  ]
  let requests: UInt64 = 2_400_010
  let browse = WorkloadResult(
    name: "browse", isOpenLoop: true,
    outcomes: [requests - failures, 0, 0, 0, failures, 0, 0, 0, 0], requests: requests,
    latencyMean: time(9.0012, 0.04), answered: Array(repeating: 240_001, count: replications),
    quantiles: latencies.map { QuantileEstimate(quantile: $0.0, latency: time($0.1, $0.2)) },
    latencyMax: UInt64(808.25e6 * factor), offered: estimate(2000.008, 3.4),
    goodput: estimate(2000.008, 3.4), inFlight: estimate(18.0, 0.1),
    histogram: [HistogramRow(low: 1_000_000, high: 1_000_999, count: 7)],
    breakdown: [
      BreakdownRow(phase: "work", entity: "web", mean: 1e6, share: 0.1112),
      BreakdownRow(phase: "work", entity: "db", mean: 7.6e6, share: 0.8444),
      BreakdownRow(phase: "back_off", entity: "", mean: 0.4e6, share: 0.0444),
    ])
  let rows = (0..<replications).flatMap { replication in
    (0..<2).map { replica in
      ReplicaRow(
        replication: replication, shard: 0, replica: replica, requests: 100, errors: 2, shed: 0,
        utilization: 0.25, queueMean: 0.5, queueMax: 7, waitMean: 2e5, waitP99: 3e6,
        busy: 1_500_000_000, downTime: down[replica], down: Double(down[replica]) / 120e9)
    }
  }
  let services = [("db", 16), ("web", nil as Int?)].map { name, slots in
    ServiceResult(
      name: name, shards: 1, replicas: 2, slots: slots,
      utilization: estimate(slots == nil ? nil : 0.237, 0.001), queueMean: estimate(0.0123, 0.002),
      queueMax: 7, waitP99: time(3.25, 0.2), waitMean: time(0.2, 0.01), requests: 2000, errors: 40,
      shed: 0, down: estimate(name == "db" ? Double(down[0] + down[1]) / 240e9 : 0, 0.001),
      rows: name == "db" ? rows : [])
  }
  var result = RunResult(
    scenario: "cache-vs-no-cache", variant: "cache", seed: 7, replications: replications,
    replicationsPlanned: 10, duration: 180_000_000_000, warmUp: 60_000_000_000,
    warmUpRule: .given, cutShort: cutShort, workloads: [browse], services: services,
    digest: 0x00ab_cdef_0123_4567)
  result.measuredTime = 120_000_000_000 * UInt64(replications)
  result.details.series = TimeSeries(
    bounds: [0, 1_500_000_000, 2_000_000_000],
    entities: [
      SeriesEntity(
        kind: "workload", name: "browse",
        tracks: [
          SeriesTrack(.offered, [2000.5, 1999]),
          SeriesTrack(.latency(quantile: 0.99), [82e6, nil]),
        ])
    ])
  result.details.series?.latencies = [
    LatencySeries(
      workload: "browse",
      intervals: [
        [HistogramRow(low: 1_000_000, high: 1_249_999, count: 7)],
        [HistogramRow(low: 80_000_000, high: 99_999_999, count: 2)],
      ])
  ]
  result.details.series?.replicas = [
    ReplicaSeries(
      service: "db", shard: 0, replica: 1, utilization: [0.25, nil], busy: [4, 0], queue: [0.5, 0])
  ]
  result.details.calls = (0..<replications).map {
    CallRow(
      replication: $0, from: "web", to: "db", calls: 2000, timeouts: 3, errors: 40,
      latencyP50: 1_500_000, latencyP99: nil)
  }
  result.details.requests = [
    RequestRow(
      replication: 0, workload: "browse", id: "812345", arrived: 1_000_000_000,
      finished: 1_009_000_000, outcome: .success, queue: 2_000_000, work: 6_500_000,
      network: 500_000, criticalService: "db"),
    RequestRow(
      replication: 0, workload: "browse", id: "812346", arrived: 1_000_000_500, finished: nil,
      outcome: .unfinished, queue: 0, work: 0, network: 0, criticalService: nil),
  ]
  return result
}
