import Tailrace
import TailraceCommandLine

/// Reads a scenario for a command; its mistakes go to standard error.
enum ScenarioFile {
  static func load(_ command: ParsedCommand) throws -> (SourceText, Scenario?) {
    try load(command.arguments[0], command)
  }

  /// Whether a word of the command line means a file rather than a word of the language.
  static func isPath(_ word: String) -> Bool {
    let endings = [".jsonc", ".json5", ".json", "/"]
    return word == "-" || word.contains("/") || endings.contains { word.hasSuffix($0) }
  }

  /// The variant that `--variant` names, else the first.
  static func variant(
    of scenario: Scenario, _ command: ParsedCommand
  ) throws(UsageError) -> Scenario.Variant {
    try variant(command.text("variant"), of: scenario, command)
  }

  /// The variant of a name, the first without one.
  static func variant(
    _ name: String?, of scenario: Scenario, _ command: ParsedCommand
  ) throws(UsageError) -> Scenario.Variant {
    if let variant = scenario.variant(name) { return variant }
    let names = scenario.variants.map(\.name)
    let near = NearestWord.hint(name ?? "", among: names)
    let all = names.count == 1 ? "is only \(names[0])" : "are \(names.joined(separator: ", "))"
    throw UsageError("no variant '\(name ?? "")'\(near); there \(all)", command: command.spec)
  }

  /// What messages call a file.
  static func name(of path: String) -> String { path == "-" ? "standard input" : path }

  static func load(_ path: String, _ command: ParsedCommand) throws -> (SourceText, Scenario?) {
    let name = name(of: path)
    let source = SourceText(name: name, bytes: try Streams.read(path))
    do throws(Scenario.Invalid) {
      return (
        source,
        try Scenario.load(
          source, settings: command.texts("set"), thresholds: command.texts("threshold"))
      )
    } catch {
      try report(error, name: name, command)
      return (source, nil)
    }
  }

  /// Tells all mistakes of a scenario.
  static func report(
    _ error: Scenario.Invalid, name: String, _ command: ParsedCommand
  ) throws(UsageError) {
    let style = Style.standardError(try command.choice("color"))
    let renderer = DiagnosticRenderer(usesColour: style.hasColor)
    Streams.printMessage(renderer.render(error.diagnostics, name: name))
  }
}
