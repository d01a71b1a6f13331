/// How narrow intervals have to be before a run ends.
public struct Precision: Sendable, Equatable {
  /// Largest half-width of a headline interval, as a part of its value.
  public var relative: Double
  /// Most replications, whatever the intervals are then.
  public var replicationsMax: Int

  public init(relative: Double, replicationsMax: Int = 1_000) {
    precondition(relative > 0, "no interval is narrower than nothing")
    self.relative = relative
    self.replicationsMax = replicationsMax
  }

  /// Least replications before intervals are looked at: with fewer, chance makes some of them narrow.
  static let replicationsMin = 10
}

/// What became of a run that goes on until its intervals are narrow.
public struct PrecisionReport: Sendable {
  public var wanted: Precision
  /// The widest headline interval at the end, as a part of its value; nil where none is known.
  public var widest: (name: Measure.Name, relative: Double)?
  /// Whether every headline interval is as narrow as wanted.
  public var isReached: Bool
  /// Replications that it took, and how often the intervals were looked at.
  public var replications: Int
  public var looks: Int
  /// Latencies at the known means of arrivals and work; nil where none is known.
  public var controls: ControlReport?
}

extension Precision {
  /// How many replications to begin with, where so many are asked for.
  func firstCount(_ asked: Int) -> Int {
    min(max(asked, Self.replicationsMin), replicationsMax)
  }

  /// What a look at the intervals says.
  func report(
    widest: (name: Measure.Name, relative: Double)?, replications: Int, looks: Int,
    controls: ControlReport? = nil
  ) -> PrecisionReport {
    PrecisionReport(
      wanted: self, widest: widest,
      isReached: replications >= Self.replicationsMin
        && widest.map { $0.relative <= relative } ?? true,
      replications: replications, looks: looks, controls: controls)
  }

  /// How many replications to have at the next look, if chance goes on as it did; `widest` is the
  /// widest interval so far as a part of its value.
  ///
  /// Widths fall with the square root of the number. At least a tenth more, so that looks are few,
  /// and at most twice as many, since the first widths are uncertain themselves.
  func nextCount(after count: Int, widest: Double?) -> Int {
    let ratio = (widest ?? 0) / relative
    let wanted = ratio.isFinite ? Double(count) * ratio * ratio : .infinity
    let least = max(Self.replicationsMin, count + max(2, count / 10))
    let most = max(least, 2 * count)
    return min(wanted < Double(most) ? max(least, Int(wanted) + 1) : most, replicationsMax)
  }
}

extension Measure {
  /// The half-width of an interval as a part of a value of this measure.
  ///
  /// A share of requests, such as errors, is held against the larger of itself and its complement:
  /// 0.1 % ± 0.1 % of errors is a good number.
  func relative(_ halfWidth: Double, of value: Double) -> Double {
    let whole =
      unit == .ratio && better != .neither
      ? max(value.magnitude, (1 - value).magnitude) : value.magnitude
    return whole == 0 ? .infinity : halfWidth / whole
  }
}

extension RunResult {
  /// The widest of the headline intervals as a part of its value.
  ///
  /// Measures without an interval do not count: more replications would not give them one. A latency
  /// under control counts with that interval, be it narrower or wider than its own: who took the
  /// narrower would have intervals that hold the truth too rarely.
  func widestHeadline(_ controls: ControlReport? = nil) -> (name: Measure.Name, relative: Double)? {
    widest(
      measures.lazy.filter(\.isHeadline).map { measure in
        if let row = controls?.rows.first(where: { $0.name == measure.name }) {
          return (measure, row.controlled.mean, row.controlled.halfWidth)
        }
        return (measure, measure.estimate?.value, measure.estimate?.halfWidth)
      })
  }
}

extension ComparisonResult {
  /// The widest interval of a headline change, as a part of the base's value.
  func widestHeadline() -> (name: Measure.Name, relative: Double)? {
    widest(
      contrasts.lazy.flatMap(\.rows).filter(\.measure.isHeadline).map { row in
        (measure: row.measure, value: row.base.value, halfWidth: row.change.halfWidth)
      })
  }
}

/// The widest of intervals as a part of the value that each is held against.
private func widest(
  _ rows: some Sequence<(measure: Measure, value: Double?, halfWidth: Double?)>
) -> (name: Measure.Name, relative: Double)? {
  var widest: (name: Measure.Name, relative: Double)?
  for (measure, value, halfWidth) in rows {
    guard let value, let halfWidth, halfWidth > 0 else { continue }
    let relative = measure.relative(halfWidth, of: value)
    if relative > widest?.relative ?? 0 { widest = (measure.name, relative) }
  }
  return widest
}
