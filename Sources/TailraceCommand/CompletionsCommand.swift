import TailraceCommandLine

/// `tailrace completions`: the script by which a shell completes the program's command line.
enum CompletionsCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    let word = command.arguments[0]
    guard let shell = Shell(rawValue: word) else {
      let names = Shell.allCases.map(\.rawValue).joined(separator: ", ")
      throw UsageError("no completions for '\(word)': one of \(names)", command: command.spec)
    }
    try Streams.printResult(shell.script(for: Commands.all))
    return .success
  }
}
