import TailraceEngine

/// A law that was fitted, with how well it fits.
public struct LawFit: Sendable {
  /// Such as "lognormal".
  public let name: String
  /// Its kind; mixtures of two and of three exponential laws are of one.
  let family: String
  /// The law in the scenario language, on one line.
  public let text: String
  /// Parameters that were chosen after the data.
  public let parameterCount: Int
  /// Akaike's and the Bayesian information criterion; nil where there is no likelihood.
  public let aic: Double?
  public let bic: Double?
  /// Kolmogorov and Smirnov's distance: the largest difference of the shares below any value.
  public let distance: Double?
  /// Anderson and Darling's A².
  public let andersonDarling: Double?
  /// The mean of the law; nil where it is infinite.
  public let mean: Double?
  /// Fitted less measured mean, over the measured; nil where one of them is not known.
  public let meanError: Double?
  /// One for each quantile that is judged.
  public let checks: [QuantileCheck]
  /// The law's own quantiles, for predictions.
  let quantile: @Sendable (Double) -> Double

  /// The largest error in magnitude; infinite where the mean is.
  public var worstError: Double {
    var worst = mean == nil ? Double.infinity : (meanError ?? 0).magnitude
    for check in checks { worst = max(worst, check.error.magnitude) }
    return worst
  }
}

/// A quantile of a law beside the measured one.
public struct QuantileCheck: Sendable {
  public let level: Double
  public let fitted: Double
  /// Fitted less measured over measured; 0 within the bucket that holds the quantile.
  public let error: Double
}

/// All laws that were fitted to one measurement, and which of them to use.
public struct LawReport: Sendable {
  /// Values measured; nil where that is not known.
  public let count: Double?
  public let least: Double
  public let largest: Double
  public let mean: Double?
  /// What the measurement supports.
  public let quantiles: [MeasuredQuantile]
  /// Whether `low` and `high` of a quantile are the ends of its bucket, not of an interval.
  public let hasBuckets: Bool
  /// By BIC, or by the largest error where there is none; the best first.
  public let fits: [LawFit]
  /// The measurement itself.
  public let empirical: LawFit
  /// Laws that cannot give such values, and why.
  public let leftOut: [(name: String, reason: String)]
  /// The largest error that a law may have to be recommended.
  public let tolerance: Double
  /// The law to use: the first of `fits` within tolerance, else `empirical`. Where there is no
  /// BIC, the nearest of one or two parameters, else of more.
  public let recommended: LawFit

  /// Fits all laws of the language.
  ///
  /// - Parameters:
  ///   - measurements: at least one value or count, or two points.
  ///   - quantity: what the values are.
  ///   - tolerance: the largest relative error of a law that is recommended.
  public init(_ measurements: Measurements, in quantity: MeasuredQuantity, tolerance: Double) {
    let evidence: any Evidence
    switch measurements {
    case .values(let values): evidence = ValueEvidence(values)
    case .buckets(let buckets): evidence = BucketEvidence(buckets)
    case .points(let points): evidence = PointEvidence(points)
    }
    if case .buckets = measurements { hasBuckets = true } else { hasBuckets = false }
    count = evidence.count
    let sample = evidence.sample
    (least, largest, mean) = (sample.least, sample.largest, evidence.mean)
    quantiles = evidence.quantiles
    self.tolerance = tolerance
    let measured = EmpiricalFit.of(evidence, quantity)
    empirical = measured
    if sample.isConstant {
      leftOut = []
      fits = [ConstantFit.of(evidence, quantity)]
      recommended = fits[0]
      return
    }
    var found: [LawFit] = []
    var leftOut: [(String, String)] = []
    for family in LawFamilies.all {
      let candidates = Self.fits(of: family, evidence, quantity)
      found += candidates
      if candidates.isEmpty { leftOut.append((family.name, Self.reason(family, evidence))) }
    }
    // One more member of a mixture must pay for its parameters.
    found = found.filter { one in
      !found.contains { other in
        other.family == one.family && other.parameterCount < one.parameterCount
          && (other.bic ?? other.worstError) <= (one.bic ?? one.worstError)
      }
    }
    // Stable: of equals the simpler law goes first.
    let order = found.indices.sorted { Self.key(found[$0], $0) < Self.key(found[$1], $1) }
    fits = order.map { found[$0] }
    self.leftOut = leftOut
    let isJudged = !evidence.quantiles.isEmpty
    let good = isJudged ? fits.filter { $0.worstError <= tolerance } : []
    recommended = (evidence.count == nil ? Self.simplest(good) : good.first) ?? measured
  }

  /// The nearest law of one or two parameters, else of more. Errors up to 1 % are the same, and so
  /// are those within a per mille: of equals the simpler law, then the usual shape of latencies.
  private static func simplest(_ fits: [LawFit]) -> LawFit? {
    func key(_ fit: LawFit) -> (Int, Int, Int, Int) {
      (
        max(2, fit.parameterCount), Int(max(fit.worstError, 0.01) * 1_000), fit.parameterCount,
        fit.family == LognormalFit.name ? 0 : 1
      )
    }
    return fits.min { key($0) < key($1) }
  }

  private static func key(_ fit: LawFit, _ index: Int) -> (Double, Int) {
    (fit.bic ?? fit.worstError, index)
  }

  private static func fits(
    of family: any ParametricLaw.Type, _ evidence: any Evidence, _ quantity: MeasuredQuantity
  ) -> [LawFit] {
    family.mostLikely(for: evidence.sample).compactMap { start in
      guard start.parameterCount <= evidence.parametersMax else { return nil }
      let best = evidence.refined(start)
      guard let written = best.written(in: quantity) else { return nil }
      let likelihood = evidence.logLikelihood(of: best).flatMap { $0.isFinite ? $0 : nil }
      if evidence.count != nil, likelihood == nil { return nil }
      return LawFit(
        text: written.text, law: written.law, likelihood: likelihood, evidence)
    }
  }

  private static func reason(_ family: any ParametricLaw.Type, _ evidence: any Evidence) -> String {
    let parameters = family.mostLikely(for: evidence.sample).map(\.parameterCount).min() ?? 0
    if parameters > evidence.parametersMax { return "it has more parameters than can be told" }
    let sample = evidence.sample
    if family is HyperexponentialFit.Type, !(sample.variance > sample.mean * sample.mean) {
      return "the values vary less than an exponential law's"
    }
    if sample.hasZeros { return "it gives no zeros, and there are some" }
    return "no parameters of the language come near"
  }
}

extension LawFit {
  /// A law judged by evidence.
  init(
    text: String, law: any ParametricLaw, likelihood: Double?, _ evidence: any Evidence
  ) {
    name = law.title
    family = type(of: law).name
    self.text = text
    parameterCount = law.parameterCount
    let parameters = Double(law.parameterCount)
    aic = likelihood.map { 2 * parameters - 2 * $0 }
    let logCount = evidence.count.map { PortableMath.log($0) }
    bic = likelihood.flatMap { likelihood in logCount.map { parameters * $0 - 2 * likelihood } }
    distance = evidence.distance(to: law)
    andersonDarling = evidence.andersonDarling(of: law)
    mean = law.mean.isFinite ? law.mean : nil
    meanError = Self.meanError(law.mean, evidence)
    checks = QuantileCheck.all(evidence) { law.quantile($0) }
    quantile = { law.quantile($0) }
  }

  fileprivate static func meanError(_ mean: Double, _ evidence: any Evidence) -> Double? {
    guard mean.isFinite, let measured = evidence.mean, measured > 0 else { return nil }
    return (mean - measured) / measured
  }
}

extension QuantileCheck {
  fileprivate static func all(
    _ evidence: any Evidence, _ quantile: (Double) -> Double
  ) -> [QuantileCheck] {
    evidence.quantiles.map { measured in
      let fitted = quantile(measured.level)
      let isBucket = evidence is BucketEvidence
      // Rounding of the fifth digit is no error.
      let slack = 1e-5 * measured.value
      if isBucket, fitted >= measured.low - slack, fitted <= measured.high + slack {
        return QuantileCheck(level: measured.level, fitted: fitted, error: 0)
      }
      let nearest =
        isBucket
        ? (fitted < measured.low ? measured.low : measured.high)
        : measured.value
      let error = nearest > 0 ? (fitted - nearest) / nearest : (fitted > 0 ? 1 : 0)
      return QuantileCheck(level: measured.level, fitted: fitted, error: error)
    }
  }
}

/// The measurement as a law.
enum EmpiricalFit {
  static func of(_ evidence: any Evidence, _ quantity: MeasuredQuantity) -> LawFit {
    guard let law = evidence.empirical(in: quantity) else {
      preconditionFailure("values within the limits of their quantity can be written")
    }
    return LawFit(
      name: "empirical", family: "empirical", text: law.text, parameterCount: law.points.count,
      aic: nil, bic: nil,
      distance: nil, andersonDarling: nil, mean: law.mean,
      meanError: LawFit.meanError(law.mean, evidence),
      checks: QuantileCheck.all(evidence, law.quantile), quantile: { law.quantile($0) })
  }
}

/// One value that all measurements have.
enum ConstantFit {
  static func of(_ evidence: any Evidence, _ quantity: MeasuredQuantity) -> LawFit {
    let literal = quantity.literal(evidence.sample.least, digits: 17)
    return LawFit(
      name: "constant", family: "constant", text: literal.text, parameterCount: 1, aic: nil,
      bic: nil, distance: 0,
      andersonDarling: nil, mean: literal.value,
      meanError: LawFit.meanError(literal.value, evidence),
      checks: QuantileCheck.all(evidence) { _ in literal.value }, quantile: { _ in literal.value })
  }
}
