import TailraceExperiment

extension ReportFile {
  /// The standard set of a search, `manifest.json` last.
  ///
  /// - Parameters:
  ///   - rows: what was tried.
  ///   - paths: what was varied.
  ///   - level: of the intervals.
  ///   - json: the answer for programs.
  ///   - text: the answer for people.
  ///   - scenario: the file that was searched.
  ///   - options: those of the command line that bear on results.
  ///   - version: of the program.
  /// - Returns: the files.
  /// - Throws: where the resolved scenario is not JSON.
  public static func planSet(
    _ rows: [ProbeRow], paths: [String], level: Double, json: String, text: String,
    scenario: ScenarioIdentity, options: [String: [String]], version: ToolVersion
  ) throws -> [ReportFile] {
    let files = [
      ReportFile(.probes, ReportTables.probes(rows, paths: paths, level: level)),
      ReportFile("summary.json", json), ReportFile("summary.txt", text),
    ]
    return try withReport(
      files,
      Manifest(
        version: version,
        subject: PlanSubject(
          scenario: rows.first?.result.scenario ?? "", variant: rows.first?.result.variant,
          scenarioSHA256: scenario.sha256,
          resolvedScenario: try JSONTree(parsing: scenario.resolvedJSON),
          inputs: scenario.inputs.isEmpty ? nil : scenario.inputs.map(FileJSON.init),
          seed: rows.first?.result.seed), options: options))
  }
}

/// What a search was made from, as its manifest says it.
private struct PlanSubject: Encodable {
  let scenario: String
  let variant: String?
  let scenarioSHA256: String
  let resolvedScenario: JSONTree
  /// Left out where there are none.
  let inputs: [FileJSON]?
  let seed: UInt64?

  private enum CodingKeys: String, CodingKey {
    case scenario, variant
    case scenarioSHA256 = "scenario_sha256"
    case resolvedScenario = "resolved_scenario"
    case inputs, seed
  }
}
