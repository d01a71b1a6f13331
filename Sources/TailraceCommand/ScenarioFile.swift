import Tailrace
import TailraceCommandLine

/// Reads a scenario for a command; its mistakes go to standard error.
enum ScenarioFile {
  static func load(_ command: ParsedCommand) throws -> (SourceText, Scenario?) {
    try load(command.arguments[0], command)
  }

  static func load(_ path: String, _ command: ParsedCommand) throws -> (SourceText, Scenario?) {
    let name = path == "-" ? "standard input" : path
    let source = SourceText(name: name, bytes: try Streams.read(path))
    do throws(Scenario.Invalid) {
      return (source, try Scenario.load(source, settings: command.texts("set")))
    } catch {
      let style = Style.standardError(try command.choice("color"))
      let renderer = DiagnosticRenderer(usesColour: style.hasColor)
      Streams.printMessage(renderer.render(error.diagnostics, name: name))
      return (source, nil)
    }
  }
}
