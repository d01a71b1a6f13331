/// The units of time, and how durations are read with them.
enum DurationUnits {
  /// The nanoseconds of each unit, the largest first.
  static let all: [(name: String, nanoseconds: UInt64)] = [
    ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
    ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
  ]

  /// Reads a duration: numbers with units, the largest first, such as `1m30.5s`.
  ///
  /// The sum is exact; only what lies below a nanosecond is rounded, halves upward. A duration
  /// that is not zero never becomes zero.
  static func nanoseconds(of node: Node) throws(QuantityFailure) -> UInt64 {
    var parser = try QuantityParser(node, kind: .duration)
    var sum = FixedPoint()
    var last = UInt64.max
    repeat {
      guard let number = parser.number() else {
        throw QuantityFailure(.malformed(text: parser.text, wanted: QuantityKind.duration.noun))
      }
      let name = parser.unit()
      guard let unit = all.first(where: { $0.name == name })?.nanoseconds else {
        if name.isEmpty || name.hasPrefix(".") {
          throw QuantityFailure(
            .malformed(text: parser.text, wanted: QuantityKind.duration.noun))
        }
        throw parser.unknown(name, after: number, kind: .duration)
      }
      guard unit < last else { throw QuantityFailure(.unitOrder(text: parser.text)) }
      last = unit
      guard number.exponent >= -FixedPoint.fractionDigitsMax else {
        throw QuantityFailure(
          .tooManyDigits(text: parser.text, limit: FixedPoint.fractionDigitsMax))
      }
      guard sum.add(number, unit: unit) else {
        throw QuantityFailure(.durationTooLong(text: parser.text))
      }
    } while !parser.isAtEnd
    guard let nanoseconds = sum.rounded, nanoseconds <= QuantityScanner.durationMax else {
      throw QuantityFailure(.durationTooLong(text: parser.text))
    }
    if nanoseconds == 0, sum.steps > 0 {
      throw QuantityFailure(.tooSmall(text: parser.text, step: "half a nanosecond"))
    }
    return nanoseconds
  }
}
