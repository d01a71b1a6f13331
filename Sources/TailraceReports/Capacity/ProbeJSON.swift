import TailraceExperiment

/// A design that a search tried, in documents.
struct ProbeJSON: Encodable {
  /// Of a search over one number.
  let value: Double?
  /// Of a search over a grid: by path.
  let values: [String: String]?
  let replications: Int
  let status: String
  let judgement: String
  let costPerHour: Finite?
  let thresholds: [RowJSON]

  init(_ row: ProbeRow, value: Double? = nil, values: [String: String]? = nil) {
    self.value = value
    self.values = values
    replications = row.result.replications
    status = row.result.status
    judgement = row.judgement.rawValue
    costPerHour = row.result.costs?.total.finite()
    thresholds = row.thresholds.map(RowJSON.init)
  }

  private enum CodingKeys: String, CodingKey {
    case value, values, replications, status, judgement
    case costPerHour = "cost_per_hour"
    case thresholds
  }

  struct RowJSON: Encodable {
    let metric: String
    let condition: String
    let statistic: String
    let measured: Finite
    let interval: Finite
    let bound: Finite
    let judgement: String

    init(_ row: JudgedThreshold) {
      metric = row.threshold.name
      condition = row.threshold.condition
      statistic = row.isShareAbove ? "share_above" : "value"
      measured = Finite(row.measured.value)
      interval = Finite(row.measured.halfWidth)
      bound = Finite(row.bound)
      judgement = row.judgement.rawValue
    }

    private enum CodingKeys: String, CodingKey {
      case metric, condition, statistic, measured, bound, judgement
      case interval = "half_width"
    }
  }
}
