/// Turns values of a document into quantities, or into a diagnostic that says what is wrong.
///
/// Each function takes the name of the key for its message, and the allowed range. A lower bound
/// of `Double.leastNonzeroMagnitude` means, and is written as, "above 0".
public enum QuantityScanner {
  /// The longest duration in nanoseconds: 2^59, about 18 years.
  public static let durationMax: UInt64 = 1 << 59

  /// The longest single delay in nanoseconds: 26 days, which the clock can carry (2^51 ns).
  public static let delayMax: UInt64 = 26 * 86_400_000_000_000

  /// The longest run in nanoseconds: 1,600 days.
  public static let runMax: UInt64 = 1_600 * 86_400_000_000_000

  /// A duration such as `"1m30s"` in nanoseconds, exact or rounded to the nearest.
  public static func duration(
    _ node: Node, key: String, in range: ClosedRange<UInt64> = 0...durationMax
  ) throws(Diagnostic) -> UInt64 {
    do throws(QuantityFailure) {
      let value = try DurationUnits.nanoseconds(of: node)
      try check(
        value, in: range, natural: 0...durationMax, node: node,
        format: QuantityText.duration)
      return value
    } catch { throw error.mistake.diagnostic(at: node, key: key) }
  }

  /// A rate such as `"2000/s"` in events per second.
  public static func rate(
    _ node: Node, key: String, in range: ClosedRange<Double> = 0...Double.greatestFiniteMagnitude
  ) throws(Diagnostic) -> Double {
    do throws(QuantityFailure) {
      let value = try RateUnits.perSecond(of: node)
      try check(value, in: range, natural: nonnegative, node: node, format: QuantityText.rate)
      return value
    } catch { throw error.mistake.diagnostic(at: node, key: key) }
  }

  /// A size such as `"64KiB"` in bytes.
  public static func size(
    _ node: Node, key: String, in range: ClosedRange<UInt64> = 0...UInt64.max
  ) throws(Diagnostic) -> UInt64 {
    do throws(QuantityFailure) {
      let value = try SizeUnits.bytes(of: node)
      try check(
        value, in: range, natural: 0...UInt64.max, node: node, format: QuantityText.size)
      return value
    } catch { throw error.mistake.diagnostic(at: node, key: key) }
  }

  /// A bandwidth such as `"100MB/s"` or `"1Gbit/s"` in bytes per second.
  public static func bandwidth(
    _ node: Node, key: String, in range: ClosedRange<Double> = 0...Double.greatestFiniteMagnitude
  ) throws(Diagnostic) -> Double {
    do throws(QuantityFailure) {
      let value = try SizeUnits.bytesPerSecond(of: node)
      try check(
        value, in: range, natural: nonnegative, node: node, format: QuantityText.bandwidth)
      return value
    } catch { throw error.mistake.diagnostic(at: node, key: key) }
  }

  /// A share such as `"5%"` as a ratio, here 0.05.
  public static func share(
    _ node: Node, key: String, in range: ClosedRange<Double> = 0...1
  ) throws(Diagnostic) -> Double {
    do throws(QuantityFailure) {
      let value = try RateUnits.ratio(of: node)
      try check(value, in: range, natural: nonnegative, node: node, format: QuantityText.share)
      return value
    } catch { throw error.mistake.diagnostic(at: node, key: key) }
  }

  /// A whole number; `1e3` is one, `"5"` is not.
  public static func integer(
    _ node: Node, key: String, in range: ClosedRange<Int64> = Int64.min...Int64.max
  ) throws(Diagnostic) -> Int64 {
    do throws(QuantityFailure) {
      let number = try number(node, wanted: whole)
      if let value = number.integer {
        try check(
          value, in: range, natural: Int64.min...Int64.max, node: node, format: { String($0) })
        return value
      }
      // Beyond 2^53 every double is whole; so this number only lacks room.
      guard number.double.magnitude >= 0x1p53 else {
        throw QuantityFailure(.notWhole(text: number.spelling))
      }
      let wanted = "from \(range.lowerBound) to \(range.upperBound)"
      throw QuantityFailure(.outOfRange(wanted: wanted, found: number.spelling))
    } catch { throw error.mistake.diagnostic(at: node, key: key) }
  }

  /// A real number.
  public static func real(
    _ node: Node, key: String,
    in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
  ) throws(Diagnostic) -> Double {
    do throws(QuantityFailure) {
      if let share = percent(node, in: range) { throw share }
      let value = try number(node, wanted: "a number").double
      let all = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
      try check(value, in: range, natural: all, node: node, format: QuantityText.real)
      return value
    } catch { throw error.mistake.diagnostic(at: node, key: key) }
  }

  /// A real number of per cent: `"50%"` is told to be 50, and 0.5 too where so little has no use.
  ///
  /// - Parameters:
  ///   - node: The value.
  ///   - key: The name of its key.
  ///   - range: What it may be.
  ///   - least: What is below and above 0 was meant as a part of 1.
  /// - Returns: The number.
  /// - Throws: The mistake.
  public static func percent(
    _ node: Node, key: String, in range: ClosedRange<Double>, fromOne least: Bool
  ) throws(Diagnostic) -> Double {
    do throws(QuantityFailure) {
      let wanted = "a number"
      if let text = node.string, text.hasSuffix("%") {
        let digits = String(text.dropLast())
        if let value = Double(digits), range.contains(value) {
          throw QuantityFailure(.quotedNumber(text: text, wanted: wanted, number: digits))
        }
      }
      if least, let number = node.number, number.double > 0, number.double < 1 {
        let lower =
          range.lowerBound == 0 ? "0 or from 1" : "from \(QuantityText.real(range.lowerBound))"
        // Of 0.07 x 100 no more digits than were written.
        let digits = QuantityText.real((number.double * 1e8).rounded() / 1e6)
        throw QuantityFailure(
          .shareForPercent(
            found: number.spelling, digits: digits,
            wanted: "\(lower) to \(QuantityText.real(range.upperBound))"))
      }
    } catch { throw error.mistake.diagnostic(at: node, key: key) }
    return try real(node, key: key, in: range)
  }

  /// The mistake of per cent where a part of 1 is wanted: `20` or `"20%"` for 0.2; nil for others.
  private static func percent(_ node: Node, in range: ClosedRange<Double>) -> QuantityFailure? {
    guard range.lowerBound >= 0, (0.5...1).contains(range.upperBound) else { return nil }
    let found = node.string ?? node.number?.spelling ?? node.spelling
    let digits = found.hasSuffix("%") ? String(found.dropLast()) : found
    let isPercent = node.string == nil ? node.number?.integer != nil : digits != found
    guard isPercent, let percent = Double(digits), node.string != nil || percent > 1,
      range.contains(percent / 100)
    else { return nil }
    let isOpen = range.lowerBound == Double.leastNonzeroMagnitude
    let upper = QuantityText.real(range.upperBound)
    return QuantityFailure(
      .percent(
        found: node.string == nil ? found : node.spelling, digits: digits,
        share: QuantityText.real(percent / 100),
        wanted: isOpen
          ? "above 0 and at most \(upper)"
          : "from \(QuantityText.real(range.lowerBound)) to \(upper)"))
  }

  private static let nonnegative = 0...Double.greatestFiniteMagnitude

  private static let whole = "a whole number"

  private static func number(
    _ node: Node, wanted: String
  ) throws(QuantityFailure) -> Node.Number {
    if let number = node.number { return number }
    if let text = node.string {
      // A number in quotes; nothing that a number would not mean, such as "0x1p3" or "inf".
      let isPlain = !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 }
      let isMeant = wanted == whole ? Int64(text) != nil : Double(text) != nil
      if isPlain && isMeant {
        throw QuantityFailure(.quotedNumber(text: text, wanted: wanted, number: text))
      }
      throw QuantityFailure(.malformed(text: text, wanted: wanted))
    }
    throw QuantityFailure(.wrongType(wanted: wanted, found: node.kindName))
  }

  /// Refuses a value outside its range; bounds that are natural to the kind are not mentioned.
  private static func check<Value: Comparable>(
    _ value: Value, in range: ClosedRange<Value>, natural: ClosedRange<Value>, node: Node,
    format: (Value) -> String
  ) throws(QuantityFailure) {
    if range.contains(value) { return }
    let found = node.string ?? node.number?.spelling ?? node.spelling
    let hasLower = range.lowerBound > natural.lowerBound
    let hasUpper = range.upperBound < natural.upperBound
    let lower = format(range.lowerBound)
    let upper = format(range.upperBound)
    let wanted: String
    if range.lowerBound == range.upperBound {
      wanted = lower
    } else if (range.lowerBound as? Double) == Double.leastNonzeroMagnitude {
      wanted = hasUpper ? "above 0 and at most \(upper)" : "above 0"
    } else if hasUpper {
      let namesBoth = hasLower || range.lowerBound is Double
      wanted = namesBoth ? "from \(lower) to \(upper)" : "at most \(upper)"
    } else {
      wanted = "at least \(lower)"
    }
    throw QuantityFailure(.outOfRange(wanted: wanted, found: found))
  }
}
