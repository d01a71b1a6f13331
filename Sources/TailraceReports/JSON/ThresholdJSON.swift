import TailraceExperiment

/// A threshold's part of the summary document.
struct ThresholdJSON: Encodable {
  let row: ThresholdResult

  init(_ row: ThresholdResult) { self.row = row }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(row.threshold.metric.name, forKey: .metric)
    try document.encode(row.threshold.selector, forKey: .selector)
    try document.encode(row.threshold.condition, forKey: .condition)
    try document.encode(Finite(row.fileValue), forKey: .measured)
    try document.encode(row.threshold.metric.unit.fileName, forKey: .unit)
    try document.encode(row.status.rawValue, forKey: .status)
  }

  private enum Key: String, CodingKey {
    case metric, selector, condition, measured, unit, status
  }
}
