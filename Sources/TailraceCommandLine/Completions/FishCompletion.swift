/// The completion script for fish 3.
struct FishCompletion {
  private let commands: [CommandSpec]

  init(_ commands: [CommandSpec]) { self.commands = commands }

  var text: String {
    let names = commands.map(\.name).joined(separator: " ")
    return """
      # Completion of tailrace for fish, made by 'tailrace completions fish'.
      # To use it: tailrace completions fish | source

      function __tailrace_command
          set -l words (commandline -opc)
          for word in $words[2..]
              if contains -- $word \(names)
                  echo $word
                  return
              end
          end
          return 1
      end

      function __tailrace_using
          set -l command (__tailrace_command)
          and contains -- $command $argv
      end

      function __tailrace_scenarios
          set -l current (commandline -ct)
          for ending in \(Completion.scenarioEndings.joined(separator: " "))
              for file in $current*.$ending
                  echo $file
              end
          end
          __fish_complete_directories $current ''
      end

      function __tailrace_variants
          set -l words (commandline -opc)
          for word in $words[2..]
              if string match -qr '\\.(\(Completion.scenarioEndings.joined(separator: "|")))$' -- $word
                  $words[1] validate $word 2>/dev/null | string replace -fr '.*; variants: ' '' |
                      string split ', '
                  return
              end
          end
      end

      function __tailrace_variant_lists
          set -l before (commandline -ct | string match -r '.*,')
          for name in (__tailrace_variants)
              echo "$before$name"
          end
      end

      function __tailrace_names
          __tailrace_scenarios
          set -l words (commandline -opc)
          echo csv
          $words[1] list 2>/dev/null | sed -n '\(Completion.listedName)'
      end

      complete -c tailrace -f
      \((commands.map(summary) + commands.map(arguments) + commands.flatMap(options))
        .filter { !$0.isEmpty }.joined(separator: "\n"))

      """
  }

  private func summary(of command: CommandSpec) -> String {
    "complete -c tailrace -n 'not __tailrace_command >/dev/null' -a \(command.name)"
      + " -d \(Self.quoted(command.summary))"
  }

  private func arguments(of command: CommandSpec) -> String {
    guard let argument = command.arguments.first else { return "" }
    let value = Self.value(argument.completion)
    return value.isEmpty
      ? "" : "complete -c tailrace -n '__tailrace_using \(command.name)' \(value)"
  }

  private func options(of command: CommandSpec) -> [String] {
    command.options.options.map { option in
      var words = ["complete -c tailrace -n '__tailrace_using \(command.name)' -l \(option.long)"]
      if let short = option.short { words.append("-s \(short)") }
      if option.takesValue {
        let value = Self.value(option.completion)
        words.append(value.isEmpty ? "-x" : "-r " + value)
      }
      words.append("-d " + Self.quoted(option.help))
      return words.joined(separator: " ")
    }
  }

  /// Options of `complete` for what can stand there.
  private static func value(_ completion: Completion) -> String {
    switch completion {
    case .anything: ""
    case .words(let words): "-f -a '\(words.joined(separator: " "))'"
    case .scenario: "-f -a '(__tailrace_scenarios)'"
    case .scenarioOrName: "-f -a '(__tailrace_names)'"
    case .file: "-F"
    case .folder: "-f -a '(__fish_complete_directories)'"
    case .variant: "-f -a '(__tailrace_variants)'"
    case .variants: "-f -a '(__tailrace_variant_lists)'"
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "'"
    for character in text {
      if character == "'" || character == "\\" { quoted += "\\" }
      quoted.append(character)
    }
    return quoted + "'"
  }
}
