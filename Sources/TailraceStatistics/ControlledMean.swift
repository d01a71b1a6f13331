/// A mean with an interval that is narrowed by what is known of other sums of the same replications.
///
/// Each replication's value is regressed on its controls' deviations from their known means; the
/// regression at no deviation is the estimate, and its residuals give Student's t interval
/// (Lavenberg and Welch, A perspective on the use of control variables to increase the efficiency of
/// Monte Carlo simulations, Management Science 27(3), 1981).
public struct ControlledMean: Equatable, Sendable {
  /// The regression where every control has its known mean.
  public let mean: Double
  /// Half of the interval's width.
  public let halfWidth: Double
  /// Controls that took part: those that vary, and not together with others.
  public let controls: Int

  /// Least degrees of freedom: with fewer, what the regression costs is more than it gains.
  public static let freedomMin = 15

  /// Regresses samples on deviations.
  ///
  /// - Parameters:
  ///   - samples: a value of each replication.
  ///   - deviations: of each control, by replication: its value less its known mean.
  ///   - level: probability that the interval holds the true mean.
  ///
  /// Nil with too few samples, or where no control takes part.
  ///
  /// - Complexity: O(n q²) for q controls.
  public init?(of samples: [Double], deviations: [[Double]], level: Double = 0.95) {
    precondition(deviations.allSatisfy { $0.count == samples.count }, "a value of each replication")
    let columns = Self.independent([Array(repeating: 1, count: samples.count)] + deviations)
    let q = columns.count - 1
    let freedom = samples.count - q - 1
    guard q > 0, freedom >= Self.freedomMin else { return nil }
    // With orthonormal columns Q, fit and residuals need no inverse: the estimate is the fit's value
    // for (1, 0, ..., 0), which is e = R^-T (1, 0, ..., 0) in their terms.
    var residuals = samples
    var scores: [Double] = []
    for column in columns {
      let score = Self.dot(column.unit, samples)
      scores.append(score)
      for i in residuals.indices { residuals[i] -= score * column.unit[i] }
    }
    // Weights of the scores: the intercept's row of R^-1.
    var weights = [Double](repeating: 0, count: columns.count)
    weights[0] = 1 / columns[0].norm
    for k in columns.indices.dropFirst() {
      var sum = 0.0
      for j in 0..<k { sum += weights[j] * columns[k].shares[j] }
      weights[k] = -sum / columns[k].norm
    }
    mean = Self.dot(weights, scores)
    let variance = Self.dot(residuals, residuals) / Double(freedom)
    let t = StudentT.quantile(twoSided: level, degreesOfFreedom: Double(freedom))
    halfWidth = t * (variance * Self.dot(weights, weights)).squareRoot()
    controls = q
  }

  /// A column made orthogonal to those before it.
  private struct Column {
    var unit: [Double]
    /// What was left of it, and its parts along those before.
    var norm: Double
    var shares: [Double]
  }

  /// Modified Gram-Schmidt; columns of which next to nothing is left are dropped.
  private static func independent(_ columns: [[Double]]) -> [Column] {
    var all: [Column] = []
    for column in columns {
      let size = dot(column, column).squareRoot()
      var rest = column
      var shares: [Double] = []
      for earlier in all {
        let share = dot(earlier.unit, rest)
        shares.append(share)
        for i in rest.indices { rest[i] -= share * earlier.unit[i] }
      }
      let norm = dot(rest, rest).squareRoot()
      guard norm > 1e-9 * size, norm > 0 else { continue }
      all.append(Column(unit: rest.map { $0 / norm }, norm: norm, shares: shares))
    }
    return all
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }
}
