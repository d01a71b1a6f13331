/// A metric that thresholds can name.
public struct ThresholdMetric: Sendable {
  public enum Unit: Sendable {
    /// Nanoseconds.
    case time
    case share, perSecond, number
  }

  public let name: String
  /// What it measures, in a sentence.
  public let summary: String
  public let unit: Unit
  /// Labels it takes, by group: those of different groups do not go together, and the first of a
  /// group stands for it.
  public let scopes: [[ThresholdLabel]]
  /// Whether it has `mean`, `min`, `max` and `p(q)`; else `value`, `min` and `max`.
  public let isSample: Bool
  /// The time series of which `min` and `max` look at every interval.
  let track: SeriesTrack.Metric?
  /// Its number; nil where the run cannot tell.
  let measure: @Sendable (ThresholdSelection, ThresholdStatistic) -> Double?

  /// A sample: each request or visit has one.
  init(
    sample name: String, as unit: Unit = .time, _ summary: String, _ scopes: [[ThresholdLabel]],
    _ measure: @escaping @Sendable (ThresholdSelection, ThresholdStatistic) -> Double?
  ) {
    (self.name, self.summary, self.scopes) = (name, summary, scopes)
    (self.unit, isSample, track) = (unit, true, nil)
    self.measure = measure
  }

  /// A level or a share: the whole run has one, and so has each instance and each interval.
  init(
    _ name: String, _ unit: Unit, _ summary: String, _ scopes: [[ThresholdLabel]],
    track: SeriesTrack.Metric? = nil,
    _ parts: @escaping @Sendable (ThresholdSelection) -> ThresholdParts
  ) {
    (self.name, self.summary, self.unit, self.scopes) = (name, summary, unit, scopes)
    (isSample, self.track) = (false, track)
    measure = { selection, statistic in
      let parts = parts(selection)
      switch statistic {
      case .min: return (parts.lows + selection.intervals(track)).min()
      case .max: return (parts.highs + selection.intervals(track)).max()
      case .value, .mean, .quantile: return parts.value
      }
    }
  }

  /// Whether it is a part of a whole, and so at most 1; repeated calls may be more than first ones.
  public var isPart: Bool {
    unit == .share && !["retries", "hedges", "extra_load"].contains(name)
  }

  /// The statistics it has, as they are written.
  public var statistics: [String] {
    isSample ? ["mean", "min", "max", "p(q)"] : ["value", "min", "max"]
  }
}

/// A number of a whole run and those of the single things that it is about.
struct ThresholdParts {
  var value: Double?
  /// What 'min' looks at, and what 'max' does.
  var lows: [Double]
  var highs: [Double]

  init(_ value: Double?, _ instances: [Double?], highs: [Double]? = nil) {
    self.value = value
    lows = instances.compactMap { $0 }
    self.highs = highs ?? lows
  }

  /// A share: sums over sums.
  init(shares parts: [(of: UInt64, in: UInt64)]) {
    func ratio(_ part: (of: UInt64, in: UInt64)) -> Double? {
      part.in == 0 ? nil : Double(part.of) / Double(part.in)
    }
    let sum = parts.reduce((of: 0, in: 0)) { ($0.of + $1.of, $0.in + $1.in) }
    self.init(ratio(sum), parts.map(ratio))
  }

  /// A level or a rate: the sum of all; nil where one is not known.
  init(levels: [Double?]) {
    let known = levels.compactMap { $0 }
    let isWhole = known.count == levels.count && !known.isEmpty
    self.init(isWhole ? known.reduce(0, +) : nil, levels)
  }
}
