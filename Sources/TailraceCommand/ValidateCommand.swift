import Tailrace
import TailraceCommandLine

/// `tailrace validate`: everything `run` checks, for several files.
enum ValidateCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    var isValid = true
    var isReadable = true
    for path in command.arguments {
      do {
        isValid = try check(path, command) && isValid
      } catch let error as FileError {
        // The other files are told too.
        Streams.printMessage(error.text)
        isReadable = false
      }
    }
    if !isReadable { return .failure }
    return isValid ? .success : .invalidScenario
  }

  private static func check(_ path: String, _ command: ParsedCommand) throws -> Bool {
    if command.has("json") { return try describe(path, command) }
    let (_, scenario) = try ScenarioFile.load(path, command)
    guard let scenario else { return false }
    let variant = try ScenarioFile.variant(of: scenario, command)
    if command.has("print-resolved") {
      try Streams.printResult(variant.resolvedText(of: scenario))
    } else if !command.has("quiet") {
      let names = scenario.variants.map(\.name).joined(separator: ", ")
      try Streams.printResult("\(ScenarioFile.name(of: path)): valid; variants: \(names)\n")
    }
    return true
  }

  /// The mistakes as one JSON object a line.
  private static func describe(_ path: String, _ command: ParsedCommand) throws -> Bool {
    let name = ScenarioFile.name(of: path)
    let source = SourceText(name: name, bytes: try Streams.read(path))
    var diagnostics: [Diagnostic] = []
    var scenario: Scenario?
    do throws(Scenario.Invalid) {
      scenario = try Scenario.load(source, settings: command.texts("set"))
    } catch {
      diagnostics = error.diagnostics
    }
    if let scenario { _ = try ScenarioFile.variant(of: scenario, command) }
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
