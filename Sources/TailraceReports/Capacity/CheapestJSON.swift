import TailraceExperiment

/// The answer of a search for the cheapest design, for programs.
public struct CheapestJSON: Encodable {
  let answer: CheapestSearch.Answer
  let rows: [ProbeRow]
  let paths: [String]

  /// A document about a search; `rows` are its probes, `paths` what their values stand at.
  public init(_ answer: CheapestSearch.Answer, rows: [ProbeRow], paths: [String]) {
    self.answer = answer
    self.rows = rows
    self.paths = paths
  }

  /// The document, with a line break at its end.
  public func text() throws -> String { try JSONText.of(self) }

  /// Writes the members; what is missing is written as null.
  public func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(SummaryJSON.schemaVersion, forKey: .schemaVersion)
    try document.encode("cheapest", forKey: .goal)
    try document.encode(answer.confidence, forKey: .confidence)
    try document.encode(answer.isCutShort, forKey: .partial)
    try document.encode(answer.candidates, forKey: .designs)
    try document.encode(answer.smaller, forKey: .smaller)
    try document.encode(answer.dearer, forKey: .dearer)
    let probes = zip(answer.probes, rows).map { probe, row in
      (
        probe.candidate,
        ProbeJSON(row, values: Dictionary(uniqueKeysWithValues: zip(paths, row.values)))
      )
    }
    let best = probes.first { $0.0 == answer.best?.candidate }?.1
    try document.encode(best, forKey: .cheapest)
    try document.encode(probes.map(\.1), forKey: .probes)
  }

  private enum Key: String, CodingKey {
    case schemaVersion = "schema_version"
    case goal, confidence, partial, designs
    case smaller = "smaller_than_failing"
    case dearer = "dearer_than_cheapest"
    case cheapest, probes
  }
}
