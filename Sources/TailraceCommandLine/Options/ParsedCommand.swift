/// What a command line asks for; reading a value checks it and names its option where it is wrong.
public struct ParsedCommand: Sendable, Equatable {
  /// The command; nil where none is given.
  public let spec: CommandSpec?
  /// The words beside the options.
  public let arguments: [String]
  private let values: [String: [String]]

  init(spec: CommandSpec?, values: [String: [String]], arguments: [String]) {
    self.spec = spec
    self.values = values
    self.arguments = arguments
  }

  /// The command's name; nil where none is given.
  public var command: String? { spec?.name }

  /// Whether the option is given.
  public func has(_ name: String) -> Bool {
    values[name] != nil
  }

  /// The option's value as it was written.
  public func text(_ name: String) -> String? {
    values[name]?.last
  }

  /// Every value of a repeatable option, in order.
  public func texts(_ name: String) -> [String] {
    values[name] ?? []
  }

  /// A value read by a function of the caller's; `what` says what it has to be.
  public func value<Value>(
    _ name: String, as what: String, _ read: (String) -> Value?
  ) throws(UsageError) -> Value? {
    guard let text = text(name) else { return nil }
    guard let value = read(text) else { throw error(name, what, text) }
    return value
  }

  /// A whole number within limits.
  public func integer(
    _ name: String, in limits: ClosedRange<Int> = 0...Int.max
  ) throws(UsageError) -> Int? {
    let from = limits.lowerBound
    let to = limits.upperBound
    let range = to == Int.max ? "of at least \(from)" : "from \(from) to \(to)"
    return try value(name, as: "a whole number \(range)") { text in
      Self.isDigits(text) ? Int(text).flatMap { limits.contains($0) ? $0 : nil } : nil
    }
  }

  /// A whole number of up to 64 bits.
  public func unsigned(_ name: String) throws(UsageError) -> UInt64? {
    try value(name, as: "a whole number from 0 to \(UInt64.max)") { text in
      Self.isDigits(text) ? UInt64(text) : nil
    }
  }

  /// Words between commas, none of them empty.
  public func list(_ name: String) throws(UsageError) -> [String]? {
    try value(name, as: "a list such as 'a,b'") { text in
      let words = text.split(separator: ",", omittingEmptySubsequences: false)
      return words.contains("") ? nil : words.map(String.init)
    }
  }

  /// Percentiles between commas as quantiles, ascending: "50,99.9" gives 0.5 and 0.999.
  public func quantiles(_ name: String) throws(UsageError) -> [Double]? {
    let what = "different percentiles above 0 and below 100, such as '50,97.5,99.9'"
    return try value(name, as: what) { text in
      let words = text.split(separator: ",", omittingEmptySubsequences: false)
      let quantiles = words.compactMap { Self.quantile(String($0)) }.sorted()
      let isComplete = quantiles.count == words.count && Set(quantiles).count == words.count
      return isComplete ? quantiles : nil
    }
  }

  /// A word that stands for a case.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, as type: Choice.Type = Choice.self
  ) throws(UsageError) -> Choice? where Choice.RawValue == String {
    let words = type.allCases.map(\.rawValue).joined(separator: ", ")
    return try value(name, as: "one of \(words)") { type.init(rawValue: $0) }
  }

  /// An error about an option's value, for checks that only the caller can make.
  public func error(_ name: String, _ what: String, _ text: String) -> UsageError {
    UsageError("'--\(name)' must be \(what), not '\(text)'", command: spec)
  }

  private static func isDigits(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// Moves the point in the text, so that 97.5 is 0.975 and not its neighbour.
  private static func quantile(_ text: String) -> Double? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, isDigits(String(whole)), whole.utf8.count <= 2 else {
      return nil
    }
    let fraction = parts.count == 2 ? String(parts[1]) : "0"
    guard isDigits(fraction), fraction.utf8.count <= 12 else { return nil }
    let padding = whole.utf8.count == 1 ? "0" : ""
    guard let value = Double("0.\(padding)\(whole)\(fraction)"), value > 0 else { return nil }
    return value
  }
}
