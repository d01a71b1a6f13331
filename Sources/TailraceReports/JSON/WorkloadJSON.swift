import TailraceExperiment

/// A workload's part of the summary document.
struct WorkloadJSON: Encodable {
  let workload: WorkloadResult

  init(_ workload: WorkloadResult) {
    self.workload = workload
  }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(workload.name, forKey: .name)
    try document.encode(workload.isOpenLoop ? "open" : "closed", forKey: .loop)
    try document.encode(workload.requests, forKey: .requests)
    try document.encode(OutcomesJSON(workload: workload), forKey: .outcomes)
    try document.encode(workload.errors, forKey: .errors)
    try document.encode(Finite(workload.errorsShare), forKey: .errorsRatio)
    try document.encode(Finite(workload.share(of: .timeout)), forKey: .timeoutsRatio)
    try document.encode([Outcome.success, .degraded].map(\.word), forKey: .latencyOutcomes)
    try document.encode(latency(\.value, largest: workload.latencyMax), forKey: .latency)
    try document.encode(latency(\.halfWidth, largest: nil), forKey: .latencyInterval)
    try document.encode(workload.offered.finite(), forKey: .offered)
    try document.encode(workload.offered.finiteHalfWidth(), forKey: .offeredInterval)
    try document.encode(workload.goodput.finite(), forKey: .goodput)
    try document.encode(workload.goodput.finiteHalfWidth(), forKey: .goodputInterval)
    try document.encode(workload.inFlight.finite(), forKey: .inFlight)
    try document.encode(workload.inFlight.finiteHalfWidth(), forKey: .inFlightInterval)
    let parts = workload.subsets.map { ($0.word, $0.rows.map(PartJSON.init)) }
    try document.encode(Dictionary(uniqueKeysWithValues: parts), forKey: .breakdown)
    try document.encode(workload.bands.map(BandJSON.init), forKey: .bands)
  }

  private func latency(_ part: KeyPath<Estimate, Double?>, largest: UInt64?) -> NumberMap {
    var map = NumberMap()
    map.members.append(("mean", workload.latencyMean[keyPath: part].map { $0 / 1e6 }))
    for row in workload.quantiles {
      let value = row.latency[keyPath: part].map { $0 / 1e6 }
      map.members.append((DecimalText.percentile(row.quantile), value))
    }
    map.members.append(("max", largest.map { Double($0) / 1e6 }))
    return map
  }

  private enum Key: String, CodingKey {
    case name, loop, requests, outcomes, errors, breakdown
    case bands = "breakdown_bands"
    case errorsRatio = "errors_ratio"
    case timeoutsRatio = "timeouts_ratio"
    case latencyOutcomes = "latency_outcomes"
    case latency = "latency_ms"
    case latencyInterval = "latency_ms_ci95"
    case offered = "offered_per_s"
    case offeredInterval = "offered_per_s_ci95"
    case goodput = "goodput_per_s"
    case goodputInterval = "goodput_per_s_ci95"
    case inFlight = "in_flight_mean"
    case inFlightInterval = "in_flight_mean_ci95"
  }
}

/// Requests by outcome, every outcome named.
struct OutcomesJSON: Encodable {
  let workload: WorkloadResult

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: NumberMap.Key.self)
    for outcome in Outcome.allCases {
      try document.encode(workload.count(of: outcome), forKey: .init(outcome.word))
    }
  }
}

/// A part of the mean latency.
struct PartJSON: Encodable {
  let row: BreakdownRow

  init(_ row: BreakdownRow) {
    self.row = row
  }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(row.phase, forKey: .phase)
    try document.encode(row.entity, forKey: .entity)
    try document.encode(Finite(row.mean / 1e6), forKey: .mean)
    try document.encode(Finite(row.share), forKey: .share)
  }

  private enum Key: String, CodingKey {
    case phase, entity
    case mean = "mean_ms"
    case share = "share_ratio"
  }
}

/// The requests that a tail's parts are means of.
struct BandJSON: Encodable {
  let subset: String
  let start: Finite
  let requests: UInt64
  let mean: Finite

  init(_ band: BreakdownBand) {
    subset = band.subset
    start = Finite(Double(band.start) / 1e6)
    requests = band.requests
    mean = Finite(band.mean / 1e6)
  }

  private enum CodingKeys: String, CodingKey {
    case subset, requests
    case start = "from_ms"
    case mean = "mean_ms"
  }
}
