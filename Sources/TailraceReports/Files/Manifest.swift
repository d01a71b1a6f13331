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
public struct Manifest {
  /// The name of the file.
  public static let fileName = "manifest.json"
  /// The version of the document's shape: 2 has the values of `options` as lists.
  public static let schemaVersion = 2

  /// The program.
  let version: ToolVersion
  /// What was done: its members stand beside those that all manifests have.
  let subject: any Encodable
  /// Options that bear on results, by long name; never `-j`, `-o`, colour or a path.
  let options: [String: [String]]

  /// The document about these files; fails where it is no JSON.
  func text(_ files: [ReportFile]) throws -> String {
    try JSONText.of(Document(manifest: self, files: files.map(FileJSON.init)))
  }

  /// Why a manifest with these members is not read; nil where it is.
  static func mistake(tool: String?, schemaVersion: Double?) -> String? {
    guard tool == "tailrace", let schemaVersion else { return "not written by tailrace" }
    if schemaVersion == Double(Self.schemaVersion) { return nil }
    let found =
      (1..<1_000_000).contains(schemaVersion)
      ? DecimalText.fixed(schemaVersion, decimals: 0) : "another"
    return "its schema_version is \(found), and this program reads \(Self.schemaVersion): "
      + "run the scenario again"
  }

  private struct Document: Encodable {
    let manifest: Manifest
    let files: [FileJSON]

    func encode(to encoder: any Encoder) throws {
      try manifest.subject.encode(to: encoder)
      var document = encoder.container(keyedBy: Key.self)
      try document.encode(Manifest.schemaVersion, forKey: .schemaVersion)
      try document.encode("tailrace", forKey: .tool)
      try document.encode(manifest.version.tool, forKey: .toolVersion)
      try document.encode(manifest.version.format, forKey: .formatVersion)
      try document.encode(manifest.options, forKey: .options)
      try document.encode(files, forKey: .files)
    }
  }

  private enum Key: String, CodingKey {
    case schemaVersion = "schema_version"
    case tool
    case toolVersion = "tool_version"
    case formatVersion = "format_version"
    case options, files
  }
}

/// What the designs of a comparison were made from.
struct DesignsJSON: Encodable {
  let designs: [RunJSON]
}

/// What one run was made from and how it went.
struct RunJSON: Encodable {
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
