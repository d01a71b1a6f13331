import TailraceExperiment

/// The answer of a capacity search for programs.
public struct CapacityJSON: Encodable {
  let answer: CapacitySearch.Answer
  let path: String
  let unit: String

  /// A document about a search over numbers that are written with a unit.
  public init(_ answer: CapacitySearch.Answer, path: String, unit: String) {
    self.answer = answer
    self.path = path
    self.unit = unit
  }

  /// The document, with a line break at its end.
  public func text() throws -> String { try JSONText.of(self) }

  /// Writes the members; what is missing is written as null.
  public func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(SummaryJSON.schemaVersion, forKey: .schemaVersion)
    try document.encode(answer.goal == .largest ? "largest" : "least", forKey: .goal)
    try document.encode(answer.confidence, forKey: .confidence)
    try document.encode(answer.isCutShort, forKey: .partial)
    try document.encode(
      KneeJSON(
        path: path, unit: unit, pass: Finite(answer.meets?.value),
        fail: Finite(answer.fails?.value)), forKey: .knee)
    try document.encode(
      answer.probes.map { ProbeJSON(ProbeRow($0, label: ""), value: $0.value) }, forKey: .probes)
  }

  private enum Key: String, CodingKey {
    case schemaVersion = "schema_version"
    case goal, confidence, partial, knee, probes
  }
}

private struct KneeJSON: Encodable {
  let path: String
  let unit: String
  let pass: Finite
  let fail: Finite
}
