/// What can stand in a place of a command line, as far as a shell can know it.
public enum Completion: Sendable, Equatable {
  /// Anything: the shell offers nothing.
  case anything
  /// One of these words.
  case words([String])
  /// A scenario file, or a folder on the way to one.
  case scenario
  /// A scenario file, or the name of a component.
  case scenarioOrName
  case file
  case folder
  /// A variant of the scenario that stands on the line.
  case variant
  /// Such variants with commas between them.
  case variants

  /// The endings of scenario files, without dots.
  static let scenarioEndings = ["jsonc", "json5", "json"]

  /// The expression by which sed keeps the names of what `tailrace list` prints, those without blanks.
  static let listedName = #"s/^  \([^ ]*\)  .*/\1/p"#
}

extension Option {
  /// What its value can be, by its choices or by what stands for it in help.
  var completion: Completion {
    if !choices.isEmpty { return .words(choices) }
    if isFolder { return .folder }
    switch placeholder {
    case "file": return .file
    default:
      switch long {
      case "variant": return .variant
      case "variants": return .variants
      default: return .anything
      }
    }
  }
}

/// A shell for which there is a completion script.
public enum Shell: String, CaseIterable, Sendable {
  case bash, zsh, fish

  /// The script that completes the command line of `tailrace`: commands, options with what they
  /// take, scenario files, folders and variants. Made from the tables of the commands alone.
  ///
  /// - Parameter commands: the program's, each with its shared options.
  /// - Returns: text for the shell to read, ending in a line break.
  public func script(for commands: [CommandSpec]) -> String {
    switch self {
    case .bash: BashCompletion(commands).text
    case .zsh: ZshCompletion(commands).text
    case .fish: FishCompletion(commands).text
    }
  }
}

extension OptionTable {
  /// Both spellings of every option, dashes included.
  var spellings: [String] {
    options.flatMap { option in
      (option.short.map { ["-\($0)"] } ?? []) + ["--" + option.long]
    }
  }
}
