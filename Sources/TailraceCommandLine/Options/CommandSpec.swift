/// One command: what help says about it and what the parser accepts.
public struct CommandSpec: Sendable, Equatable {
  /// The word on the command line.
  public let name: String
  /// What the command does, as one sentence.
  public let summary: String
  /// Uses to copy, each with what it does (which may be empty).
  public let examples: [Example]
  /// What stands beside the options, in order.
  public let arguments: [Argument]
  /// Its options, shared ones last.
  public let options: OptionTable
  /// Codes with which it may end.
  public let exitCodes: [ExitCode]

  /// A command of the program.
  public init(
    name: String, summary: String, examples: [Example], arguments: [Argument],
    options: OptionTable, exitCodes: [ExitCode]
  ) {
    self.name = name
    self.summary = summary
    self.examples = examples
    self.arguments = arguments
    self.options = options
    self.exitCodes = exitCodes
  }

  /// The form of its use: `tailrace run [options] <scenario>`.
  public var usage: String {
    (["tailrace", name, "[options]"] + arguments.map(\.usage)).joined(separator: " ")
  }

  /// A use of a command.
  public struct Example: Sendable, Equatable {
    /// The line to type.
    public let line: String
    /// What it does.
    public let note: String

    /// A line to type and what it does.
    public init(_ line: String, _ note: String = "") {
      self.line = line
      self.note = note
    }
  }

  /// A word beside the options.
  public struct Argument: Sendable, Equatable {
    /// How often it may stand.
    public enum Count: Sendable {
      case one, optional, many
    }

    /// What it is called in help.
    public let name: String
    /// How often it may stand.
    public let count: Count
    /// What it is, as one sentence.
    public let help: String
    /// What a shell can offer in its place.
    public let completion: Completion

    /// A word beside the options.
    public init(
      _ name: String, _ count: Count = .one, _ help: String, completion: Completion = .anything
    ) {
      self.name = name
      self.count = count
      self.help = help
      self.completion = completion
    }

    /// Its form in a usage line.
    public var usage: String {
      switch count {
      case .one: "<\(name)>"
      case .optional: "[<\(name)>]"
      case .many: "<\(name)>..."
      }
    }
  }
}
