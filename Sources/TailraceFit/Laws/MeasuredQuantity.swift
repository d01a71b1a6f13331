import TailraceCatalog

/// What is measured, and the unit in which the file gives it.
public enum MeasuredQuantity: Equatable, Sendable {
  /// Times; the unit in nanoseconds.
  case duration(unit: UInt64)
  /// Sizes in bytes.
  case bytes
  /// Plain numbers.
  case count

  /// The words of `--unit`.
  public static let words: [(name: String, quantity: MeasuredQuantity)] = [
    ("ns", .duration(unit: 1)), ("us", .duration(unit: 1_000)),
    ("ms", .duration(unit: 1_000_000)), ("s", .duration(unit: 1_000_000_000)),
    ("bytes", .bytes), ("count", .count),
  ]

  /// What a word of `--unit` means.
  public init?(word: String) {
    guard let found = Self.words.first(where: { $0.name == word }) else { return nil }
    self = found.quantity
  }

  /// The unit that ends a name, such as `latency_ms`, `request_duration_seconds` or `size_bytes`.
  ///
  /// The last part decides, set off by an underscore, a hyphen, a dot, a blank or brackets.
  public init?(suffixOf name: String) {
    let separators = "_-. ()[]/"
    let parts = name.lowercased().split { separators.contains($0) }
    guard parts.count > 1, let last = parts.last else { return nil }
    switch last {
    case "ns", "nanos", "nanoseconds": self = .duration(unit: 1)
    case "us", "µs", "micros", "microseconds": self = .duration(unit: 1_000)
    case "ms", "millis", "milliseconds": self = .duration(unit: 1_000_000)
    case "s", "sec", "secs", "seconds": self = .duration(unit: 1_000_000_000)
    case "bytes": self = .bytes
    case "count", "tokens": self = .count
    default: return nil
    }
  }

  /// How many nanoseconds, bytes or ones the file's unit is.
  public var scale: UInt64 {
    switch self {
    case .duration(let unit): unit
    case .bytes, .count: 1
    }
  }

  /// The word of `--unit`.
  public var word: String { Self.words.first { $0.quantity == self }?.name ?? "" }

  /// The largest value of a measurement, which is the largest that a law may have.
  public var limit: Double {
    switch self {
    case .duration: Double(QuantityScanner.delayMax)
    case .bytes: 0x1p50
    case .count: 0x1p51
    }
  }

  /// A value as a literal of the scenario language, of at most five digits that count.
  ///
  /// - Parameters:
  ///   - value: in nanoseconds, bytes or ones; not negative.
  ///   - digits: how many count, from 1 to 17.
  /// - Returns: the text, and the value that it stands for.
  func literal(_ value: Double, digits: Int = 5) -> (text: String, value: Double) {
    let short = SignificantDigits.rounded(value, to: digits)
    switch self {
    case .duration:
      let whole = UInt64(short + 0.5)
      return ("\"\(Self.duration(whole))\"", Double(whole))
    case .bytes:
      let whole = UInt64(short + 0.5)
      return ("\"\(QuantityText.size(whole))\"", Double(whole))
    case .count: return (QuantityText.real(short), short)
    }
  }

  /// Whole nanoseconds in the largest unit up to a second that keeps the number at least 1.
  static func duration(_ nanoseconds: UInt64) -> String {
    let units: [(String, UInt64)] = [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)]
    for (name, unit) in units where nanoseconds >= unit {
      let rest = nanoseconds % unit
      if rest == 0 { return "\(nanoseconds / unit)\(name)" }
      var text = String(rest + unit).dropFirst()
      while text.last == "0" { text = text.dropLast() }
      return "\(nanoseconds / unit).\(text)\(name)"
    }
    return nanoseconds == 0 ? "0s" : "\(nanoseconds)ns"
  }

  /// A literal of a parameter that must lie above 0; nil where it would be written as 0.
  func positiveLiteral(_ value: Double) -> (text: String, value: Double)? {
    guard value > 0, value <= limit else { return nil }
    let found = literal(value)
    return found.value > 0 ? found : nil
  }

  /// A plain number of five digits that count.
  static func number(_ value: Double) -> (text: String, value: Double) {
    let short = SignificantDigits.rounded(value, to: 5)
    return (QuantityText.real(short), short)
  }
}
