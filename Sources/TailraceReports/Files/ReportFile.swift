import TailraceDiagnosis
import TailraceExperiment
import TailraceTables
import TailraceTheory

/// A file of a report: its name in the output folder and its bytes.
public struct ReportFile: Sendable, Equatable {
  /// The name, without a folder.
  public var name: String
  /// What the file holds.
  public var contents: [UInt8]

  /// A file of bytes.
  public init(name: String, contents: [UInt8]) {
    self.name = name
    self.contents = contents
  }

  /// A file of text, in UTF-8.
  public init(_ name: String, _ text: String) {
    self.name = name
    contents = Array(text.utf8)
  }

  /// The standard set of one variant's run, `manifest.json` last.
  ///
  /// The order is the order in which the files should appear; `more` holds files made elsewhere.
  public static func standardSet(
    _ result: RunResult, scenario: ScenarioIdentity, options: [String: [String]],
    version: ToolVersion, timeUnit: TimeUnit? = nil, theory: TheoryReport? = nil,
    findings: [Finding]? = nil, topology: TopologyGraph? = nil, more: [ReportFile] = []
  ) throws -> [ReportFile] {
    var files = ReportTables.all([result]) + more
    let json = SummaryJSON(
      result, theory: theory, findings: findings, topology: topology)
    files.append(ReportFile("summary.json", try json.text()))
    let text = SummaryText(result, timeUnit: timeUnit, theory: theory, findings: findings).text
    files.append(ReportFile("summary.txt", text))
    files.sort { $0.name < $1.name }
    return try withReport(
      files,
      Manifest(version: version, subject: try RunJSON(scenario, result), options: options))
  }
}

extension ReportFile {
  /// The standard set of a comparison, `manifest.json` last; scenarios stand in the order of designs.
  public static func comparisonSet(
    _ result: ComparisonResult, scenarios: [ScenarioIdentity], options: [String: [String]],
    version: ToolVersion, timeUnit: TimeUnit? = nil, topologies: [TopologyGraph] = []
  ) throws -> [ReportFile] {
    var files = ComparisonTables.all(result)
    files.append(
      ReportFile("summary.json", try ComparisonJSON(result, topologies: topologies).text()))
    files.append(
      ReportFile("summary.txt", ComparisonText(result, timeUnit: timeUnit).text))
    files.sort { $0.name < $1.name }
    let designs = try zip(scenarios, result.designs).map { try RunJSON($0, $1) }
    return try withReport(
      files,
      Manifest(version: version, subject: DesignsJSON(designs: designs), options: options))
  }
}

extension ReportFile {
  /// SHA-256 in hexadecimal of texts, each closed off from the next.
  public static func digest(_ parts: [String]) -> String {
    HexText.of(SHA256.hash(parts.flatMap { Array($0.utf8) + [0] }))
  }

  /// The standard set of a sweep, `manifest.json` last; `plan` is the digest of all that bears on
  /// results.
  public static func sweepSet(
    _ csv: String, text: String, json: String, scenario: String, plan: String, points: Int,
    options: [String: [String]], version: ToolVersion
  ) throws -> [ReportFile] {
    let files = [
      ReportFile("summary.json", json), ReportFile("summary.txt", text),
      ReportFile(.sweep, csv),
    ]
    return try withReport(
      files,
      Manifest(
        version: version,
        subject: SweepJSON.Subject(scenario: scenario, plan: plan, points: points),
        options: options))
  }
}

extension SweepJSON {
  /// What a sweep was made from, as its manifest says it.
  struct Subject: Encodable {
    let scenario: String
    let plan: String
    let points: Int

    private enum CodingKeys: String, CodingKey {
      case scenario
      case plan = "plan_sha256"
      case points
    }
  }
}
