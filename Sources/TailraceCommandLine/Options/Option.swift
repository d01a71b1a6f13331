/// One option of a command: its names, what it takes and what it is for.
public struct Option: Sendable, Equatable {
  /// The name after two dashes.
  public let long: String
  /// The letter after one dash.
  public let short: Character?
  /// What stands for the value in help; nil for a flag.
  public let placeholder: String?
  /// Whether each use adds a value.
  public let isRepeatable: Bool
  /// The only values allowed; any where empty.
  public let choices: [String]
  /// What the option does, as one sentence.
  public let help: String

  /// An option that is there or not.
  public static func flag(_ long: String, short: Character? = nil, _ help: String) -> Option {
    Option(
      long: long, short: short, placeholder: nil, isRepeatable: false, choices: [], help: help)
  }

  /// An option that takes a value.
  public static func value(
    _ long: String, short: Character? = nil, _ placeholder: String, isRepeatable: Bool = false,
    choices: [String] = [], _ help: String
  ) -> Option {
    Option(
      long: long, short: short, placeholder: placeholder, isRepeatable: isRepeatable,
      choices: choices, help: help)
  }

  /// Whether a value has to follow.
  public var takesValue: Bool { placeholder != nil }

  /// Whether its value is a folder.
  public var isFolder: Bool { placeholder == "dir" }
}

/// The options of a command, in the order of its help.
public struct OptionTable: Sendable, Equatable {
  /// The options.
  public let options: [Option]

  /// A table of options whose names must differ.
  public init(_ options: [Option]) {
    precondition(Set(options.map(\.long)).count == options.count, "Long names differ.")
    let letters = options.compactMap(\.short)
    precondition(Set(letters).count == letters.count, "Short names differ.")
    self.options = options
  }

  /// The option of a long name.
  public func option(long: String) -> Option? {
    options.first { $0.long == long }
  }

  /// The option of a letter.
  public func option(short: Character) -> Option? {
    options.first { $0.short == short }
  }
}
