/// One number of a run with its names: what summary.csv, comparisons and sweeps have rows of.
public struct Measure: Sendable {
  /// The number.
  public enum Value: Sendable {
    /// With each replication's own value; times in nanoseconds.
    case estimate(Estimate)
    /// Summed over the replications.
    case count(UInt64)
    /// The largest of all replications, in nanoseconds; nil where there was none.
    case largest(UInt64?)
  }

  /// What the number counts.
  public enum Unit: Sendable {
    /// Nanoseconds.
    case time
    case perSecond, count, ratio
    /// Of the file's currency.
    case perHour
  }

  /// Which number of a metric it is.
  public enum Statistic: Sendable, Hashable {
    /// Over the whole run.
    case value
    case mean, min, max, count
    /// Of the busiest one.
    case busiest
    /// Standard deviation over mean.
    case variation
    /// From 0 to 1, both excluded.
    case quantile(Double)
  }

  /// Which way is better for the users.
  public enum Sense: Sendable {
    case lower, higher
    /// Neither, in itself.
    case neither
  }

  /// What tells a measure from the others of a run.
  public struct Name: Sendable, Hashable {
    /// `workload`, `service`, `cache`, `ports`, `rate_limit`, `pool`, `breaker`, `scatter`, `fault` or
    /// `run`.
    public var entityKind: String
    public var entity: String
    public var metric: String
    public var statistic: Statistic

    public init(_ entityKind: String, _ entity: String, _ metric: String, _ statistic: Statistic) {
      self.entityKind = entityKind
      self.entity = entity
      self.metric = metric
      self.statistic = statistic
    }
  }

  public var name: Name
  public var unit: Unit
  /// Whether each replication's values are whole nanoseconds.
  public var isExact = false
  public var value: Value

  public init(_ name: Name, _ unit: Unit, _ value: Value) {
    self.name = name
    self.unit = unit
    self.value = value
  }

  /// The number with its replications; nil where they were not kept apart.
  public var estimate: Estimate? {
    if case .estimate(let estimate) = value { estimate } else { nil }
  }
}

/// Collects the measures of one entity.
struct MeasureList {
  let entityKind: String
  let entity: String
  private(set) var all: [Measure] = []

  init(_ entityKind: String, _ entity: String) {
    self.entityKind = entityKind
    self.entity = entity
  }

  mutating func add(
    _ metric: String, _ statistic: Measure.Statistic, _ unit: Measure.Unit,
    _ value: Measure.Value, isExact: Bool = false
  ) {
    var measure = Measure(.init(entityKind, entity, metric, statistic), unit, value)
    measure.isExact = isExact
    all.append(measure)
  }

  mutating func count(_ metric: String, _ count: UInt64) {
    add(metric, .count, .count, .count(count))
  }

  /// A ratio of sums: each replication's own comes from a merge of it alone.
  mutating func ratio(
    _ metric: String, _ ratio: Double?, _ statistic: Measure.Statistic = .value
  ) {
    add(
      metric, statistic, .ratio,
      .estimate(Estimate(value: ratio, halfWidth: nil, perReplication: [])))
  }
}
