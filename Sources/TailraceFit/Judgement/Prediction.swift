/// What laws fitted to the first rows say of the others.
public struct Prediction: Sendable {
  /// A quantile of the rest.
  public struct Row: Sendable {
    /// Measured in the rest, with the 95 % interval that independent values would have.
    public let measured: MeasuredQuantile
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
        measured: measured, predicted: predicted,
        errors: predicted.map {
          measured.value > 0 ? ($0 - measured.value) / measured.value : ($0 > 0 ? 1 : 0)
        })
    }
  }
}
