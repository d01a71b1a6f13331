/// How rates and shares are read.
enum RateUnits {
  /// Reads a rate such as `4/m` as events per second; one rounding for s, ms and us.
  static func perSecond(of node: Node) throws(QuantityFailure) -> Double {
    var parser = try QuantityParser(node, kind: .rate)
    let (number, unit) = try parser.numberAndUnit(.rate)
    let value: Double
    switch unit {
    case "/us": value = number.shifted(by: 6).double
    case "/ms": value = number.shifted(by: 3).double
    case "/s": value = number.double
    case "/m": value = number.double / 60
    case "/h": value = number.double / 3_600
    case "/d": value = number.double / 86_400
    default: throw parser.unknown(unit, after: number, kind: .rate)
    }
    return try finite(value, of: number, text: parser.text)
  }

  /// Reads a share such as `5%` as the double nearest to its hundredth part.
  static func ratio(of node: Node) throws(QuantityFailure) -> Double {
    var parser = try QuantityParser(node, kind: .share)
    let (number, unit) = try parser.numberAndUnit(.share)
    guard unit == "%" else { throw parser.unknown(unit, after: number, kind: .share) }
    return try finite(number.shifted(by: -2).double, of: number, text: parser.text)
  }

  /// Refuses what a double turns into infinity, or into zero though it is not.
  static func finite(
    _ value: Double, of number: DecimalSpelling, text: String
  ) throws(QuantityFailure) -> Double {
    guard value.isFinite else { throw QuantityFailure(.tooLarge(text: text)) }
    if value == 0, !number.digits.isEmpty {
      throw QuantityFailure(.tooSmall(text: text, step: "any number a computer holds"))
    }
    return value
  }
}
