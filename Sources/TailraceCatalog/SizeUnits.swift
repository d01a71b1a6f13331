/// The units of size, and how sizes and bandwidths are read with them.
enum SizeUnits {
  /// A unit: 10^`decimalPower` × 2^`binaryPower` bytes.
  struct Unit {
    let name: String
    let decimalPower: Int
    let binaryPower: Int

    /// The bytes of the unit.
    var bytes: UInt64 {
      (0..<decimalPower).reduce(UInt64(1)) { value, _ in value * 10 } << UInt64(binaryPower)
    }
  }

  /// The units of sizes; `KB` is read like `kB`, but not written.
  static let all: [Unit] = [
    Unit(name: "B", decimalPower: 0, binaryPower: 0),
    Unit(name: "kB", decimalPower: 3, binaryPower: 0),
    Unit(name: "MB", decimalPower: 6, binaryPower: 0),
    Unit(name: "GB", decimalPower: 9, binaryPower: 0),
    Unit(name: "TB", decimalPower: 12, binaryPower: 0),
    Unit(name: "KiB", decimalPower: 0, binaryPower: 10),
    Unit(name: "MiB", decimalPower: 0, binaryPower: 20),
    Unit(name: "GiB", decimalPower: 0, binaryPower: 30),
    Unit(name: "TiB", decimalPower: 0, binaryPower: 40),
  ]

  /// Reads a size in bytes; a part of a byte is refused.
  static func bytes(of node: Node) throws(QuantityFailure) -> UInt64 {
    var parser = try QuantityParser(node, kind: .size)
    let (number, name) = try parser.numberAndUnit(.size)
    guard let unit = unit(named: name) else {
      throw parser.unknown(name, after: number, kind: .size)
    }
    guard number.exponent >= -FixedPoint.fractionDigitsMax else {
      throw QuantityFailure(
        .tooManyDigits(text: parser.text, limit: FixedPoint.fractionDigitsMax))
    }
    var sum = FixedPoint()
    guard sum.add(number, unit: unit.bytes), sum.rounded != nil else {
      throw QuantityFailure(.tooLarge(text: parser.text))
    }
    guard let bytes = sum.whole else {
      throw QuantityFailure(.notWholeBytes(text: parser.text))
    }
    return bytes
  }

  /// Reads a bandwidth in bytes per second, with one rounding.
  static func bytesPerSecond(of node: Node) throws(QuantityFailure) -> Double {
    var parser = try QuantityParser(node, kind: .bandwidth)
    let (number, name) = try parser.numberAndUnit(.bandwidth)
    guard let (unit, divisor) = bandwidthUnit(named: name) else {
      throw parser.unknown(name, after: number, kind: .bandwidth)
    }
    // A power of two moves no digit; so the only rounding is that of the decimal.
    let scaled = number.shifted(by: unit.decimalPower).double
    let value = scaled * Double(UInt64(1) << UInt64(unit.binaryPower)) / divisor
    return try RateUnits.finite(value, of: number, text: parser.text)
  }

  private static func unit(named name: String) -> Unit? {
    all.first { $0.name == (name == "KB" ? "kB" : name) }
  }

  private static func bandwidthUnit(named name: String) -> (Unit, divisor: Double)? {
    if name.hasSuffix("bit/s") {
      return unit(named: name.dropLast(5) + "B").map { ($0, 8) }
    }
    guard name.hasSuffix("B/s") else { return nil }
    return unit(named: String(name.dropLast(2))).map { ($0, 1) }
  }
}
