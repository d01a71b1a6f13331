import Tailrace
import TailraceCommandLine

/// `tailrace validate`: everything `run` checks, for several files.
enum ValidateCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    var isValid = true
    for path in command.arguments {
      if command.has("json") {
        isValid = try describe(path, command) && isValid
        continue
      }
      let (_, scenario) = try ScenarioFile.load(path, command)
      guard let scenario else {
        isValid = false
        continue
      }
      if command.has("print-resolved") {
        let variant = try ScenarioFile.variant(of: scenario, command)
        try Streams.printResult(variant.resolvedText(of: scenario))
      } else if !command.has("quiet") {
        let names = scenario.variants.map(\.name).joined(separator: ", ")
        try Streams.printResult("\(path): valid; variants: \(names)\n")
      }
    }
    return isValid ? .success : .invalidScenario
  }

  /// The mistakes as one JSON object a line.
  private static func describe(_ path: String, _ command: ParsedCommand) throws -> Bool {
    let source = SourceText(name: path, bytes: try Streams.read(path))
    var diagnostics: [Diagnostic] = []
    do throws(Scenario.Invalid) {
      _ = try Scenario.load(source, settings: command.texts("set"))
    } catch {
      diagnostics = error.diagnostics
    }
    for diagnostic in diagnostics {
      var fields = [
        "\"file\": \(JSONWriter.quoted(diagnostic.source.name))",
        "\"severity\": \(JSONWriter.quoted(diagnostic.severity.rawValue))",
        "\"code\": \(JSONWriter.quoted(diagnostic.code.rawValue))",
        "\"message\": \(JSONWriter.quoted(diagnostic.message))",
      ]
      if let position = diagnostic.position, let range = diagnostic.range {
        fields.append("\"line\": \(position.line), \"column\": \(position.column)")
        fields.append("\"start\": \(range.lower), \"end\": \(range.upper)")
      }
      try Streams.printResult("{ \(fields.joined(separator: ", ")) }\n")
    }
    return diagnostics.isEmpty
  }
}
