import TailraceCatalog

/// Words of a command line, sorted into options and arguments.
struct OptionScan {
  let table: OptionTable
  let command: CommandSpec?
  /// Values by long name, in the order of their use; a flag has one empty value.
  private(set) var values: [String: [String]] = [:]
  private(set) var arguments: [String] = []

  init(table: OptionTable, command: CommandSpec?) {
    self.table = table
    self.command = command
  }

  /// Reads words; a double dash makes arguments of all that follow.
  mutating func read(_ words: [String]) throws(UsageError) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        arguments += rest
        return
      } else if word.hasPrefix("--") {
        try readLong(word.dropFirst(2), &rest)
      } else if word.hasPrefix("-"), word != "-" {
        try readLetters(word.dropFirst(), &rest)
      } else {
        arguments.append(word)
      }
    }
  }

  private mutating func readLong(
    _ word: Substring, _ rest: inout ArraySlice<String>
  ) throws(UsageError) {
    let name = String(word.prefix { $0 != "=" })
    let attached = name.count < word.count ? String(word.dropFirst(name.count + 1)) : nil
    guard let option = table.option(long: name) else {
      let hint = NearestWord.hint(name, among: table.options.map(\.long), prefix: "--")
      throw UsageError("unknown option '--\(name)'\(hint)", command: command)
    }
    guard option.takesValue else {
      if attached != nil { throw UsageError("'--\(name)' takes no value", command: command) }
      return try add("", to: option, "--" + name)
    }
    try add(attached, or: &rest, to: option, "--" + name)
  }

  private mutating func readLetters(
    _ word: Substring, _ rest: inout ArraySlice<String>
  ) throws(UsageError) {
    var letters = word
    while let letter = letters.popFirst() {
      guard let option = table.option(short: letter) else {
        throw UsageError("unknown option '-\(letter)'\(longHint(word))", command: command)
      }
      guard option.takesValue else {
        try add("", to: option, "-\(letter)")
        continue
      }
      return try add(letters.isEmpty ? nil : String(letters), or: &rest, to: option, "-\(letter)")
    }
  }

  /// One dash before a long name is a common slip.
  private func longHint(_ word: Substring) -> String {
    let name = String(word.prefix { $0 != "=" })
    return table.option(long: name) == nil ? "" : "; did you mean '--\(name)'?"
  }

  private mutating func add(
    _ attached: String?, or rest: inout ArraySlice<String>, to option: Option, _ shown: String
  ) throws(UsageError) {
    guard let value = attached ?? rest.popFirst() else {
      throw UsageError("'\(shown)' needs a value <\(option.placeholder ?? "")>", command: command)
    }
    guard option.choices.isEmpty || option.choices.contains(value) else {
      let hint = NearestWord.hint(value, among: option.choices)
      let choices = option.choices.joined(separator: ", ")
      throw UsageError(
        "'\(shown)' cannot be '\(value)'\(hint.isEmpty ? ": one of \(choices)" : hint)",
        command: command)
    }
    try add(value, to: option, shown)
  }

  private mutating func add(
    _ value: String, to option: Option, _ shown: String
  ) throws(UsageError) {
    if values[option.long] != nil, !option.isRepeatable {
      throw UsageError("'\(shown)' is given twice", command: command)
    }
    values[option.long, default: []].append(value)
  }
}
