/// What laws fitted to the first rows say of the others.
public struct Prediction: Sendable {
  /// A quantile of the rest.
  public struct Row: Sendable {
    /// Measured in the rest, with its 95 % interval.
    public let measured: MeasuredQuantile
    /// Where the first rows' quantile lies in 95 of 100 cases if both parts come from one law.
    public let chance: ClosedRange<Double>
    /// By each predictor.
    public let predicted: [Double]
    /// Predicted less measured, over measured, by each predictor.
    public let errors: [Double]
  }

  /// Values that the laws were fitted to, and values that they predict.
  public let trained: Int
  public let tested: Int
  /// The names of the laws: the one to use first, then one to compare it with.
  public let predictors: [String]
  /// Measured mean of the rest, and the predictors' means.
  public let mean: Double
  public let predictedMeans: [Double?]
  /// The quantiles that the rest supports.
  public let rows: [Row]

  /// Judges a report on the first values by the values behind them; at least one.
  init(_ report: LawReport, _ trained: Int, rest: [Double]) {
    var laws = [report.recommended]
    if report.recommended.name == report.empirical.name {
      laws += report.fits.min { $0.worstError < $1.worstError }.map { [$0] } ?? []
    } else {
      laws.append(report.empirical)
    }
    let sorted = rest.sorted()
    self.trained = trained
    tested = rest.count
    predictors = laws.map(\.name)
    var sum = 0.0
    for value in rest { sum += value }
    mean = sum / Double(rest.count)
    predictedMeans = laws.map(\.mean)
    rows = JudgedLevels.all.compactMap { level in
      guard let measured = OrderStatistics.quantile(level, of: sorted) else { return nil }
      let predicted = laws.map { $0.quantile(level) }
      return Row(
        measured: measured,
        chance: Self.chance(measured, report.quantiles.first { $0.level == level }),
        predicted: predicted,
        errors: predicted.map {
          measured.value > 0 ? ($0 - measured.value) / measured.value : ($0 > 0 ? 1 : 0)
        })
    }
  }

  /// The measured value and the interval of its difference to another sample's.
  ///
  /// Zou and Donner, "Construction of confidence limits about effect measures", 2008: distances to
  /// the ends of both intervals, added as squares. Without a quantile of the first rows, only the
  /// rest's own interval. Both suppose independent values.
  private static func chance(
    _ rest: MeasuredQuantile, _ first: MeasuredQuantile?
  ) -> ClosedRange<Double> {
    guard let first else { return rest.low...rest.high }
    func length(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
    let below = length(rest.value - rest.low, first.high - first.value)
    let above = length(rest.high - rest.value, first.value - first.low)
    return max(0, rest.value - below)...(rest.value + above)
  }
}
