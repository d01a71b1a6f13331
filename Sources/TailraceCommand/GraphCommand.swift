import Tailrace
import TailraceCommandLine
import TailraceReports

/// `tailrace graph`: who calls whom, as text for other programs or as a picture.
enum GraphCommand {
  private enum Format: String, CaseIterable {
    case mermaid, dot, svg

    /// The format of a file by its ending; nil where that says none.
    init?(file: String) {
      let parts = (file.split(separator: "/").last ?? "").split(separator: ".")
      switch parts.count > 1 ? parts.last : nil {
      case "svg": self = .svg
      case "dot", "gv": self = .dot
      case "mmd", "mermaid", "md": self = .mermaid
      default: return nil
      }
    }
  }

  static func run(_ command: ParsedCommand) throws -> ExitCode {
    let output = command.text("output") ?? "-"
    let format = try format(of: output, command)
    guard let (title, graph) = try graph(command) else { return .invalidScenario }
    let text: String
    switch format {
    case .mermaid: text = graph.mermaid(title: title)
    case .dot: text = graph.dot(title: title)
    case .svg:
      do throws(TopologyGraph.TooLarge) {
        text = try graph.svg(title: title)
      } catch {
        Streams.printMessage("error: \(error.text); '--format dot' has no such limit\n")
        return .failure
      }
    }
    try FileSet.write(Array(text.utf8), to: output)
    ProgressLine.standardError(for: command).tellWritten()
    return .success
  }

  /// The format that was asked for, else that of the file's ending; a stream gets Mermaid.
  private static func format(of output: String, _ command: ParsedCommand) throws -> Format {
    if let format: Format = try command.choice("format") { return format }
    if output == "-" || output.hasPrefix("/dev/") { return .mermaid }
    guard let format = Format(file: output) else {
      throw UsageError(
        "'\(output)' says no format: end it in .svg, .dot, .gv, .mmd or .md, or give '--format'",
        command: command.spec)
    }
    return format
  }

  /// The graph with its title; nil where the scenario is not valid.
  private static func graph(_ command: ParsedCommand) throws -> (String, TopologyGraph)? {
    let measured = try command.text("results").map(saved)
    guard !command.arguments.isEmpty else {
      guard let measured else {
        throw UsageError("needs a scenario or '--results DIR'", command: command.spec)
      }
      if command.has("set") || command.has("variant") {
        throw UsageError(
          "'--set' and '--variant' need a scenario; '--results' is as it was run",
          command: command.spec)
      }
      return measured
    }
    let (_, scenario) = try ScenarioFile.load(command)
    guard let scenario else { return nil }
    let variant = try ScenarioFile.variant(of: scenario, command)
    let graph = TopologyGraph(variant.experiment(of: scenario).topology)
    guard let measured else { return ("\(scenario.name) · \(variant.name)", graph) }
    guard measured.graph.structure == graph else {
      throw UsageError(
        "the results are of '\(measured.title)', another topology than"
          + " '\(scenario.name) · \(variant.name)'", command: command.spec)
    }
    return measured
  }

  /// What a run's folder holds.
  private static func saved(_ folder: String) throws -> (title: String, graph: TopologyGraph) {
    let path = folder + "/summary.json"
    let bytes = try Streams.read(path)
    do throws(SavedRun.Mistake) {
      return try TopologyGraph.saved(summary: bytes)
    } catch {
      throw FileError("read", path, cause: error.text)
    }
  }
}
