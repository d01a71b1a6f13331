import TailraceCatalog

extension Scenario.Variant {
  /// What stands at a path of its document; nil where nothing does.
  ///
  /// - Throws: a mistake where the path meets nothing.
  func value(at path: String) throws(PathWriter.Mistake) -> Node? {
    let source = SourceText(name: "--find", text: path, order: 1)
    let mark = Node(.string(path), source: source, range: source.wholeRange)
    let writer = PathWriter(path: path, source: source, range: source.wholeRange, value: mark)
    return Self.counterpart(of: source, in: try writer.applied(to: document), document)
  }

  /// What the old document has where the new one has the mark.
  private static func counterpart(
    of mark: SourceText, in new: Node, _ old: Node?
  ) -> Node? {
    if new.string != nil, new.source === mark { return old }
    if let items = new.array {
      for (place, item) in items.enumerated() {
        let before = old?.array.flatMap { place < $0.count ? $0[place] : nil }
        if let found = counterpart(of: mark, in: item, before) { return found }
      }
    }
    for member in new.object?.members ?? [] {
      if let found = counterpart(of: mark, in: member.value, old?[member.name]) { return found }
    }
    return nil
  }
}

/// A number of a scenario that a search varies, with the unit that it is written in.
public struct SearchedNumber: Sendable {
  /// Names joined by dots, as `--set` takes them.
  public let path: String
  /// Behind the number: empty, `/s`, `ms`, `%`.
  public let unit: String
  /// What the scenario says.
  public let start: Double
  /// Whether it counts something.
  public let isWhole: Bool

  /// Reads the number at a path of a variant.
  ///
  /// - Throws: `Invalid` where the path meets nothing or no number.
  public init(_ path: String, in variant: Scenario.Variant) throws(Scenario.Invalid) {
    self.path = path
    let node: Node?
    do throws(PathWriter.Mistake) {
      node = try variant.value(at: path)
    } catch {
      throw Scenario.Invalid(name: "--find", diagnostics: [error.diagnostic])
    }
    let source = SourceText(name: "--find", text: path, order: 1)
    func mistake(_ message: String) -> Scenario.Invalid {
      Scenario.Invalid(
        name: "--find",
        diagnostics: [
          Diagnostic(.badSweep, source: source, range: source.wholeRange, message: message)
        ])
    }
    guard let node, !node.isNull else {
      throw mistake(
        "the scenario says nothing at '\(path.clipped)': give it a value to begin with, by --set")
    }
    let text = node.string ?? node.spelling
    let digits = text.utf8.prefix { $0 == 46 || (48...57).contains($0) }
    guard let number = Double(String(decoding: Array(digits), as: UTF8.self)), number > 0 else {
      throw mistake("'\(path.clipped)' is '\(text.clipped)', which is no number above 0")
    }
    start = number
    unit = String(decoding: Array(text.utf8.dropFirst(digits.count)), as: UTF8.self)
    isWhole = unit.isEmpty && !digits.contains(46)
  }

  /// A value as `--set` takes it: six digits and the unit.
  public func text(_ value: Double) -> String {
    if isWhole { return String(Int(value)) + unit }
    return Self.digits(value) + unit
  }

  /// Six significant digits, without zeros at the end.
  private static func digits(_ value: Double) -> String {
    var scale = 1.0
    var places = 0
    while value * scale < 99_999.5 && places < 9 {
      scale *= 10
      places += 1
    }
    let whole = UInt64(value * scale + 0.5)
    guard places > 0 else { return String(whole) }
    let text = String(whole)
    let padded = String(repeating: "0", count: max(0, places + 1 - text.utf8.count)) + text
    var result = padded.dropLast(places) + "." + padded.suffix(places)
    while result.last == "0" { result.removeLast() }
    if result.last == "." { result.removeLast() }
    return String(result)
  }
}
