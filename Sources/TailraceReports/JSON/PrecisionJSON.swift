import TailraceExperiment

/// What became of the wish for narrow intervals.
struct PrecisionJSON: Encodable {
  let wanted: Finite
  let isReached: Bool
  let widest: Finite
  let widestMeasure: String?
  let looks: Int
  let known: [String]?
  let controlled: [ControlledJSON]?

  init(_ report: PrecisionReport) {
    wanted = Finite(report.wanted.relative)
    isReached = report.isReached
    widest = Finite(report.widest?.relative)
    widestMeasure = report.widest.map {
      "\($0.name.entityKind) \($0.name.entity) \($0.name.metric) \($0.name.statistic.word)"
    }
    looks = report.looks
    known = report.controls?.controls
    controlled = report.controls?.rows.map(ControlledJSON.init)
  }

  struct ControlledJSON: Encodable {
    let workload: String
    let statistic: String
    let value: Finite
    let halfWidth: Finite
    let plainHalfWidth: Finite
    let gain: Finite

    init(_ row: ControlReport.Row) {
      workload = row.name.entity
      statistic = row.name.statistic.word
      value = Finite(row.controlled.mean / 1e6)
      halfWidth = Finite(row.controlled.halfWidth / 1e6)
      plainHalfWidth = Finite(row.plain.halfWidth.map { $0 / 1e6 })
      gain = Finite(row.gain)
    }

    private enum CodingKeys: String, CodingKey {
      case workload, statistic
      case value = "value_ms"
      case halfWidth = "half_width_ms"
      case plainHalfWidth = "plain_half_width_ms"
      case gain = "replications_ratio"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case wanted = "wanted_ratio"
    case isReached = "reached"
    case widest = "widest_ratio"
    case widestMeasure = "widest_measure"
    case looks
    case known = "known_means"
    case controlled = "control_variates"
  }
}
