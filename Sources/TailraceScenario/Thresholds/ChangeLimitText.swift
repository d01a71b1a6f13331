import TailraceCatalog
import TailraceExperiment

extension Scenario {
  /// Reads limits of changes such as `latency{workload:users} p(99) > +5%`.
  ///
  /// A bound with `%` is a part of the base's value; else it is in the metric's unit, where shares are
  /// bare numbers: `errors value > +0.01` is one point of a hundred.
  ///
  /// - Throws: `Invalid` with every mistake, and a name that no variant has among them.
  public func changeLimits(_ texts: [String]) throws(Invalid) -> [ChangeLimit] {
    var limits: [ChangeLimit] = []
    var mistakes: [Diagnostic] = []
    for text in texts {
      do throws(Diagnostic) {
        limits.append(try changeLimit(text))
      } catch {
        mistakes.append(error)
      }
    }
    if mistakes.isEmpty { return limits }
    throw Invalid(name: name, diagnostics: mistakes)
  }

  private func changeLimit(_ text: String) throws(Diagnostic) -> ChangeLimit {
    let whole = TextPiece(.string(text, from: "--fail-if")).trimmed
    // The metric ends at its labels, else at the first blank.
    let brace = whole.bytes.firstIndex(of: UInt8(ascii: "}")).map { $0 + 1 }
    guard let end = brace ?? whole.bytes.firstIndex(of: UInt8(ascii: " ")) else {
      throw whole.mistake(
        "'\(text.clipped)' is no limit: a metric, a statistic, < or >, a change such as +5%")
    }
    let subject = try ThresholdText.subject(of: whole[whole.bytes.startIndex..<end].node)
    for (label, node) in subject.names { try check(node, label) }
    let rest = whole[end..<whole.bytes.endIndex].trimmed
    let marks = Set("<>=!".utf8)
    guard let start = rest.bytes.firstIndex(where: { marks.contains($0) }) else {
      throw rest.mistake("'\(rest.string.clipped)' has none of < <= > >= before its change")
    }
    let stop = rest.bytes[start...].firstIndex { !marks.contains($0) } ?? rest.bytes.endIndex
    let sign = rest[start..<stop]
    guard let comparison = ThresholdComparison(rawValue: sign.string) else {
      throw sign.mistake("'\(sign.string.clipped)' is none of < <= > >=")
    }
    let statistic = try ThresholdText.statistic(
      rest[rest.bytes.startIndex..<start].trimmed, of: subject.metric, before: sign)
    let bound = try bound(
      rest[stop..<rest.bytes.endIndex].trimmed, of: subject.metric, after: sign)
    let threshold = Threshold(
      metric: subject.metric, labels: subject.labels, statistic: statistic,
      comparison: comparison, bound: 0, condition: rest.string)
    if threshold.needsIntervals {
      throw rest.mistake("a change has no 'min' or 'max' of intervals; write 'value'")
    }
    return ChangeLimit(
      subject: threshold, bound: bound,
      text: whole.string.split(separator: " ").joined(separator: " "))
  }

  private func bound(
    _ text: TextPiece, of metric: ThresholdMetric, after sign: TextPiece
  ) throws(Diagnostic) -> ChangeLimit.Bound {
    var digits = text
    var factor = 1.0
    if let first = text.bytes.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
      digits = text[text.bytes.startIndex + 1..<text.bytes.endIndex]
      if first == UInt8(ascii: "-") { factor = -1 }
    }
    if digits.bytes.isEmpty {
      throw sign.mistake("a change such as +5% must stand after '\(sign.string)'")
    }
    if digits.bytes.last == UInt8(ascii: "%") {
      return .ratio(
        factor
          * (try QuantityScanner.share(digits.node, key: metric.name, in: 0...1_000_000)))
    }
    if metric.unit == .share {
      let points = try ThresholdText.number(
        digits, key: metric.name, in: 0...1, "a part of the base such as +5%, or points as +0.01")
      return .difference(factor * points)
    }
    return .difference(factor * (try ThresholdText.bound(digits, of: metric, after: sign)))
  }

  private func check(_ node: Node, _ label: ThresholdLabel) throws(Diagnostic) {
    let topologies = variants.map(\.topology)
    let known: [String]
    switch label {
    case .workload: known = topologies.flatMap { $0.workloads.map(\.name) }
    case .service: known = topologies.flatMap { $0.services.map(\.name) }
    case .cache: known = topologies.flatMap { $0.caches.map(\.name) }
    case .fault: known = topologies.flatMap { $0.faults.map(\.name) }
    case .rateLimit: known = topologies.flatMap { $0.rateLimits.map(\.name) }
    case .pool: known = topologies.flatMap { $0.pools.map(\.name) }
    case .shard, .replica: return
    }
    let name = node.string ?? ""
    guard known.contains(name) else {
      throw Diagnostic(
        .unknownName, at: node,
        message: "there is no \(label.rawValue) '\(name.clipped)'"
          + NearestWord.hint(name, among: Array(Set(known)).sorted()))
    }
  }
}
