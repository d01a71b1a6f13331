import TailraceExperiment

/// The machine's summary of a comparison, in the names of the CSV columns.
public struct ComparisonJSON: Encodable {
  let result: ComparisonResult
  let topologies: [TopologyGraph]

  /// A document about designs that were compared, with their topologies where they are known.
  public init(_ result: ComparisonResult, topologies: [TopologyGraph] = []) {
    self.result = result
    self.topologies = topologies
  }

  /// The document, with a line break at its end.
  public func text() throws -> String { try JSONText.of(self) }

  /// Writes the members; what is missing is written as null.
  public func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(SummaryJSON.schemaVersion, forKey: .schemaVersion)
    try document.encode(result.names[0], forKey: .base)
    try document.encode(result.isPaired, forKey: .paired)
    let lonely = result.contrasts.filter(\.lonely.areOnBothSides).map { contrast in
      LonelyJSON(against: result.names[contrast.against], contrast.lonely)
    }
    if !lonely.isEmpty { try document.encode(lonely, forKey: .lonely) }
    try document.encode(ComparisonResult.level, forKey: .level)
    try document.encode(result.cutShort != nil, forKey: .partial)
    if let precision = result.precision {
      try document.encode(PrecisionJSON(precision), forKey: .precision)
    }
    try document.encode(result.contrasts.flatMap(rows), forKey: .rows)
    let pairs = result.contrasts.flatMap { contrast in
      contrast.requests.map { PairsJSON(against: result.names[contrast.against], pairs: $0) }
    }
    try document.encode(pairs, forKey: .pairedRequests)
    let limits = result.contrasts.flatMap { contrast in
      contrast.limits.map { LimitJSON(against: result.names[contrast.against], $0) }
    }
    if !limits.isEmpty { try document.encode(limits, forKey: .failIf) }
    let text = ComparisonText(result)
    try document.encode(result.contrasts.flatMap(text.verdictLines), forKey: .verdict)
    let designs = zip(result.names, result.designs).enumerated().map { place, design in
      var named = design.1
      named.variant = design.0
      return SummaryJSON(named, topology: place < topologies.count ? topologies[place] : nil)
    }
    try document.encode(designs, forKey: .designs)
  }

  private func rows(_ contrast: Contrast) -> [RowJSON] {
    contrast.rows.map { RowJSON(against: result.names[contrast.against], row: $0) }
  }

  private enum Key: String, CodingKey {
    case schemaVersion = "schema_version"
    case base, paired, level, partial, precision, verdict, rows, designs
    case pairedRequests = "paired_requests"
    case failIf = "fail_if"
    case lonely = "services_without_partner"
  }
}

private struct LonelyJSON: Encodable {
  let variant: String
  let ofBase: [String]
  let own: [String]

  init(against: String, _ services: LonelyServices) {
    variant = against
    ofBase = services.base
    own = services.against
  }

  private enum CodingKeys: String, CodingKey {
    case variant
    case ofBase = "base_services"
    case own = "services"
  }
}

private struct RowJSON: Encodable {
  let against: String
  let row: ContrastRow

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    let (measure, change) = (row.measure, row.change)
    let scale = measure.unit == .time ? 1e6 : 1.0
    try document.encode(against, forKey: .variant)
    try document.encode(measure.name.entityKind, forKey: .entityKind)
    try document.encode(measure.name.entity, forKey: .entity)
    try document.encode(measure.name.metric, forKey: .metric)
    try document.encode(measure.name.statistic.word, forKey: .statistic)
    try document.encode(measure.unit.rawValue, forKey: .unit)
    try document.encode(row.base.finite(per: scale), forKey: .base)
    try document.encode(row.against.finite(per: scale), forKey: .against)
    try document.encode(row.base.finiteHalfWidth(per: scale), forKey: .baseInterval)
    try document.encode(row.against.finiteHalfWidth(per: scale), forKey: .againstInterval)
    try document.encode(Finite(change.difference.map { $0 / scale }), forKey: .difference)
    try document.encode(
      [change.low, change.high].map { Finite($0.map { $0 / scale }) }, forKey: .differenceInterval)
    try document.encode(Finite(change.ratio), forKey: .change)
    let ends = [change.ratioLow, change.ratioHigh].compactMap { $0 }.sorted()
    try document.encode(
      ends.count == 2 ? ends.map(Finite.init) : [Finite(nil), Finite(nil)],
      forKey: .changeInterval)
    try document.encode(Finite(change.p), forKey: .p)
    try document.encode(Finite(change.pHolm), forKey: .pHolm)
    try document.encode(change.verdict.rawValue, forKey: .verdict)
    try document.encode(change.count, forKey: .count)
    try document.encode(Finite(change.correlation), forKey: .correlation)
    try document.encode(Finite(change.widthRatio), forKey: .widthRatio)
    try document.encode(measure.isHeadline, forKey: .headline)
  }

  private enum Key: String, CodingKey {
    case variant, entity, metric, statistic, unit, base, against, difference, verdict
    case correlation, headline
    case entityKind = "entity_kind"
    case baseInterval = "base_ci95"
    case againstInterval = "against_ci95"
    case differenceInterval = "difference_ci"
    case change = "change_ratio"
    case changeInterval = "change_ci"
    case p = "p_value"
    case pHolm = "p_holm"
    case count = "n_pairs"
    case widthRatio = "width_ratio"
  }
}

private struct PairsJSON: Encodable {
  let against: String
  let pairs: PairedRequests

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(against, forKey: .variant)
    try document.encode(pairs.workload, forKey: .workload)
    try document.encode(pairs.count, forKey: .count)
    try document.encode(pairs.oneIn, forKey: .oneIn)
    try document.encode(pairs.slower, forKey: .slower)
    try document.encode(pairs.faster, forKey: .faster)
    try document.encode(pairs.onlyBase.count, forKey: .onlyBase)
    try document.encode(pairs.onlyAgainst.count, forKey: .onlyAgainst)
    var differences = NumberMap()
    differences.members.append(("mean", pairs.difference.value.map { $0 / 1e6 }))
    for row in pairs.quantiles {
      differences.members.append(
        (DecimalText.percentile(row.quantile), row.difference.map { $0 / 1e6 }))
    }
    try document.encode(differences, forKey: .difference)
    try document.encode(pairs.difference.finiteHalfWidth(per: 1e6), forKey: .differenceInterval)
    try document.encode(pairs.parts.map(MovedJSON.init), forKey: .moved)
  }

  private enum Key: String, CodingKey {
    case variant, workload, slower, faster, moved
    case count = "served_by_both"
    case oneIn = "one_in"
    case onlyBase = "served_by_base_only"
    case onlyAgainst = "served_by_other_only"
    case difference = "difference_ms"
    case differenceInterval = "difference_mean_ms_ci95"
  }
}

private struct MovedJSON: Encodable {
  let phase: String
  let entity: String
  let base: Finite
  let against: Finite
  let difference: Finite

  init(_ part: PairedRequests.MovedTime) {
    phase = part.phase
    entity = part.entity
    base = Finite(part.base / 1e6)
    against = Finite(part.against / 1e6)
    difference = Finite(part.difference / 1e6)
  }

  private enum CodingKeys: String, CodingKey {
    case phase, entity
    case base = "base_mean_ms"
    case against = "mean_ms"
    case difference = "difference_mean_ms"
  }
}

private struct LimitJSON: Encodable {
  let variant: String
  let condition: String
  let change: Finite
  let status: String

  init(against: String, _ result: ChangeLimitResult) {
    variant = against
    condition = result.limit.text
    change = Finite(result.change.ratio)
    status = result.status.rawValue
  }

  private enum CodingKeys: String, CodingKey {
    case variant, condition, status
    case change = "change_ratio"
  }
}
