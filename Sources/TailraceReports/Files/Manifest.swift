import TailraceCatalog
import TailraceExperiment
import TailraceTables

/// The program that wrote a folder of results.
public struct ToolVersion: Sendable, Equatable {
  /// The version of the program.
  public var tool: String
  /// The version of the scenario format that it reads.
  public var format: Int

  /// The versions of a program and of its scenario format.
  public init(tool: String, format: Int) {
    self.tool = tool
    self.format = format
  }
}

/// The scenario behind a folder of results.
public struct ScenarioIdentity: Sendable, Equatable {
  /// SHA-256 of the file's bytes, in hexadecimal.
  public var sha256: String
  /// The scenario with defaults, variant and overrides applied, as JSON.
  public var resolvedJSON: String

  /// Other files that it reads, such as traces.
  public var inputs: [NamedFile]

  /// The identity of a scenario file and of what was made of it.
  public init(source: [UInt8], resolvedJSON: String, inputs: [NamedFile] = []) {
    sha256 = HexText.of(SHA256.hash(source))
    self.resolvedJSON = resolvedJSON
    self.inputs = inputs
  }
}

/// What a folder of results holds and how to make it again; equal runs give equal bytes.
public struct Manifest: Sendable {
  /// The name of the file.
  public static let fileName = "manifest.json"
  /// The version of the document's shape.
  public static let schemaVersion = 1

  /// The program.
  public var version: ToolVersion
  /// The scenario.
  public var scenario: ScenarioIdentity
  /// The run: seed, replications and warm-up come from it.
  public var result: RunResult
  /// Options that bear on results, by long name; never `-j`, `-o`, colour or a path.
  public var options: [String: [String]]
  /// The other files of the folder.
  public var files: [ReportFile]
  /// The other designs of a comparison; empty for a run.
  public var others: [(scenario: ScenarioIdentity, result: RunResult)] = []

  /// A manifest of the files of one run.
  public init(
    version: ToolVersion, scenario: ScenarioIdentity, result: RunResult,
    options: [String: [String]], files: [ReportFile]
  ) {
    self.version = version
    self.scenario = scenario
    self.result = result
    self.options = options
    self.files = files
  }

  /// The document; fails where the resolved scenario is not JSON.
  public func text() throws -> String {
    let files = files.sorted { $0.name < $1.name }.map(FileJSON.init)
    if !others.isEmpty {
      return try JSONText.of(
        ComparisonManifestJSON(
          tool: "tailrace", toolVersion: version.tool, formatVersion: version.format,
          designs: try ([(scenario, result)] + others).map(RunJSON.init), options: options,
          files: files))
    }
    let document = ManifestJSON(
      tool: "tailrace", toolVersion: version.tool, formatVersion: version.format,
      run: try RunJSON(scenario, result), options: options, files: files)
    return try JSONText.of(document)
  }
}

private struct ManifestJSON: Encodable {
  let tool: String
  let toolVersion: String
  let formatVersion: Int
  let run: RunJSON
  let options: [String: [String]]
  let files: [FileJSON]

  func encode(to encoder: any Encoder) throws {
    try run.encode(to: encoder)
    var document = encoder.container(keyedBy: ManifestKey.self)
    try document.encode(Manifest.schemaVersion, forKey: .schemaVersion)
    try document.encode(tool, forKey: .tool)
    try document.encode(toolVersion, forKey: .toolVersion)
    try document.encode(formatVersion, forKey: .formatVersion)
    try document.encode(options, forKey: .options)
    try document.encode(files, forKey: .files)
  }
}

private struct ComparisonManifestJSON: Encodable {
  let schemaVersion = Manifest.schemaVersion
  let tool: String
  let toolVersion: String
  let formatVersion: Int
  let designs: [RunJSON]
  let options: [String: [String]]
  let files: [FileJSON]

  typealias CodingKeys = ManifestKey
}

private enum ManifestKey: String, CodingKey {
  case schemaVersion = "schema_version"
  case tool
  case toolVersion = "tool_version"
  case formatVersion = "format_version"
  case designs, options, files
}

/// What one run was made from and how it went.
private struct RunJSON: Encodable {
  let scenario: String
  let variant: String
  let scenarioSHA256: String
  let resolvedScenario: JSONTree
  /// Left out where there are none.
  let inputs: [FileJSON]?
  let seed: UInt64
  let replications: Int
  let partial: Bool
  let warmUp: Double
  let warmUpRule: String
  let digest: String

  init(_ identity: ScenarioIdentity, _ result: RunResult) throws {
    scenario = result.scenario
    variant = result.variant
    scenarioSHA256 = identity.sha256
    resolvedScenario = try JSONTree(parsing: identity.resolvedJSON)
    inputs = identity.inputs.isEmpty ? nil : identity.inputs.map(FileJSON.init)
    seed = result.seed
    replications = result.replications
    partial = result.cutShort != nil
    warmUp = Double(result.warmUp) / 1e9
    warmUpRule = result.warmUpRule.rawValue
    digest = HexText.of(result.digest)
  }

  enum CodingKeys: String, CodingKey {
    case scenario, variant
    case scenarioSHA256 = "scenario_sha256"
    case resolvedScenario = "resolved_scenario"
    case inputs, seed, replications, partial
    case warmUp = "warm_up_s"
    case warmUpRule = "warm_up_rule"
    case digest
  }
}

struct FileJSON: Encodable {
  let name: String
  let bytes: Int
  let sha256: String

  init(_ file: NamedFile) {
    name = file.path
    bytes = file.byteCount
    sha256 = HexText.of(file.sha256)
  }

  init(_ file: ReportFile) {
    name = file.name
    bytes = file.contents.count
    sha256 = HexText.of(SHA256.hash(file.contents))
  }
}
