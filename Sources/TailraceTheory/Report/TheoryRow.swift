import TailraceExperiment

/// A number of theory beside what the run had.
public struct TheoryRow: Sendable {
  /// What the number is about.
  public enum Entity: String, Sendable {
    case workload, service, cache
  }

  /// The unit in which a number is shown.
  public enum Unit: Sendable {
    /// Nanoseconds.
    case time
    /// From 0 to 1.
    case share
    case perSecond, number
  }

  public var entity: Entity
  /// The name of the workload, service or cache.
  public var name: String
  /// The metric, as thresholds name it.
  public var metric: String
  /// `mean`, `p99`, ...; nil where the metric has one value.
  public var statistic: String?
  public var unit: Unit
  /// The formula, as books call it.
  public var formula: String
  /// The book or paper and its year.
  public var source: String
  public var kind: TheoryKind
  public var theory: Double
  public var simulated: Estimate
  /// What the number rests on beside the scenario: a rate of the run.
  public var basis: String?
  /// Relative width of the buckets that the simulated value was read from.
  public var resolution = 0.0
  /// Whether a short summary shows it.
  public var isHeadline = false

  public init(
    _ entity: Entity, _ name: String, _ metric: String, _ statistic: String?, _ unit: Unit,
    formula: String, source: String, kind: TheoryKind, theory: Double, simulated: Estimate
  ) {
    (self.entity, self.name, self.metric, self.statistic) = (entity, name, metric, statistic)
    (self.unit, self.formula, self.source, self.kind) = (unit, formula, source, kind)
    (self.theory, self.simulated) = (theory, simulated)
  }

  /// How theory and simulation go together.
  public enum Verdict: String, Sendable {
    /// Theory lies within the 95 % interval of the simulation.
    case within
    /// It does not.
    case outside
    /// There is no interval to judge by: the deviation says how far.
    case unknown
    /// A bound, kept or broken by more than the interval.
    case holds, broken
  }

  /// The simulated value over theory, less 1; nil without a value, or where theory says 0.
  public var deviation: Double? {
    guard let value = simulated.value, theory != 0 else { return nil }
    return value / theory - 1
  }

  public var verdict: Verdict {
    guard let value = simulated.value, value.isFinite, theory.isFinite else { return .unknown }
    let slack = (simulated.halfWidth ?? 0) + resolution * value.magnitude
    switch kind {
    case .upperBound: return value - slack <= theory ? .holds : .broken
    case .lowerBound: return value + slack >= theory ? .holds : .broken
    case .exact, .limit, .approximation:
      // With a rate of the run itself both sides share its chance.
      if simulated.halfWidth == nil || basis != nil { return .unknown }
      return (value - theory).magnitude <= slack ? .within : .outside
    }
  }
}

/// Why theory has no formula for something.
public struct TheoryGap: Sendable, Equatable {
  public var entity: TheoryRow.Entity
  public var name: String
  /// The formula that was tried; nil where the reason holds for all.
  public var formula: String?
  /// The assumption that fails, as a sentence without a full stop.
  public var reason: String
  /// Whether a short list shows it: the reason of the formula that comes nearest.
  public var isNearest: Bool

  public init(
    _ entity: TheoryRow.Entity, _ name: String, formula: String?, _ reason: String,
    isNearest: Bool
  ) {
    (self.entity, self.name, self.formula) = (entity, name, formula)
    (self.reason, self.isNearest) = (reason, isNearest)
  }
}

/// What theory says about a run.
public struct TheoryReport: Sendable {
  /// By workload, service and cache, each in the order of the file.
  public var rows: [TheoryRow] = []
  /// What has no formula, and why.
  public var gaps: [TheoryGap] = []
  /// Facts without a simulated counterpart, as sentences without a full stop: instability, capacity.
  public var notes: [String] = []

  public init() {}
}
