import TailraceExperiment
import TailraceTheory

/// A file of a report: its name in the output folder and its bytes.
public struct ReportFile: Sendable, Equatable {
  /// The name, without a folder.
  public var name: String
  /// What the file holds.
  public var contents: [UInt8]

  /// A file of text, in UTF-8.
  public init(_ name: String, _ text: String) {
    self.name = name
    contents = Array(text.utf8)
  }

  /// The standard set of one variant's run, `manifest.json` last.
  ///
  /// The order is the order in which the files should appear; `more` holds files made elsewhere.
  public static func standardSet(
    _ result: RunResult, scenario: ScenarioIdentity, options: [String: String],
    version: ToolVersion, timeUnit: TimeUnit? = nil, theory: TheoryReport? = nil,
    more: [ReportFile] = []
  ) throws -> [ReportFile] {
    var files = ReportTables.all([result]) + more
    files.append(ReportFile("summary.json", try SummaryJSON(result, theory: theory).text()))
    let text = SummaryText(result, timeUnit: timeUnit, theory: theory).text
    files.append(ReportFile("summary.txt", text))
    files.sort { $0.name < $1.name }
    let manifest = Manifest(
      version: version, scenario: scenario, result: result, options: options, files: files)
    files.append(ReportFile(Manifest.fileName, try manifest.text()))
    return files
  }
}
