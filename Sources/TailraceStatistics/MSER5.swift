/// Where the warm-up of a series ends: the marginal standard error rule on batches of five.
///
/// The cut minimises the squared standard error of what remains, computed as if independent
/// (White 1997; batches of five: White, Cobb and Spratt 2000).
public enum MSER5 {
  /// The number of observations in a batch.
  public static let batchSize = 5

  /// The number of batches below which nothing can be said, and nothing is dropped.
  public static let batchCountMin = 10

  /// The number of initial observations to drop: a multiple of 5, the smallest at ties.
  ///
  /// Never more than `truncationMax(count:)`; a result that reaches it says that the series was too
  /// short to leave its warm-up. Observations after the last whole batch are ignored. 0 for series
  /// below 50 observations and for constant ones. Linear time, one array of batch means.
  public static func truncation(of series: [Double]) -> Int {
    let batchCount = series.count / batchSize
    guard batchCount >= batchCountMin else { return 0 }
    let means = batchMeans(of: series, batchCount: batchCount)
    // From the end, adding one batch at a time to the mean and squares of those after it (Welford).
    var mean = 0.0
    var squares = 0.0
    var best = Double.infinity
    var cut = 0
    for dropped in stride(from: batchCount - 1, through: 0, by: -1) {
      let kept = Double(batchCount - dropped)
      let difference = means[dropped] - mean
      mean += difference / kept
      squares += difference * (means[dropped] - mean)
      let statistic = squares / (kept * kept)
      if dropped <= batchCount / 2, statistic <= best {
        best = statistic
        cut = dropped
      }
    }
    return cut * batchSize
  }

  /// The most that is ever dropped from a series of so many observations: half its batches.
  public static func truncationMax(count: Int) -> Int {
    let batchCount = count / batchSize
    return batchCount < batchCountMin ? 0 : batchCount / 2 * batchSize
  }

  private static func batchMeans(of series: [Double], batchCount: Int) -> [Double] {
    (0..<batchCount).map { batch in
      var sum = 0.0
      for offset in 0..<batchSize { sum += series[batch * batchSize + offset] }
      return sum / Double(batchSize)
    }
  }
}
