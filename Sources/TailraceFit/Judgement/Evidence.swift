/// What laws are fitted to and judged by.
protocol Evidence {
  /// Values, or points that stand for them, to estimate laws or begin a search from.
  var sample: WeightedSample { get }
  /// How many values were measured; nil where that is not known.
  var count: Double? { get }
  /// The mean; nil where it is not known.
  var mean: Double? { get }
  /// The quantiles that the measurement supports.
  var quantiles: [MeasuredQuantile] { get }
  /// The most parameters that it can tell.
  var parametersMax: Int { get }
  /// The law of the same kind that explains the evidence best.
  func refined(_ law: any ParametricLaw) -> any ParametricLaw
  /// The logarithm of the likelihood; nil where there is none.
  func logLikelihood(of law: any ParametricLaw) -> Double?
  /// The largest difference between the law's share and the measured one at any value.
  func distance(to law: any ParametricLaw) -> Double
  /// Anderson and Darling's A², which weighs both tails; nil where single values are not known, or
  /// lie where the law ends.
  func andersonDarling(of law: any ParametricLaw) -> Double?
  /// The measurement itself as an empirical law.
  func empirical(in quantity: MeasuredQuantity) -> EmpiricalText?
}

/// The levels that are judged, as far as they are supported.
enum JudgedLevels {
  static let all = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999]
}
