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
      let near = NearestWord.to(name, among: Commands.all.map(\.name))
      let hint = near.map { "; did you mean '\($0)'?" } ?? ""
      throw UsageError("no command '\(name)'\(hint)")
    }
    try Streams.printResult(HelpText.of(spec))
    return .success
  }
}
