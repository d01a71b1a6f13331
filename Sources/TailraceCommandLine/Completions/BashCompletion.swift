/// The completion script for bash 3.2 and later; needs no package.
struct BashCompletion {
  private let commands: [CommandSpec]

  init(_ commands: [CommandSpec]) { self.commands = commands }

  var text: String {
    let names = commands.map(\.name)
    return """
      # Completion of tailrace for bash, made by 'tailrace completions bash'.
      # To use it: source <(tailrace completions bash)

      _tailrace_add() {
        local word
        while IFS= read -r word; do COMPREPLY+=("$word"); done
      }

      _tailrace_files() {
        local name
        compopt -o filenames 2>/dev/null
        while IFS= read -r name; do
          if [[ -d $name ]]; then
            COMPREPLY+=("$name")
            continue
          fi
          case "$1 $name" in
            'file '* | \(endings("'scenario '*"))) COMPREPLY+=("$name") ;;
          esac
        done < <(compgen -f -- "$cur")
      }

      _tailrace_names() {
        _tailrace_files scenario
        _tailrace_add < <(compgen -W "csv $("${COMP_WORDS[0]}" list 2>/dev/null |
          sed -n '\(Completion.listedName)')" -- "$cur")
      }

      _tailrace_variants() {
        local word before= last=$cur
        if [[ $1 == list && $cur == *,* ]]; then
          before=${cur%,*},
          last=${cur##*,}
        fi
        for word in "${COMP_WORDS[@]:1}"; do
          case $word in
            \(endings("*")))
              _tailrace_add < <(compgen -P "$before" \\
                -W "$("${COMP_WORDS[0]}" validate "$word" 2>/dev/null |
                  sed -n 's/.*; variants: //p' | tr -d ,)" -- "$last")
              return ;;
          esac
        done
      }

      _tailrace() {
        local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= options= i
        COMPREPLY=()
        # Bash takes '--name=value' for three words.
        if [[ $cur == = ]]; then cur=
        elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}
        fi
        for ((i = 1; i < COMP_CWORD; i++)); do
          case ${COMP_WORDS[i]} in
            \(names.joined(separator: "|"))) command=${COMP_WORDS[i]}; break ;;
          esac
        done
        case "$command $prev" in
      \(valueCases)
        esac
        case $command in
      \(optionCases)
        esac
        if [[ $cur == -* ]]; then
          _tailrace_add < <(compgen -W "$options" -- "$cur")
          return
        fi
        case $command in
      \(argumentCases)
        esac
      }

      complete -F _tailrace tailrace

      """
  }

  /// Patterns of scenario files behind something.
  private func endings(_ start: String) -> String {
    Completion.scenarioEndings.map { "\(start).\($0)" }.joined(separator: " | ")
  }

  /// What follows an option that takes a value: places with the same answer stand together.
  private var valueCases: String {
    var places: [(action: String, patterns: [String])] = []
    for command in commands {
      for option in command.options.options where option.takesValue {
        let action = Self.action(option.completion)
        let spellings = (option.short.map { ["-\($0)"] } ?? []) + ["--" + option.long]
        let patterns = spellings.map { "\"\(command.name) \($0)\"" }
        if let place = places.firstIndex(where: { $0.action == action }) {
          places[place].patterns += patterns
        } else {
          places.append((action, patterns))
        }
      }
    }
    return places.map { place in
      Self.alternatives(place.patterns, indent: 4) + ")\n      \(place.action)return ;;"
    }.joined(separator: "\n")
  }

  private var optionCases: String {
    let shared = commands.first?.options.options.filter { option in
      commands.allSatisfy { $0.options.option(long: option.long) != nil }
    }
    let none = OptionTable(shared ?? []).spellings.joined(separator: " ")
    return
      (["    '') options='\(none)' ;;"]
      + commands.map { command in
        "    \(command.name)) options='\(command.options.spellings.joined(separator: " "))' ;;"
      }).joined(separator: "\n")
  }

  private var argumentCases: String {
    let names = Completion.words(commands.map(\.name))
    let lines = commands.compactMap { command -> String? in
      guard let completion = command.arguments.first?.completion else { return nil }
      let action = Self.action(completion)
      return action.isEmpty ? nil : "    \(command.name)) \(action);;"
    }
    return (["    '') \(Self.action(names));;"] + lines).joined(separator: "\n")
  }

  /// Commands that offer what fits, with a blank after the last.
  private static func action(_ completion: Completion) -> String {
    switch completion {
    case .anything: ""
    case .words(let words):
      "_tailrace_add < <(compgen -W '\(words.joined(separator: " "))' -- \"$cur\"); "
    case .scenario: "_tailrace_files scenario; "
    case .scenarioOrName: "_tailrace_names; "
    case .file: "_tailrace_files file; "
    case .folder: "_tailrace_files folder; "
    case .variant: "_tailrace_variants; "
    case .variants: "_tailrace_variants list; "
    }
  }

  /// Patterns in lines that can be read.
  private static func alternatives(_ patterns: [String], indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    var lines = [margin]
    for (place, pattern) in patterns.enumerated() {
      let piece = pattern + (place == patterns.count - 1 ? "" : "|")
      if lines[lines.count - 1].count + piece.count > 100 { lines.append(margin) }
      lines[lines.count - 1] += piece
    }
    return lines.joined(separator: "\\\n")
  }
}
