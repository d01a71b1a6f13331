/// A sweep for programs: made from the rows of `sweep.csv`, so both say the same.
struct SweepJSON: Encodable {
  let schemaVersion = SummaryJSON.schemaVersion
  let scenario: String
  let parameters: [String]
  let points: [SweepPointJSON]

  private enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case scenario, parameters, points
  }
}

/// A point: its variant, the values of its parameters in their order, and its numbers.
struct SweepPointJSON: Encodable {
  let variant: String
  let values: [String]
  let warmUp: Finite
  let status: String
  let rows: [Row]

  init(cells: [[String]], parameters: Int) {
    let first = cells.first ?? []
    func cell(_ row: [String], _ place: Int) -> String { place < row.count ? row[place] : "" }
    let at = 4 + 2 * parameters
    variant = cell(first, 1)
    values = (0..<parameters).map { cell(first, 5 + 2 * $0) }
    warmUp = Finite(Double(cell(first, at)))
    status = cell(first, at + 1)
    rows = cells.compactMap { row in
      if cell(row, at + 2).isEmpty { return nil }
      return Row(
        entityKind: cell(row, at + 2), entity: cell(row, at + 3), metric: cell(row, at + 4),
        statistic: cell(row, at + 5), unit: cell(row, at + 6),
        value: Finite(Double(cell(row, at + 7))), low: Finite(Double(cell(row, at + 8))),
        high: Finite(Double(cell(row, at + 9))))
    }
  }

  struct Row: Encodable {
    let entityKind: String
    let entity: String
    let metric: String
    let statistic: String
    let unit: String
    let value: Finite
    let low: Finite
    let high: Finite

    private enum CodingKeys: String, CodingKey {
      case entityKind = "entity_kind"
      case entity, metric, statistic, unit, value
      case low = "ci95_low"
      case high = "ci95_high"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case variant, values, status, rows
    case warmUp = "warm_up_s"
  }
}
