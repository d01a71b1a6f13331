/// The difference of two designs' means, with its interval: `y - x` over replications.
///
/// Paired, replication by replication, where both had the same luck; else as two independent samples
/// of unequal variance (Welch 1947).
public struct PairedDifference: Equatable, Sendable {
  /// The mean of `y` less that of `x`.
  public let mean: Double

  /// Half the width of the two-sided Student t interval, 0 where all differences are equal.
  public let halfWidth: Double

  /// The two-sided p-value of no difference; 0 where all differences are equal and not 0, 1 where
  /// they are 0.
  public let p: Double

  /// The correlation of `x` and `y` over the replications; nil where one of them does not vary.
  public let correlation: Double?

  /// `halfWidth` over that of two independent samples; nil where neither varies.
  public let widthRatio: Double?

  /// The number of pairs, at least 2.
  public let count: Int

  /// The difference of as many finite samples of each; nil for fewer than two. Linear time.
  public init?(_ x: [Double], _ y: [Double], isPaired: Bool = true, level: Double = 0.95) {
    precondition(x.count == y.count, "each sample has a partner")
    guard x.count >= 2 else { return nil }
    let n = Double(x.count)
    let (meanX, meanY) = (Self.mean(x), Self.mean(y))
    var (squaresX, squaresY, products, squares) = (0.0, 0.0, 0.0, 0.0)
    let mean = Self.mean(zip(x, y).map { $1 - $0 })
    for (a, b) in zip(x, y) {
      squaresX += (a - meanX) * (a - meanX)
      squaresY += (b - meanY) * (b - meanY)
      products += (a - meanX) * (b - meanY)
      squares += (b - a - mean) * (b - a - mean)
    }
    func deviation(_ squares: Double) -> Double {
      ElementaryFunctions.squareRoot(squares / (n - 1) / n)
    }
    let apart = Self.welch(squaresX / (n - 1) / n, squaresY / (n - 1) / n, n - 1)
    let error = isPaired ? deviation(squares) : apart.error
    let freedom = isPaired ? n - 1 : apart.freedom
    self.mean = mean
    halfWidth =
      error == 0 ? 0 : error * StudentT.quantile(twoSided: level, degreesOfFreedom: freedom)
    p =
      error == 0
      ? (mean == 0 ? 1 : 0)
      : StudentT.twoSidedTail(beyond: mean.magnitude / error, degreesOfFreedom: freedom)
    correlation =
      squaresX == 0 || squaresY == 0
      ? nil
      : max(
        -1,
        min(
          1,
          products / ElementaryFunctions.squareRoot(squaresX)
            / ElementaryFunctions.squareRoot(squaresY)))
    widthRatio =
      apart.error == 0
      ? nil
      : halfWidth
        / (apart.error * StudentT.quantile(twoSided: level, degreesOfFreedom: apart.freedom))
    count = x.count
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// The standard error of a difference of two independent means, and its degrees of freedom.
  private static func welch(
    _ x: Double, _ y: Double, _ freedom: Double
  ) -> (error: Double, freedom: Double) {
    let sum = x + y
    guard sum > 0 else { return (0, freedom) }
    return (
      ElementaryFunctions.squareRoot(sum),
      max(1, sum / (x / sum * (x / freedom) + y / sum * (y / freedom)))
    )
  }
}

/// Corrections for looking at many p-values at once.
public enum MultipleComparisons {
  /// Holm's step-down adjusted p-values, in the order given; n log n (Holm 1979).
  ///
  /// Calling significant what is at most 5 % here is wrong anywhere with 5 % probability at most.
  public static func holm(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var adjusted = values
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(1, values[index] * Double(values.count - rank)))
      adjusted[index] = largest
    }
    return adjusted
  }
}
