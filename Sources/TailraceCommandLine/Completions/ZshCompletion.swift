/// The completion script for zsh: for a folder of `fpath` as `_tailrace`, or to be sourced.
struct ZshCompletion {
  private let commands: [CommandSpec]

  init(_ commands: [CommandSpec]) { self.commands = commands }

  var text: String {
    let summaries = commands.map { "    " + Self.quoted("\($0.name):\($0.summary)") }
    return """
      #compdef tailrace
      # Completion of tailrace for zsh, made by 'tailrace completions zsh'.
      # To use it: source <(tailrace completions zsh), after compinit

      _tailrace_names() {
        local -a names
        names=(csv ${(f)"$(tailrace list 2>/dev/null | sed -n '\(Completion.listedName)')"})
        _alternative \\
          'files:scenario:_files -g "*.(\(Completion.scenarioEndings.joined(separator: "|")))"' \\
          'names:name:compadd -a names'
      }

      _tailrace_variants() {
        local word
        local -a names
        for word in $words; do
          if [[ $word == *.(\(Completion.scenarioEndings.joined(separator: "|"))) ]]; then
            names=(${(s:, :)"$(tailrace validate $word 2>/dev/null | sed -n 's/.*; variants: //p')"})
            compadd -a names
            return
          fi
        done
      }

      _tailrace_variant_lists() {
        compset -P '*,'
        _tailrace_variants
      }

      _tailrace() {
        local curcontext="$curcontext" state line
        local -a commands
        typeset -A opt_args
        commands=(
      \(summaries.joined(separator: "\n"))
        )
        _arguments -C '1:command:->command' '*::argument:->rest'
        case $state in
          command) _describe -t commands command commands ;;
          rest)
            case $line[1] in
      \(commands.map(arguments).joined(separator: "\n"))
            esac ;;
        esac
      }

      if [[ $funcstack[1] == _tailrace ]]; then
        _tailrace "$@"
      else
        compdef _tailrace tailrace
      fi

      """
  }

  private func arguments(of command: CommandSpec) -> String {
    let specs =
      command.options.options.map(Self.spec)
      + command.arguments.enumerated().map { place, argument in
        let count = argument.count == .many ? "*" : "\(place + 1)"
        let optional = argument.count == .optional ? "::" : ":"
        return Self.quoted(
          "\(count)\(optional)\(argument.name):\(action(argument.completion))")
      }
    let lines = specs.map { "            " + $0 }.joined(separator: " \\\n")
    return "        \(command.name)) _arguments -s -S \\\n\(lines) ;;"
  }

  private func action(_ completion: Completion) -> String { Self.action(completion) }

  /// `'(-o --output)'{-o,--output}'[help]:dir:_files -/'`.
  private static func spec(_ option: Option) -> String {
    let value = option.placeholder.map { ":\($0):\(action(option.completion))" } ?? ""
    let help = "[\(escaped(option.help))]\(value)"
    let repeated = option.isRepeatable ? "*" : ""
    guard let short = option.short else { return quoted("\(repeated)--\(option.long)\(help)") }
    return quoted("(-\(short) --\(option.long))") + "{-\(short),--\(option.long)}" + quoted(help)
  }

  private static func action(_ completion: Completion) -> String {
    switch completion {
    case .anything: " "
    case .words(let words): "(\(words.joined(separator: " ")))"
    case .scenario: "_files -g \"*.(\(Completion.scenarioEndings.joined(separator: "|")))\""
    case .scenarioOrName: "_tailrace_names"
    case .file: "_files"
    case .folder: "_files -/"
    case .variant: "_tailrace_variants"
    case .variants: "_tailrace_variant_lists"
    }
  }

  /// Brackets and colons mean something to `_arguments`.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if "[]:\\".contains(character) { escaped += "\\" }
      escaped.append(character)
    }
    return escaped
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
