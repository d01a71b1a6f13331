import TailraceExperiment

/// What became of the wish for narrow intervals.
struct PrecisionJSON: Encodable {
  let wanted: Finite
  let isReached: Bool
  let widest: Finite
  let widestMeasure: String?
  let looks: Int

  init(_ report: PrecisionReport) {
    wanted = Finite(report.wanted.relative)
    isReached = report.isReached
    widest = Finite(report.widest?.relative)
    widestMeasure = report.widest.map {
      "\($0.name.entityKind) \($0.name.entity) \($0.name.metric) \($0.name.statistic.word)"
    }
    looks = report.looks
  }

  private enum CodingKeys: String, CodingKey {
    case wanted = "wanted_ratio"
    case isReached = "reached"
    case widest = "widest_ratio"
    case widestMeasure = "widest_measure"
    case looks
  }
}
