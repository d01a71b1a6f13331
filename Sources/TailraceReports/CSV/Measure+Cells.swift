import TailraceExperiment

/// Measures as cells of CSV files.
extension Measure {
  var names: [String?] {
    [name.entityKind, name.entity, name.metric, name.statistic.word, unit.rawValue]
  }

  /// Value, interval and the number of replications behind it.
  var mergedCells: [String?] {
    switch value {
    case .estimate(let estimate): return cells(estimate)
    case .count(let count): return [String(count), nil, nil, nil]
    case .largest(let time): return [time.map(DecimalText.milliseconds), nil, nil, nil]
    }
  }

  /// The same for one replication; nil where replications were not kept apart.
  func cells(of replication: Int) -> [String?]? {
    guard let estimate, replication < estimate.perReplication.count else { return nil }
    let value = estimate.perReplication[replication]
    return [value.flatMap(text), nil, nil, value == nil ? "0" : "1"]
  }

  /// Value, the ends of its interval and the number of replications behind it.
  func cells(_ estimate: Estimate) -> [String?] {
    let count = estimate.perReplication.count { $0 != nil }
    guard let value = estimate.value, let width = estimate.halfWidth else {
      return [estimate.value.flatMap(text), nil, nil, String(count)]
    }
    return [text(value), text(value - width), text(value + width), String(count)]
  }

  /// A value in the unit of files: times in milliseconds.
  func text(_ value: Double) -> String? {
    guard unit == .time else { return DecimalText.shortest(value) }
    return isExact ? DecimalText.milliseconds(value) : DecimalText.shortest(value / 1e6)
  }
}

extension Measure.Unit {
  /// The unit that files write so.
  init?(rawValue: String) {
    guard
      let unit = [Self.time, .perSecond, .perHour, .count, .ratio].first(where: {
        $0.rawValue == rawValue
      })
    else { return nil }
    self = unit
  }

  /// The unit as files write it.
  public var rawValue: String {
    switch self {
    case .time: "ms"
    case .perSecond: "1/s"
    case .perHour: "1/h"
    case .count: "1"
    case .ratio: "ratio"
    }
  }
}

extension Measure.Statistic {
  /// The statistic that files write so.
  init?(word: String) {
    let plain: [Self] = [.value, .mean, .min, .max, .count, .busiest, .variation]
    if let statistic = plain.first(where: { $0.word == word }) {
      self = statistic
      return
    }
    guard word.first == "p", let percent = Double(word.dropFirst()),
      let share = Decimal(percent)?.scaled(by: -2),
      let quantile = Double(share.text(decimals: Swift.max(0, -share.exponent))), quantile > 0,
      quantile < 1
    else { return nil }
    self = .quantile(quantile)
  }

  /// The statistic as files write it: `mean`, `p99.9`.
  public var word: String {
    switch self {
    case .value: "value"
    case .mean: "mean"
    case .min: "min"
    case .max: "max"
    case .count: "count"
    case .busiest: "busiest"
    case .variation: "cv"
    case .quantile(let q): DecimalText.percentile(q)
    }
  }
}
