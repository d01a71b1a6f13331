import TailraceCatalog
import TailraceTables

/// Reads quantiles, one a line: `p50,12ms`, `0.5,9`, `99% 120ms` or JSON's `"p(99)": 120`.
enum QuantileReader {
  static func read(
    _ bytes: [UInt8], _ query: MeasurementQuery
  ) throws(MeasurementFailure) -> MeasuredInput {
    let text = TextLines(bytes)
    var mistakes = MistakeList()
    var quantity = query.quantity
    var ignored: [String] = []
    var rows: [(level: Double, value: TextLines.Word, place: TextLines.Word)] = []
    var isFirst = true
    for line in entries(text) {
      if mistakes.isFull { break }
      defer { isFirst = false }
      guard let (name, value) = pair(text, line) else {
        mistakes.add(text.mistake(line, "is no quantile: write p99: 120ms or 0.99,120"))
        continue
      }
      let word = text.text(name).lowercased()
      if isFirst, ["quantile", "percentile", "level", "p"].contains(word) {
        quantity = quantity ?? MeasuredQuantity(suffixOf: text.text(value))
      } else if otherFacts.contains(word) {
        ignored.append(word)
      } else if let level = level(text, name) {
        rows.append((level, value, name))
      } else {
        mistakes.add(
          text.mistake(name, "is no level: write p99, 99% or 0.99; min, median and max are known"))
      }
    }
    // A unit in one value says what all are, and then all must have one.
    let needsUnits = quantity == nil
    if needsUnits { quantity = rows.lazy.compactMap { unit(text, $0.value) }.first }
    guard let quantity else {
      try mistakes.check()
      throw BucketReader.noUnit(of: "the table of quantiles")
    }
    var points: [(point: QuantilePoint, place: TextLines.Word)] = []
    for row in rows {
      do throws(TableMistake) {
        if needsUnits, let number = text.number(row.value), number != 0 {
          throw text.mistake(row.value, "has no unit, and others have one")
        }
        let value = try self.value(text, row.value, quantity)
        points.append((QuantilePoint(level: row.level, value: value), row.place))
      } catch { mistakes.add(error) }
    }
    points.sort { ($0.point.level, $0.place.lower) < ($1.point.level, $1.place.lower) }
    for (one, next) in zip(points, points.dropFirst()) {
      if one.point.level == next.point.level {
        mistakes.add(text.mistake(next.place, "is a level given twice"))
      } else if next.point.value < one.point.value {
        mistakes.add(
          text.mistake(next.place, "has a lower value than \(text.text(one.place)) below it"))
      }
    }
    try mistakes.check()
    guard points.count >= 2 else {
      throw .mistakes([
        TableMistake(line: 1, column: 1, "a law needs two quantiles; there are \(points.count)")
      ])
    }
    var input = MeasuredInput(format: .quantiles)
    input.quantity = quantity
    input.measurements = .points(points.map(\.point))
    if let first = points.first, let last = points.last,
      first.point.level > 0 || last.point.level < 1
    {
      input.notes.append(
        "nothing is known below \(text.text(first.place)) and above \(text.text(last.place)): an "
          + "empirical law holds the values there")
    }
    if !ignored.isEmpty {
      input.notes.append("\(ignored.joined(separator: ", ")): not used, only quantiles are")
    }
    return input
  }

  /// Whether the first lines read as quantiles: those with a named level, such as p50, where half of
  /// them do and the first is right; bare numbers only if they are all levels that rise to the tail.
  static func isTable(_ text: TextLines) -> Bool {
    var levels: [Double] = []
    var (named, others) = (0, 0)
    for (index, line) in entries(text).prefix(linesMax).enumerated() {
      let found = pair(text, line)
      let word = found.map { text.text($0.0).lowercased() } ?? ""
      if index == 0, ["quantile", "percentile"].contains(word) { return true }
      if otherFacts.contains(word) { continue }
      guard let (name, value) = found, let level = level(text, name),
        (0x30...0x39).contains(text.bytes[value.lower])
      else {
        if levels.isEmpty { return false }
        others += 1
        continue
      }
      levels.append(level)
      if text.number(name) == nil { named += 1 }
    }
    if named > 0 { return levels.count >= others }
    return others == 0 && levels.contains { (0.9..<1).contains($0) }
      && zip(levels, levels.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// Facts that stand beside quantiles in reports of other tools.
  private static let otherFacts = [
    "avg", "mean", "stdev", "stddev", "std", "count", "sum", "total", "rate",
  ]

  /// How many entries decide whether they are quantiles.
  private static let linesMax = 400
  /// What stands above the quantiles that wrk prints.
  private static let wrkHeading = "Latency Distribution"

  /// The entries of a table: its lines, those of JSON cut at commas; of wrk's report only the lines
  /// of its distribution.
  private static func entries(_ text: TextLines) -> [TextLines.Word] {
    let lines = Array(text)
    if let heading = lines.firstIndex(where: { text.begins($0, with: wrkHeading) }) {
      return Array(
        lines[(heading + 1)...].prefix { line in
          pair(text, line).map { level(text, $0.0) != nil } ?? false
        })
    }
    return lines.filter { !isFrame(text, $0) }.flatMap { cut(text, $0) }
  }

  /// The members of an object that stand on one line.
  private static func cut(_ text: TextLines, _ line: TextLines.Word) -> [TextLines.Word] {
    guard text.text(line).contains("\":") else { return [line] }
    var parts: [TextLines.Word] = []
    var lower = line.lower
    for i in line.lower..<line.upper where text.bytes[i] == 0x2C {
      let rest = text.trimmed(text.part(line, from: i + 1, to: line.upper))
      if rest.lower < rest.upper, text.bytes[rest.lower] == 0x22 {
        parts.append(text.part(line, from: lower, to: i))
        lower = rest.lower
      }
    }
    return parts + [text.part(line, from: lower, to: line.upper)]
  }

  /// Brackets and comments around the rows.
  private static func isFrame(_ text: TextLines, _ line: TextLines.Word) -> Bool {
    ["{", "}", "},"].contains(text.text(line)) || text.begins(line, with: "#")
      || text.begins(line, with: "//")
  }

  /// What stands on both sides of the first comma, colon, equals sign or blank.
  private static func pair(
    _ text: TextLines, _ line: TextLines.Word
  ) -> (TextLines.Word, TextLines.Word)? {
    let separators: [UInt8] = [0x2C, 0x3A, 0x3D, 0x3B, 0x20, 0x09]
    let whole = text.trimmed(line, of: [0x2C, 0x7B, 0x7D])
    guard
      let cut = text.bytes[whole.lower..<whole.upper].firstIndex(where: separators.contains)
    else { return nil }
    let name = text.trimmed(text.part(whole, from: whole.lower, to: cut), of: [0x22, 0x27])
    let rest = text.part(whole, from: cut, to: whole.upper)
    let value = text.trimmed(rest, of: separators + [0x22, 0x27])
    return name.lower < name.upper && value.lower < value.upper ? (name, value) : nil
  }

  /// `p99`, `p(99.9)`, `99%`, `0.99`, `min`, `median`, `max`.
  private static func level(_ text: TextLines, _ name: TextLines.Word) -> Double? {
    let word = text.text(name).lowercased()
    switch word {
    case "min", "minimum": return 0
    case "med", "median": return 0.5
    case "max", "maximum": return 1
    default: break
    }
    var digits = Substring(word)
    let isPercent = word.hasPrefix("p") || word.hasSuffix("%")
    if digits.first == "p" { digits = digits.dropFirst() }
    if digits.last == "%" { digits = digits.dropLast() }
    if digits.first == "(", digits.last == ")" { digits = digits.dropFirst().dropLast() }
    let bytes = Array(digits.utf8)
    guard let number = DecimalText(bytes, 0, bytes.count), !number.isNegative else { return nil }
    // The point is moved in the text, so that 99.9 is 0.999 and not its neighbour.
    let level = isPercent ? number.shifted(by: -2) : number.real
    return level.flatMap { (0...1).contains($0) ? $0 : nil }
  }

  private static func unit(_ text: TextLines, _ word: TextLines.Word) -> MeasuredQuantity? {
    if text.number(word) != nil { return nil }
    let shown = text.text(word)
    let units = shown.drop { $0.isNumber || $0 == "." }
    return units.hasSuffix("B") ? .bytes : .duration(unit: 1)
  }

  /// A bare number in the unit of the table, or a quantity with its own.
  private static func value(
    _ text: TextLines, _ word: TextLines.Word, _ quantity: MeasuredQuantity
  ) throws(TableMistake) -> Double {
    if let number = text.number(word) {
      if number < 0 { throw text.mistake(word, "is negative") }
      let value = number * Double(quantity.scale)
      if value > quantity.limit { throw text.mistake(word, quantity.tooLarge) }
      return value
    }
    let shown = text.text(word)
    let node = Node.string(shown, from: "value")
    do throws(Diagnostic) {
      switch quantity {
      case .duration:
        return Double(
          try QuantityScanner.duration(node, key: "value", in: 0...QuantityScanner.delayMax))
      case .bytes: return Double(try QuantityScanner.size(node, key: "value", in: 0...1 << 50))
      case .count: break
      }
    } catch {
      throw TableMistake(line: word.line, column: word.column, error.message)
    }
    throw text.mistake(word, "is no number")
  }
}

extension DecimalText {
  /// The number times a power of ten, rounded once.
  fileprivate func shifted(by power: Int) -> Double? {
    Double("\(isNegative ? "-" : "")\(mantissa)e\(exponent + power)")
  }
}
