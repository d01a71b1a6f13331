import Tailrace
import TailraceCommandLine

/// `tailrace help`.
enum HelpCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    guard let name = command.arguments.first else {
      try Streams.printResult(HelpText.program(commands: Commands.all, shared: Commands.shared))
      return .success
    }
    guard let spec = Commands.all.first(where: { $0.name == name }) else {
      let hint = NearestWord.hint(name, among: Commands.all.map(\.name))
      throw UsageError("no command '\(name)'\(hint)")
    }
    try Streams.printResult(HelpText.of(spec))
    return .success
  }
}
