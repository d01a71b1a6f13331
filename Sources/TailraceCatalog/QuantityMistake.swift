/// The facts of a mistake in a quantity; here alone they become sentences.
enum QuantityMistake {
  case wrongType(wanted: String, found: String)
  case malformed(text: String, wanted: String)
  /// A text that is right without its quotes, and perhaps without its sign.
  case quotedNumber(text: String, wanted: String, number: String)
  case missingUnit(readings: [String], found: String)
  case space(text: String, without: String)
  case unknownUnit(unit: String, text: String, units: String, fix: String?)
  case unitOrder(text: String)
  case negative(text: String)
  case outOfRange(wanted: String, found: String)
  case percent(found: String, digits: String, share: String, wanted: String)
  case shareForPercent(found: String, digits: String, wanted: String)
  case durationTooLong(text: String)
  case tooSmall(text: String, step: String)
  case tooLarge(text: String)
  case notWholeBytes(text: String)
  case tooManyDigits(text: String, limit: Int)
  case notWhole(text: String)

  var code: Diagnostic.Code {
    switch self {
    case .wrongType, .malformed, .quotedNumber, .space, .unitOrder, .notWholeBytes, .tooManyDigits,
      .notWhole:
      .wrongType
    case .missingUnit: .missingUnit
    case .unknownUnit: .unknownUnit
    case .negative, .outOfRange, .percent, .shareForPercent, .durationTooLong, .tooSmall, .tooLarge:
      .outOfRange
    }
  }

  /// The sentence about the value of a key.
  func message(key: String) -> String {
    let key = "'\(key.clipped)'"
    switch self {
    case .wrongType(let wanted, let found): return "\(key) must be \(wanted), not \(found)"
    case .malformed(let text, let wanted):
      return "\(key) must be \(wanted), not \"\(text.clipped)\""
    case .quotedNumber(let text, let wanted, let number):
      return "\(key) must be \(wanted), not \"\(text.clipped)\"; write \(number.clipped)"
    case .missingUnit(let readings, let found):
      let choices = readings.map { "\"\($0)\"" }.joined(separator: " or ")
      return "\(key) needs a unit: write \(choices), not \(found.clipped)"
    case .space(let text, let without):
      return "\(key) has a space in \"\(text.clipped)\"; write \"\(without.clipped)\""
    case .unknownUnit(let unit, let text, _, let fix?):
      return "\(key) has the unknown unit '\(unit.clipped)' in \"\(text.clipped)\"; "
        + "write \"\(fix)\""
    case .unknownUnit(let unit, let text, let units, nil):
      return "\(key) has the unknown unit '\(unit.clipped)' in \"\(text.clipped)\"; "
        + "units are \(units)"
    case .unitOrder(let text):
      return "\(key) must have each unit once, the largest first, not \"\(text.clipped)\""
    case .negative(let text): return "\(key) cannot be negative: \(text.clipped)"
    case .outOfRange(let wanted, let found):
      return "\(key) must be \(wanted), not \(found.clipped)"
    case .percent(let found, let digits, let share, let wanted):
      return "\(key) must be \(wanted), not \(found.clipped); write \(share) for \(digits) %"
    case .shareForPercent(let found, let digits, let wanted):
      return "\(key) must be \(wanted), not \(found.clipped); in per cent: write \(digits)"
    case .durationTooLong(let text):
      return "\(key) must be at most 2^59 ns, about 18 years, not \(text.clipped)"
    case .tooSmall(let text, let step): return "\(key) is less than \(step): \(text.clipped)"
    case .tooLarge(let text): return "\(key) is too large: \(text.clipped)"
    case .notWholeBytes(let text):
      return "\(key) must be a whole number of bytes, not \(text.clipped)"
    case .tooManyDigits(let text, let limit):
      return "\(key) has more than \(limit) digits after the point: \(text.clipped)"
    case .notWhole(let text): return "\(key) must be a whole number, not \(text.clipped)"
    }
  }

  /// The diagnostic about the value of a key.
  func diagnostic(at node: Node, key: String) -> Diagnostic {
    Diagnostic(code, at: node, message: message(key: key))
  }
}
