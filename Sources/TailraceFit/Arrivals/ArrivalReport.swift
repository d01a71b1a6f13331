import TailraceCatalog
import TailraceEngine

/// What arrivals look like, and how to write them in a scenario.
public struct ArrivalReport: Sendable {
  /// Kinds of arrivals in a scenario, the simplest first.
  public enum Kind: String, Sendable {
    /// Equal gaps.
    case constant
    /// Independent arrivals at one rate.
    case poisson
    /// Independent arrivals at a rate in steps.
    case changing
    /// Independent gaps of some law.
    case renewal
    /// Neither: the measured times themselves.
    case trace
  }

  public let requests: Int
  /// From the first request to the last, in nanoseconds.
  public let span: UInt64
  /// Requests per second: gaps over span.
  public let rate: Double
  /// Standard deviation of the gaps over their mean; 1 for a Poisson process.
  public let variation: Double
  /// Correlation of neighbouring gaps; 0 where they are independent.
  public let correlation: Double
  public let dispersions: [Dispersion]
  /// The rate in steps; nil where the times are too short for two.
  public let steps: [RateStep]?
  /// How counts vary around the steps.
  public let rest: [Dispersion]
  /// Laws of the gaps; nil where all gaps are 0.
  public let gaps: LawReport
  /// What to write.
  public let kind: Kind
  /// The arrivals in the scenario language, on one line.
  public let text: String
  /// Where `text` needs the file or its gaps' law: the nearest arrivals that do not.
  public let alternative: Alternative?

  /// Arrivals that come near.
  public struct Alternative: Sendable {
    public let kind: Kind
    /// In the scenario language, on one line.
    public let text: String
  }

  /// Judges ascending instants; nil for fewer than three or where all are the same.
  ///
  /// - Parameters:
  ///   - times: in nanoseconds.
  ///   - trace: the file as a scenario names it: the text of arrivals that replay it.
  ///   - tolerance: of the law of the gaps.
  public init?(_ times: [Int64], trace: String, tolerance: Double) {
    guard times.count >= 3, times[times.count - 1] > times[0] else { return nil }
    let facts = ArrivalFacts(times)
    requests = times.count
    span = facts.span
    rate = 1e9 / facts.meanGap
    (variation, correlation) = (facts.variation, facts.correlation)
    dispersions = facts.dispersions()
    steps = facts.steps()
    rest = steps.map { facts.rest($0) } ?? []
    let values = facts.gaps.map { min(Double($0), MeasuredQuantity.duration(unit: 1).limit) }
    gaps = LawReport(.values(values), in: .duration(unit: 1), tolerance: tolerance)
    let kind = Self.kind(
      count: Double(facts.gaps.count), variation, correlation, dispersions, rest)
    self.kind = kind
    let stepped = steps.map { Self.text(of: $0) }
    let flat = Self.perSecond(rate, digits: 5)
    switch kind {
    case .constant: text = "{\"type\": \"constant\", \"rate\": \(flat)}"
    case .poisson: text = "{\"type\": \"poisson\", \"rate\": \(flat)}"
    case .changing: text = stepped ?? ""
    case .renewal: text = "{\"type\": \"renewal\", \"interval\": \(gaps.recommended.text)}"
    case .trace: text = trace
    }
    let isTraced = kind == .trace
    if isTraced, Self.isNearerRenewal(dispersions, rest) {
      alternative = Alternative(
        kind: .renewal, text: "{\"type\": \"renewal\", \"interval\": \(gaps.recommended.text)}")
    } else {
      alternative = isTraced ? stepped.map { Alternative(kind: .changing, text: $0) } : nil
    }
  }

  /// Whether independent gaps come nearer to the dispersion than a rate in steps does.
  private static func isNearerRenewal(_ whole: [Dispersion], _ rest: [Dispersion]) -> Bool {
    // As factors: of the shuffled gaps' dispersion to the measured, of Poisson's to the rest's.
    var renewal = 1.0
    for one in whole {
      guard let range = one.shuffled else { return false }
      let middle = (range.lowerBound + range.upperBound) / 2
      renewal = max(renewal, one.index / middle, middle / max(one.index, 1e-9))
    }
    var steps = 1.0
    for one in rest { steps = max(steps, one.index, 1 / max(one.index, 1e-9)) }
    return rest.isEmpty || renewal < steps
  }

  /// How far an index of dispersion may lie from 1, or its range, to pass for Poisson's.
  static let closeToPoisson = 0.8...1.25

  /// A tenth beyond what is seen in 95 of 100 cases: several windows are judged at once.
  private static func holds(_ range: ClosedRange<Double>, _ found: Dispersion) -> Bool {
    (range.lowerBound * 0.9...range.upperBound * 1.1).contains(found.index)
  }

  /// Whether counts vary as those of a Poisson process do, or nearly so.
  static func isPoisson(_ found: Dispersion) -> Bool {
    holds(found.poisson, found) || closeToPoisson.contains(found.index)
  }

  private static func kind(
    count: Double, _ variation: Double, _ correlation: Double, _ dispersions: [Dispersion],
    _ rest: [Dispersion]
  ) -> Kind {
    if variation < 0.05 { return .constant }
    // The deviation of an exponential sample's CV is about 1 / sqrt(n).
    let isExponential = (variation - 1).magnitude <= max(0.1, 2 / count.squareRoot())
    if isExponential, dispersions.allSatisfy(isPoisson) { return .poisson }
    if !rest.isEmpty, rest.allSatisfy(isPoisson) { return .changing }
    let isIndependent = correlation.magnitude <= max(0.05, 2 / count.squareRoot())
    let isRenewal = dispersions.allSatisfy { one in
      one.shuffled.map { holds($0, one) } ?? false
    }
    return isIndependent && isRenewal && !dispersions.isEmpty ? .renewal : .trace
  }

  static func perSecond(_ rate: Double, digits: Int) -> String {
    "\"\(QuantityText.real(SignificantDigits.rounded(rate, to: digits)))/s\""
  }

  /// Two points a step, so that the rate jumps; steps of one rate are one.
  static func text(of steps: [RateStep]) -> String {
    var points: [String] = []
    var before: String?
    for (i, step) in steps.enumerated() {
      let rate = perSecond(step.rate, digits: 4)
      if rate != before {
        let at = MeasuredQuantity.duration(step.start)
        if let before { points.append("[\"\(at)\", \(before)]") }
        points.append("[\"\(at)\", \(rate)]")
      }
      before = rate
      if i == steps.count - 1, steps.count > 1 {
        points.append("[\"\(MeasuredQuantity.duration(step.end))\", \(rate)]")
      }
    }
    return "{\"type\": \"poisson\", \"rate\": [\(points.joined(separator: ", "))]}"
  }
}
