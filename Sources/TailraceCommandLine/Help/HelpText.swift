/// The help of the program and of its commands, made from their tables, 80 columns wide.
public enum HelpText {
  /// Columns of a line.
  public static let width = 80
  static let indent = 2
  static let helpColumn = 26

  /// A command's help: summary, examples, usage, arguments, options, exit codes.
  public static func of(_ spec: CommandSpec) -> String {
    var lines = wrapped(spec.summary, indent: 0)
    lines += ["", "EXAMPLES:"] + spec.examples.flatMap(exampleLines)
    lines += ["", "USAGE: " + spec.usage]
    if !spec.arguments.isEmpty {
      lines += ["", "ARGUMENTS:"]
      lines += spec.arguments.flatMap { entry("<\($0.name)>", $0.help) }
    }
    lines += ["", "OPTIONS:"] + spec.options.options.flatMap { entry(label($0), $0.help) }
    let codes = spec.exitCodes.map { "\($0.rawValue) \($0.words)" }.joined(separator: ", ")
    lines += [""] + wrapped("EXIT CODES: \(codes).", indent: 0)
    return lines.joined(separator: "\n") + "\n"
  }

  /// The program's help: examples, usage, commands, options, all exit codes.
  public static func program(commands: [CommandSpec], shared: [Option]) -> String {
    var lines = [tagline, "", "EXAMPLES:"]
    lines += commands.compactMap(\.examples.first).flatMap(exampleLines)
    lines += ["", "USAGE: tailrace <command> [options] ...", "", "COMMANDS:"]
    lines += commands.flatMap { entry($0.name, $0.summary) }
    lines += ["", "OPTIONS:"] + shared.flatMap { entry(label($0), $0.help) }
    let codes = ExitCode.allCases.map { "\($0.rawValue) \($0.words)" }.joined(separator: ", ")
    lines += [""] + wrapped("EXIT CODES: \(codes).", indent: 0)
    return lines.joined(separator: "\n") + "\n"
  }

  /// What the program says when called with nothing: a first step and where to read on.
  public static func short(commands: [CommandSpec]) -> String {
    var lines = [tagline, ""]
    lines += commands.prefix(1).flatMap(\.examples).prefix(1).flatMap(exampleLines)
    lines += wrapped("Commands: " + commands.map(\.name).joined(separator: ", "), indent: indent)
    lines += ["", "More: tailrace help, tailrace help run"]
    return lines.joined(separator: "\n") + "\n"
  }

  static let tagline = "Tailrace simulates serving systems and shows what their users would see."

  /// Names and placeholder of an option, long names in one column.
  static func label(_ option: Option) -> String {
    let letter = option.short.map { "-\($0), " } ?? "    "
    return letter + "--\(option.long)" + (option.placeholder.map { " <\($0)>" } ?? "")
  }

  private static func exampleLines(_ example: CommandSpec.Example) -> [String] {
    let line = String(repeating: " ", count: indent) + example.line
    if example.note.isEmpty { return [line] }
    let column = 46
    guard line.count < column, column + example.note.count <= width else {
      return [line] + wrapped(example.note, indent: indent * 3)
    }
    return [line + String(repeating: " ", count: column - line.count) + example.note]
  }

  private static func entry(_ label: String, _ help: String) -> [String] {
    let head = String(repeating: " ", count: indent) + label
    var lines = wrapped(help, indent: helpColumn)
    guard head.count < helpColumn - 1, !lines.isEmpty else { return [head] + lines }
    lines[0] = head + lines[0].dropFirst(head.count)
    return lines
  }

  /// Words in lines of at most 80 columns; a word longer than that stands alone.
  static func wrapped(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, indent + line.count + 1 + word.count > width {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [margin + line]
  }
}
