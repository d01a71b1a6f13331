/// The shape of a value for editors: a small part of JSON Schema.
public indirect enum Schema: Sendable {
  case any, boolean, string
  /// A name that paths can use.
  case name
  /// Changes by name: what `variants` holds.
  case changes
  case integer(ClosedRange<Int64>)
  case number
  case real(ClosedRange<Double>)
  /// A text of a quantity with its unit: an example, a pattern that every one matches, and its
  /// limits in words.
  case quantity(example: String, pattern: String? = nil, limits: String? = nil)
  case choice([String])
  case array(Schema)
  /// A list of exactly these.
  case tuple([Schema])
  case map(Schema)
  /// A map whose names match a pattern.
  case texts(keys: String, Schema)
  case anyOf([Schema])
  /// A declared object by the name of its kind.
  case reference(String)
}

extension Schema {
  /// The limits of a number or a quantity in words, such as `from 0s to 26d`; nil without any.
  public var limits: String? {
    switch self {
    case .integer(let range):
      switch (range.lowerBound, range.upperBound) {
      case (let lower, .max): "from \(lower)"
      case (let lower, let upper) where lower == upper: "\(lower)"
      case (let lower, let upper): "from \(lower) to \(upper)"
      }
    case .real(let range):
      range.lowerBound == Double.leastNonzeroMagnitude
        ? "above 0, at most \(QuantityText.real(range.upperBound))"
        : "from \(QuantityText.real(range.lowerBound)) to \(QuantityText.real(range.upperBound))"
    case .quantity(_, _, let limits): limits
    case .array(let element): element.limits
    case .anyOf(let options): options.lazy.compactMap(\.limits).first
    default: nil
    }
  }

  /// Every word that may stand here.
  public var words: [String] {
    switch self {
    case .choice(let words): words
    case .array(let element), .map(let element), .texts(_, let element): element.words
    case .tuple(let options), .anyOf(let options): options.flatMap(\.words)
    case .any, .boolean, .string, .name, .changes, .integer, .number, .real, .quantity,
      .reference:
      []
    }
  }

  /// Kinds of declared objects that may stand here.
  public var references: [String] {
    switch self {
    case .reference(let kind): [kind]
    case .array(let element), .map(let element), .texts(_, let element): element.references
    case .tuple(let options), .anyOf(let options): options.flatMap(\.references)
    case .any, .boolean, .string, .name, .changes, .integer, .number, .real, .quantity, .choice:
      []
    }
  }

  /// Looks ahead for a digit above 0.
  private static let notZero = "(?=.*[1-9])"

  /// Text of a duration in the limits.
  static func duration(_ range: ClosedRange<UInt64>) -> Schema {
    let units = DurationUnits.all.map(\.name).joined(separator: "|")
    return .quantity(
      example: "250ms",
      pattern: "^\(range.lowerBound > 0 ? notZero : "")([0-9]+(\\.[0-9]+)?(\(units)))+$",
      limits: "from \(QuantityText.duration(range.lowerBound)) to "
        + QuantityText.duration(range.upperBound))
  }

  /// Text of a size in the limits, in bytes.
  public static func size(_ range: ClosedRange<UInt64>) -> Schema {
    let units = QuantityKind.size.unitNames.split(separator: " ").joined(separator: "|")
    return .quantity(
      example: "64KiB",
      pattern: "^\(range.lowerBound > 0 ? notZero : "")[0-9]+(\\.[0-9]+)?(\(units)|KB)$",
      limits: "from \(QuantityText.size(range.lowerBound)) to "
        + QuantityText.size(range.upperBound))
  }

  /// Text of a bandwidth in the limits, in bytes per second.
  public static func bandwidth(_ range: ClosedRange<Double>) -> Schema {
    // The prefixes of sizes stand before bits, too.
    let sizes = QuantityKind.size.unitNames.split(separator: " ")
    let units = sizes.map { "\($0)/s" } + sizes.map { "\($0.dropLast())bit/s" }
    return .quantity(
      example: "100MB/s",
      pattern: "^\(range.lowerBound > 0 ? notZero : "")[0-9]+(\\.[0-9]+)?"
        + "(\(units.joined(separator: "|"))|KB/s|Kbit/s)$",
      limits: "from \(QuantityText.bandwidth(range.lowerBound)) to "
        + QuantityText.bandwidth(range.upperBound))
  }

  /// Text of a rate in the limits, in events per second.
  static func rate(_ range: ClosedRange<Double>) -> Schema {
    let units = QuantityKind.rate.unitNames.split(separator: " ").map { String($0.dropFirst()) }
    return .quantity(
      example: "200/s",
      pattern: "^\(range.lowerBound > 0 ? notZero : "")[0-9]+(\\.[0-9]+)?"
        + "/(\(units.joined(separator: "|")))$",
      limits: "from \(QuantityText.rate(range.lowerBound)) to "
        + QuantityText.rate(range.upperBound))
  }

  /// Text of a share.
  public static var share: Schema {
    .quantity(example: "20%", pattern: "^[0-9]+(\\.[0-9]+)?%$", limits: "from 0% to 100%")
  }
}
