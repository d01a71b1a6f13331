import TailraceCatalog

/// Reads a command line after the tables of the commands; never prints and never exits.
public struct Parser: Sendable {
  /// The commands that there are.
  public let commands: [CommandSpec]
  /// Options that may stand without a command.
  public let shared: OptionTable

  /// A parser for these commands; options of one name take a value everywhere or nowhere.
  public init(commands: [CommandSpec], shared: OptionTable) {
    self.commands = commands
    self.shared = shared
  }

  /// The command, options and arguments of a line without the program's name.
  public func parse(_ line: [String]) throws(UsageError) -> ParsedCommand {
    guard let place = commandPlace(in: line) else {
      var scan = OptionScan(table: shared, command: nil)
      try scan.read(line)
      return ParsedCommand(spec: nil, values: scan.values, arguments: scan.arguments)
    }
    guard let spec = commands.first(where: { $0.name == line[place] }) else {
      let hint = NearestWord.hint(line[place], among: commands.map(\.name))
      throw UsageError("unknown command '\(line[place])'\(hint)")
    }
    var scan = OptionScan(table: spec.options, command: spec)
    try scan.read(Array(line[..<place]))
    try scan.read(Array(line[(place + 1)...]))
    let parsed = ParsedCommand(spec: spec, values: scan.values, arguments: scan.arguments)
    if !parsed.has("help"), !parsed.has("version") { try check(scan.arguments, of: spec) }
    return parsed
  }

  /// The place of the first word that is neither an option nor the value of one.
  private func commandPlace(in line: [String]) -> Int? {
    let all = [shared] + commands.map(\.options)
    var index = 0
    while index < line.count {
      let word = line[index]
      if word == "--" { return index + 1 < line.count ? index + 1 : nil }
      guard word.hasPrefix("-"), word != "-" else { return index }
      index += Self.needsNextWord(word, in: all) ? 2 : 1
    }
    return nil
  }

  private static func needsNextWord(_ word: String, in tables: [OptionTable]) -> Bool {
    if word.hasPrefix("--") {
      let name = String(word.dropFirst(2))
      return tables.contains { $0.option(long: name)?.takesValue ?? false }
    }
    let letters = Array(word.dropFirst())
    for (index, letter) in letters.enumerated() {
      guard let option = tables.lazy.compactMap({ $0.option(short: letter) }).first
      else { return false }
      if option.takesValue { return index == letters.count - 1 }
    }
    return false
  }

  private func check(_ given: [String], of spec: CommandSpec) throws(UsageError) {
    var rest = given[...]
    for argument in spec.arguments {
      switch argument.count {
      case .one, .many:
        guard !rest.isEmpty else {
          throw UsageError("missing argument <\(argument.name)>", command: spec)
        }
        rest = argument.count == .many ? [] : rest.dropFirst()
      case .optional: rest = rest.dropFirst()
      }
    }
    if let first = rest.first {
      throw UsageError("unexpected argument '\(first)'", command: spec)
    }
  }
}
