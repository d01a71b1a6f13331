import TailraceExperiment
import TailraceTheory

/// Theory's part of the summary document.
struct TheoryJSON: Encodable {
  let report: TheoryReport

  init(_ report: TheoryReport) { self.report = report }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(report.rows.map(Row.init), forKey: .rows)
    try document.encode(report.gaps.map(Gap.init), forKey: .gaps)
    try document.encode(report.notes, forKey: .notes)
  }

  private enum Key: String, CodingKey { case rows, gaps, notes }

  private struct Row: Encodable {
    let row: TheoryRow

    init(_ row: TheoryRow) { self.row = row }

    func encode(to encoder: any Encoder) throws {
      var document = encoder.container(keyedBy: Key.self)
      try document.encode(row.entity.rawValue, forKey: .entity)
      try document.encode(row.name, forKey: .name)
      try document.encode(row.metric, forKey: .metric)
      try document.encode(row.statistic, forKey: .statistic)
      try document.encode(row.fileUnit, forKey: .unit)
      try document.encode(row.formula, forKey: .formula)
      try document.encode(row.source, forKey: .source)
      try document.encode(row.kind.rawValue, forKey: .kind)
      try document.encode(Finite(row.theory / row.scale), forKey: .theory)
      try document.encode(row.simulated.finite(per: row.scale), forKey: .simulated)
      try document.encode(row.simulated.finiteHalfWidth(per: row.scale), forKey: .interval)
      try document.encode(Finite(row.deviation), forKey: .deviation)
      try document.encode(row.verdict.rawValue, forKey: .verdict)
      try document.encode(row.basis, forKey: .basis)
    }

    private enum Key: String, CodingKey {
      case entity, name, metric, statistic, unit, formula, source, kind, theory, simulated
      case interval = "simulated_ci95"
      case deviation = "deviation_ratio"
      case verdict, basis
    }
  }

  private struct Gap: Encodable {
    let gap: TheoryGap

    init(_ gap: TheoryGap) { self.gap = gap }

    func encode(to encoder: any Encoder) throws {
      var document = encoder.container(keyedBy: Key.self)
      try document.encode(gap.entity.rawValue, forKey: .entity)
      try document.encode(gap.name, forKey: .name)
      try document.encode(gap.formula, forKey: .formula)
      try document.encode(gap.reason, forKey: .reason)
      try document.encode(gap.isNearest, forKey: .isNearest)
    }

    private enum Key: String, CodingKey {
      case entity, name, formula, reason
      case isNearest = "nearest"
    }
  }
}

extension TheoryRow {
  /// The unit's name in files.
  fileprivate var fileUnit: String {
    switch unit {
    case .time: Measure.Unit.time.rawValue
    case .share: Measure.Unit.ratio.rawValue
    case .perSecond: Measure.Unit.perSecond.rawValue
    case .number: Measure.Unit.count.rawValue
    }
  }

  fileprivate var scale: Double { unit == .time ? 1e6 : 1 }
}

/// The document of `tailrace check`: whose run it was, and theory beside it.
public struct CheckJSON: Encodable {
  let result: RunResult
  let report: TheoryReport

  public init(_ result: RunResult, _ report: TheoryReport) {
    (self.result, self.report) = (result, report)
  }

  /// The document, with a line break at its end.
  public func text() throws -> String { try JSONText.of(self) }

  public func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(SummaryJSON.schemaVersion, forKey: .schemaVersion)
    try document.encode(result.scenario, forKey: .scenario)
    try document.encode(result.variant, forKey: .variant)
    try document.encode(result.seed, forKey: .seed)
    try document.encode(result.replications, forKey: .replications)
    try document.encode(result.cutShort != nil, forKey: .partial)
    try document.encode(HexText.of(result.digest), forKey: .digest)
    try document.encode(TheoryJSON(report), forKey: .theory)
  }

  private enum Key: String, CodingKey {
    case schemaVersion = "schema_version"
    case scenario, variant, seed, replications, partial, digest, theory
  }
}
