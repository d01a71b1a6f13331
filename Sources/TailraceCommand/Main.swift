import Tailrace
import TailraceCommandLine

/// The program: one file per command.
@main struct Main {
  static func main() {
    let code = run(Array(CommandLine.arguments.dropFirst()))
    exit(code.rawValue)
  }

  static func run(_ arguments: [String]) -> ExitCode {
    do {
      let command = try Commands.parser.parse(arguments)
      if command.has("version") {
        try Streams.printResult("tailrace \(Tailrace.version)\n")
        return .success
      }
      guard let spec = command.spec else {
        if command.has("help") {
          try Streams.printResult(
            HelpText.program(commands: Commands.all, shared: Commands.shared))
          return .success
        }
        Streams.printMessage(HelpText.short(commands: Commands.all))
        return .usage
      }
      if command.has("help") {
        try Streams.printResult(HelpText.of(spec))
        return .success
      }
      switch spec.name {
      case "run": return try RunCommand.run(command)
      case "compare": return try CompareCommand.run(command)
      case "sweep": return try SweepCommand.run(command)
      case "plan": return try PlanCommand.run(command)
      case "missing": return try MissingCommand.run(command)
      case "merge": return try MergeCommand.run(command)
      case "report": return try ReportCommand.run(command)
      case "trace": return try TraceCommand.run(command)
      case "check": return try CheckCommand.run(command)
      case "fit": return try FitCommand.run(command)
      case "graph": return try GraphCommand.run(command)
      case "validate": return try ValidateCommand.run(command)
      case "list": return try ListCommand.run(command)
      case "explain": return try ExplainCommand.run(command)
      case "schema":
        try Streams.printResult(SchemaText.make())
        return .success
      case "init": return try InitCommand.run(command)
      case "completions": return try CompletionsCommand.run(command)
      case "help": return try HelpCommand.run(command)
      default: preconditionFailure("no command \(spec.name)")
      }
    } catch let error as UsageError {
      Streams.printMessage(error.text)
      return .usage
    } catch let error as FileError {
      Streams.printMessage(error.text)
      return .failure
    } catch {
      Streams.printMessage("error: \(error)\n")
      return .failure
    }
  }
}
