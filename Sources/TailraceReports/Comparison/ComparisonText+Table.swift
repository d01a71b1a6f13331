import TailraceExperiment

extension ComparisonText {
  /// A row for each measure: both values, the change and its interval, and what that says.
  func tableLines(_ contrast: Contrast) -> [String] {
    let rows = contrast.rows.filter { isVerbose || $0.measure.isHeadline }
    guard !rows.isEmpty else { return [] }
    let names = names(contrast)
    var table = TextTable(
      alignments: [.left, .left, .left, .right, .right, .right, .right, .right, .left, .left]
        + [.right, .right], gap: 2)
    let more = isVerbose ? ["p (Holm)", "r"] : []
    table.append(
      ["", "", "", names.base, "±", names.against, "±", "change", "95 % interval", ""] + more)
    let unit = timeUnit(of: rows)
    var above: Measure.Name?
    for row in rows {
      let name = row.measure.name
      let isSameEntity = above?.entity == name.entity && above?.entityKind == name.entityKind
      let isSameMetric = isSameEntity && above?.metric == name.metric
      above = name
      let change = ChangeText(row, unit: unit)
      let values = [row.base, row.against].flatMap { value in
        let text = Self.cells(value, row.measure, unit)
        return [text.value, text.halfWidth]
      }
      let certainty =
        isVerbose
        ? [change.pHolm, row.change.correlation.map { DecimalText.fixed($0, decimals: 2) } ?? ""]
        : []
      table.append(
        [
          isSameEntity ? "" : name.entity, isSameMetric ? "" : name.metric.withBlanks,
          Self.statistic(row.measure, unit),
        ] + values + [change.change, change.interval, change.verdict] + certainty)
    }
    return table.lines.enumerated().map { index, line in index == 0 ? ink.heading(line) : line }
  }

  /// The unit of all times in these rows.
  func timeUnit(of rows: [ContrastRow]) -> TimeUnit {
    timeUnit
      ?? .fitting(
        rows.filter { $0.measure.unit == .time }.flatMap { [$0.base.value, $0.against.value] }
          .compactMap { $0 })
  }

  /// `p99 (ms)`, `(%)`.
  private static func statistic(_ measure: Measure, _ unit: TimeUnit) -> String {
    let mark =
      switch measure.unit {
      case .time: "(\(unit.rawValue))"
      case .perSecond: "(1/s)"
      case .perHour: "(1/h)"
      case .ratio where measure.isPercent: "(%)"
      case .ratio, .count: ""
      }
    let statistic = measure.name.statistic == .value ? "" : measure.name.statistic.word
    return [statistic, mark].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// A value and its half-width in the row's unit.
  static func cells(
    _ estimate: Estimate, _ measure: Measure, _ unit: TimeUnit
  ) -> (value: String, halfWidth: String) {
    let scaled = Estimate(
      value: estimate.value.map { measure.shown($0, unit) },
      halfWidth: estimate.halfWidth.map { measure.shown($0, unit) }, perReplication: [])
    let text = EstimateText(scaled, decimals: 6, hasInterval: estimate.halfWidth != nil)
    return (text.value, estimate.halfWidth == nil ? "" : text.halfWidth)
  }
}

extension Measure {
  /// Ratios of a part to a whole are shown as per cents, others as they are.
  var isPercent: Bool { unit == .ratio && Self.isPercent(name.metric) }

  /// The same by the metric's name, of one in `ratio`.
  static func isPercent(_ metric: String) -> Bool { metric != "imbalance" }

  /// A value in the unit in which people see it.
  func shown(_ value: Double, _ time: TimeUnit) -> Double {
    switch unit {
    case .time: time.value(of: value)
    case .ratio: isPercent ? value * 100 : value
    case .perSecond, .perHour, .count: value
    }
  }
}

/// A change and its interval as cells.
struct ChangeText {
  var change = ""
  var interval = ""
  var verdict = ""
  var pHolm = ""

  init(_ row: ContrastRow, unit: TimeUnit) {
    let scale = { row.measure.shown($0, unit) }
    self.init(row.change, inUnit: scale, mark: row.measure.isPercent ? " pp" : "")
    verdict = row.change.verdict.rawValue
    if row.change.verdict == .identical { (change, interval) = ("", "") }
    pHolm = row.change.pHolm.map(Self.probability) ?? ""
  }

  init(_ limit: ChangeLimitResult) {
    let metric = limit.limit.subject.metric
    let unit = TimeUnit.fitting([limit.change.difference?.magnitude ?? 0])
    let isTime = metric.unit == .time
    var change = limit.change
    if case .difference = limit.limit.bound { change.base = nil }
    self.init(
      change, inUnit: { isTime ? unit.value(of: $0) : $0 }, mark: isTime ? " \(unit.rawValue)" : "")
  }

  /// Per cents of the base's value; where that is 0, the difference itself.
  private init(_ change: Change, inUnit: (Double) -> Double, mark: String) {
    let isRatio = change.ratio != nil
    guard let value = isRatio ? change.ratio.map({ $0 * 100 }) : change.difference.map(inUnit)
    else {
      self.change = DecimalText.missing
      return
    }
    let ends = [change.low, change.high].compactMap { $0 }.map { end in
      isRatio ? end / (change.base ?? 1) * 100 : inUnit(end)
    }
    let width = ends.count == 2 ? (ends[1] - ends[0]).magnitude / 2 : nil
    let decimals = Self.decimals(value, width)
    self.change = Self.signed(value, decimals) + (isRatio ? " %" : mark)
    guard ends.count == 2 else { return }
    // A negative base turns the ends around; nothing that is measured falls by more than all of it.
    let low = max(min(ends[0], ends[1]), isRatio ? -100 : -.infinity)
    let high = max(ends[0], ends[1])
    interval = "[\(Self.signed(low, decimals)), \(Self.signed(high, decimals))]"
  }

  /// Enough decimals that the ends of the interval differ, at least three digits where there are none.
  private static func decimals(_ value: Double, _ width: Double?) -> Int {
    var place = 1.0
    var decimals = 0
    let least = width.map { $0 > 0 ? $0 : value.magnitude / 100 } ?? value.magnitude / 100
    guard least > 0 else { return 1 }
    while decimals < 6, least < place * 2 {
      place /= 10
      decimals += 1
    }
    return decimals
  }

  static func signed(_ value: Double, _ decimals: Int) -> String {
    let text = DecimalText.fixed(value, decimals: decimals, grouped: true)
    return value > 0 ? "+" + text : text
  }

  static func probability(_ p: Double) -> String {
    p < 0.001 ? "<0.001" : DecimalText.fixed(p, decimals: 3)
  }
}
