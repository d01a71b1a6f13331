/// A wrong command line: what is wrong, and the command whose help tells more.
public struct UsageError: Error, Equatable, Sendable {
  /// What is wrong, without a period.
  public let message: String
  /// The usage line of the command, and what prints its help.
  public let usage: String

  /// A mistake in the use of a command; of the program itself where there is none.
  public init(_ message: String, command: CommandSpec? = nil) {
    self.message = message
    let form = command?.usage ?? "tailrace <command> [options] ..."
    let help = command.map { "tailrace help \($0.name)" } ?? "tailrace help"
    usage = "\(form)        (\(help))"
  }

  /// The two lines for standard error, with a line break at their end.
  public var text: String { "error: \(message)\nusage: \(usage)\n" }
}
