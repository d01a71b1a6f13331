import TailraceCatalog
import TailraceExperiment

/// Reads `metric{label:name}` and `statistic op bound`.
enum ThresholdText {
  /// A metric with its labels.
  struct Subject {
    var metric: ThresholdMetric
    var names: [(label: ThresholdLabel, node: Node)]

    var labels: [(label: ThresholdLabel, value: String)] {
      names.map { ($0.label, $0.node.string ?? "") }
    }
  }

  /// Most bytes of a metric with its labels, and of a condition.
  static let bytesMax = 1_000

  // MARK: The metric

  static func subject(of node: Node) throws(Diagnostic) -> Subject {
    let text = TextPiece(node)
    if text.bytes.count > bytesMax { throw text.mistake("a metric has at most \(bytesMax) bytes") }
    guard let brace = text.bytes.firstIndex(of: UInt8(ascii: "{")) else {
      return Subject(metric: try metric(text.trimmed), names: [])
    }
    let metric = try metric(text[text.bytes.startIndex..<brace].trimmed)
    guard text.bytes.last == UInt8(ascii: "}") else {
      throw text.mistake("'\(text.string.clipped)' lacks the '}' at its end")
    }
    let inside = text[brace + 1..<text.bytes.endIndex - 1]
    var names: [(label: ThresholdLabel, node: Node)] = []
    for part in inside.split(at: UInt8(ascii: ",")) {
      guard let colon = part.bytes.firstIndex(of: UInt8(ascii: ":")) else {
        throw part.trimmed.mistake("'\(part.trimmed.string.clipped)' is no label:name pair")
      }
      let label = try label(part[part.bytes.startIndex..<colon].trimmed, of: metric)
      let value = part[colon + 1..<part.bytes.endIndex].trimmed
      if names.contains(where: { $0.label == label }) {
        throw part.trimmed.mistake("label '\(label.rawValue)' is given twice")
      }
      if value.bytes.isEmpty {
        throw part.trimmed.mistake("label '\(label.rawValue)' needs a name")
      }
      names.append((label, value.node))
    }
    try checkScope(of: names, metric, at: text)
    return Subject(metric: metric, names: names)
  }

  private static func metric(_ text: TextPiece) throws(Diagnostic) -> ThresholdMetric {
    let name = text.string
    if let found = ThresholdMetrics.all.first(where: { $0.name == name }) { return found }
    if ThresholdMetrics.later.contains(name) {
      throw text.mistake("metric '\(name)' is not in this version", .notInThisVersion)
    }
    let words = ThresholdMetrics.all.map(\.name)
    if let statistic = sampleStatistic(name) {
      throw text.mistake(
        "there is no metric '\(name.clipped)': '\(statistic)' is a statistic of one, as in "
          + "'latency: \(statistic) < 250ms'", .unknownName)
    }
    let near = NearestWord.suggest(name, among: words + ThresholdMetrics.later)
    let hint = near.map { "; did you mean '\($0)'?" } ?? "; it is one of " + list(words)
    throw text.mistake("there is no metric '\(name.clipped)'\(hint)", .unknownName)
  }

  private static func label(
    _ text: TextPiece, of metric: ThresholdMetric
  ) throws(Diagnostic) -> ThresholdLabel {
    let name = text.string
    let known = metric.scopes.flatMap { $0 }
    if let label = ThresholdLabel(rawValue: name), known.contains(label) { return label }
    if ThresholdMetrics.laterLabels.contains(name) {
      throw text.mistake("label '\(name)' is not in this version", .notInThisVersion)
    }
    let words = known.map(\.rawValue)
    let all = ThresholdLabel.allCases.map(\.rawValue)
    let near = NearestWord.suggest(name, among: all + ThresholdMetrics.laterLabels)
    let hint =
      all.contains(name)
      ? "; it takes " + list(words)
      : near.map { "; did you mean '\($0)'?" } ?? "; it takes " + list(words)
    throw text.mistake("'\(metric.name)' takes no label '\(name.clipped)'\(hint)", .unknownName)
  }

  private static func checkScope(
    of names: [(label: ThresholdLabel, node: Node)], _ metric: ThresholdMetric, at text: TextPiece
  ) throws(Diagnostic) {
    let labels = names.map(\.label)
    let fitting = metric.scopes.filter { scope in labels.allSatisfy { scope.contains($0) } }
    guard let scope = fitting.first else {
      throw text.mistake(
        "labels \(list(labels.map { "'\($0.rawValue)'" })) do not go together for '\(metric.name)'")
    }
    if !labels.isEmpty, let first = scope.first, !labels.contains(first) {
      throw text.mistake("'\(labels[0].rawValue)' needs a '\(first.rawValue)' beside it")
    }
  }

  // MARK: The condition

  static func threshold(_ node: Node, of subject: Subject) throws(Diagnostic) -> Threshold {
    guard node.string != nil else {
      throw Diagnostic(
        .wrongType, at: node,
        message: "a condition must be a text such as \"p(99) < 250ms\", not \(node.kindName)")
    }
    let text = TextPiece(node)
    if text.bytes.count > bytesMax {
      throw text.mistake("a condition has at most \(bytesMax) bytes")
    }
    let marks = Set("<>=!".utf8)
    guard let start = text.bytes.firstIndex(where: { marks.contains($0) }) else {
      throw text.mistake(
        "'\(text.string.clipped)' is no condition: a statistic, one of < <= > >=, a bound")
    }
    let end = text.bytes[start...].firstIndex { !marks.contains($0) } ?? text.bytes.endIndex
    let sign = text[start..<end]
    guard let comparison = ThresholdComparison(rawValue: sign.string) else {
      throw sign.mistake("'\(sign.string.clipped)' is none of < <= > >=")
    }
    let statistic = try statistic(
      text[text.bytes.startIndex..<start].trimmed, of: subject.metric, before: sign)
    let bound = try bound(
      text[end..<text.bytes.endIndex].trimmed, of: subject.metric, after: sign)
    let words = text.string.split(separator: " ").joined(separator: " ")
    return Threshold(
      metric: subject.metric, labels: subject.labels, statistic: statistic,
      comparison: comparison, bound: bound, condition: words)
  }

  static func statistic(
    _ text: TextPiece, of metric: ThresholdMetric, before sign: TextPiece
  ) throws(Diagnostic) -> ThresholdStatistic {
    let word = text.string
    if word.isEmpty { throw sign.mistake("a statistic must stand before '\(sign.string)'") }
    let named: [(String, ThresholdStatistic)] =
      metric.isSample
      ? [("mean", .mean), ("min", .min), ("max", .max)]
      : [("value", .value), ("min", .min), ("max", .max)]
    if let found = named.first(where: { $0.0 == word }) { return found.1 }
    if metric.isSample, word.hasPrefix("p("), word.hasSuffix(")") {
      let inside = text[text.bytes.startIndex + 2..<text.bytes.endIndex - 1].trimmed
      let percentile = try number(
        inside, key: "p(q)", in: 0.001...99.9999, "a percentile such as p(99.9)")
      // As a share it is read in decimal: p(99.9) is the double nearest to 0.999.
      let share = Node.string(inside.string + "%", from: "p(q)")
      return .quantile((try? QuantityScanner.share(share, key: "p(q)")) ?? percentile / 100)
    }
    let known = metric.statistics
    // `p99` and `avg`, as other tools write them.
    let meant = sampleStatistic(word) ?? foreignStatistics[word]
    let fits = meant.map { ($0 != "value") == metric.isSample } ?? false
    let near = fits ? meant : NearestWord.suggest(word, among: known)
    let hint = near.map { "; did you mean '\($0)'?" } ?? "; it has " + list(known)
    throw text.mistake("'\(metric.name)' has no statistic '\(word.clipped)'\(hint)", .unknownName)
  }

  static func bound(
    _ text: TextPiece, of metric: ThresholdMetric, after sign: TextPiece
  ) throws(Diagnostic) -> Double {
    if text.bytes.isEmpty { throw sign.mistake("a bound must stand after '\(sign.string)'") }
    switch metric.unit {
    case .time: return Double(try QuantityScanner.duration(text.node, key: metric.name))
    case .share:
      return try QuantityScanner.share(text.node, key: metric.name, in: 0...1_000_000)
    case .perSecond: return try QuantityScanner.rate(text.node, key: metric.name, in: 0...1e12)
    case .number: return try number(text, key: metric.name, in: 0...1e15, "a number without unit")
    }
  }

  static func number(
    _ text: TextPiece, key: String, in range: ClosedRange<Double>, _ wanted: String
  ) throws(Diagnostic) -> Double {
    let source = SourceText(name: "", text: text.string)
    let value = text.bytes.isEmpty ? nil : JSON5Reader.read(source).0
    guard let number = value?.number else {
      throw text.mistake("'\(key)' needs \(wanted), not '\(text.string.clipped)'", .wrongType)
    }
    return try QuantityScanner.real(
      Node(.number(number), source: text.node.source, range: text.node.range), key: key, in: range)
  }

  private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }

  // MARK: Patterns for editors

  /// What names of metrics match.
  static var metricPattern: String {
    let labels = ThresholdLabel.allCases.map(\.rawValue).joined(separator: "|")
    let pair = " *(\(labels)) *: *[A-Za-z0-9_-]+ *"
    let names = ThresholdMetrics.all.map(\.name).joined(separator: "|")
    return "^ *(\(names)) *(\\{\(pair)(,\(pair))*\\})?$"
  }

  /// What conditions match.
  static let conditionPattern =
    "^ *(value|mean|min|max|p\\( *[0-9.]+ *\\)) *(<|<=|>|>=) *[0-9.]+ *[A-Za-z0-9./%]* *$"
}

/// A part of a text of the file, which remembers where it stands.
struct TextPiece {
  /// The bytes, numbered as in the whole text.
  let bytes: ArraySlice<UInt8>
  private let whole: Node
  /// Where byte 0 of the whole text stands in the file; nil where escapes moved it.
  private let offset: Int?

  init(_ node: Node) {
    whole = node
    let text = node.string ?? ""
    bytes = ArraySlice(text.utf8)
    let spelling = node.spelling
    if spelling == text {
      offset = node.range.lower
    } else if spelling.utf8.count == text.utf8.count + 2, spelling.dropFirst().dropLast() == text {
      offset = node.range.lower + 1
    } else {
      offset = nil
    }
  }

  private init(_ bytes: ArraySlice<UInt8>, of other: TextPiece) {
    self.bytes = bytes
    whole = other.whole
    offset = other.offset
  }

  subscript(range: Range<Int>) -> TextPiece { TextPiece(bytes[range], of: self) }

  var string: String { String(decoding: bytes, as: UTF8.self) }

  /// The same as a text node at its own place.
  var node: Node {
    guard let offset else { return Node(.string(string), source: whole.source, range: whole.range) }
    let range = SourceRange(lower: offset + bytes.startIndex, upper: offset + bytes.endIndex)
    return Node(.string(string), source: whole.source, range: range)
  }

  /// Without blanks at both ends.
  var trimmed: TextPiece {
    var part = bytes
    while part.first == UInt8(ascii: " ") { part = part.dropFirst() }
    while part.last == UInt8(ascii: " ") { part = part.dropLast() }
    return TextPiece(part, of: self)
  }

  func split(at byte: UInt8) -> [TextPiece] {
    bytes.split(separator: byte, omittingEmptySubsequences: false).map { TextPiece($0, of: self) }
  }

  func mistake(_ message: String, _ code: Diagnostic.Code = .badThreshold) -> Diagnostic {
    Diagnostic(code, at: node, message: message)
  }
}

extension Diagnostic.Code {
  static let badThreshold: Diagnostic.Code = "bad-threshold"
}
