/// Takes the text of a quantity apart into numbers and units.
struct QuantityParser {
  let text: String
  private var rest: ArraySlice<UInt8>

  /// The longest text of a quantity: each finite double has a spelling that fits.
  static let lengthMax = 400

  /// Finds the text of a value, and refuses what cannot be a quantity of the kind.
  init(_ node: Node, kind: QuantityKind) throws(QuantityFailure) {
    switch node.value {
    case .string(let text): self.text = text
    case .number(let number):
      let decimal = Self.decimal(of: number)
      if decimal.isNegative, !decimal.digits.isEmpty {
        throw QuantityFailure(.negative(text: number.spelling))
      }
      let readings = kind.readings(of: decimal)
      throw QuantityFailure(.missingUnit(readings: readings, found: number.spelling))
    default: throw QuantityFailure(.wrongType(wanted: kind.noun, found: node.kindName))
    }
    rest = Array(text.utf8)[...]
    try check(kind)
  }

  private static func decimal(of number: Node.Number) -> DecimalSpelling {
    if let decimal = DecimalSpelling(number.spelling.utf8) { return decimal }
    return DecimalSpelling(number.double)
  }

  private mutating func check(_ kind: QuantityKind) throws(QuantityFailure) {
    if rest.count > Self.lengthMax {
      throw QuantityFailure(.malformed(text: text, wanted: kind.noun))
    }
    // "10 per second" is no rate without its spaces either.
    if rest.contains(0x20), !text.contains(" per ") {
      let without = String(text.filter { $0 != " " })
      if without.utf8.first.map({ (0x30...0x39).contains($0) }) == true {
        throw QuantityFailure(.space(text: text, without: without))
      }
    }
    if rest.first == 0x2D, let second = rest.dropFirst().first, (0x30...0x39).contains(second) {
      throw QuantityFailure(.negative(text: text))
    }
    if let number = DecimalSpelling(rest), rest.first != 0x2B {
      let readings = kind.readings(of: number)
      throw QuantityFailure(.missingUnit(readings: readings, found: "\"\(text)\""))
    }
  }

  /// Whether everything has been taken.
  var isAtEnd: Bool { rest.isEmpty }

  /// Takes a number such as `12` or `1.5`; nil where none stands.
  mutating func number() -> DecimalSpelling? {
    let whole = rest.prefix { (0x30...0x39).contains($0) }
    guard !whole.isEmpty else { return nil }
    var length = whole.count
    if rest.dropFirst(length).first == 0x2E {
      let fraction = rest.dropFirst(length + 1).prefix { (0x30...0x39).contains($0) }
      guard !fraction.isEmpty else { return nil }
      length += 1 + fraction.count
    }
    defer { rest = rest.dropFirst(length) }
    return DecimalSpelling(rest.prefix(length))
  }

  /// Takes what stands before the next digit.
  mutating func unit() -> String {
    let unit = rest.prefix { !(0x30...0x39).contains($0) }
    rest = rest.dropFirst(unit.count)
    return String(decoding: unit, as: UTF8.self)
  }

  /// Takes one number with all that follows as its unit.
  mutating func numberAndUnit(
    _ kind: QuantityKind
  ) throws(QuantityFailure) -> (DecimalSpelling, String) {
    guard let number = number() else {
      throw QuantityFailure(.malformed(text: text, wanted: kind.noun))
    }
    defer { rest = [] }
    return (number, String(decoding: rest, as: UTF8.self))
  }

  /// The failure for a unit that the kind does not have.
  func unknown(_ unit: String, after number: DecimalSpelling, kind: QuantityKind)
    -> QuantityFailure
  {
    var fix: String?
    if let alias = kind.alias(of: unit) {
      let candidate = number.text + alias
      // The unit may stand inside a longer text: then the whole is repaired.
      fix = text.hasSuffix(unit) ? String(text.dropLast(unit.count)) + alias : candidate
    }
    return QuantityFailure(
      .unknownUnit(unit: unit, text: text, units: kind.unitNames, fix: fix))
  }
}

/// A mistake on its way to the one place that knows the key.
struct QuantityFailure: Error {
  let mistake: QuantityMistake

  init(_ mistake: QuantityMistake) { self.mistake = mistake }
}
