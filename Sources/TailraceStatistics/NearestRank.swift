/// The rank of a quantile among sorted values: the first that has a share `p` at or below it.
public enum NearestRank {
  /// The number of samples that must lie beyond a quantile before it is worth showing.
  static let samplesBeyondMin: UInt64 = 10

  /// The rank of a quantile; nil where fewer than 10 of `count` samples lie beyond it.
  public static func supportedRank(of quantile: Double, among count: UInt64) -> UInt64? {
    guard count >= samplesBeyondMin else { return nil }
    let rank = rank(of: quantile, among: count)
    return count - rank >= samplesBeyondMin ? rank : nil
  }

  /// The rank `ceil(p n)`, from 1 to `n`.
  ///
  /// A product within rounding (a part in 2^51) of an integer is that integer: 0.07 of 100 is 7,
  /// although the `Double` 0.07 is slightly more and their product is 7.000000000000001.
  public static func rank(of quantile: Double, among count: UInt64) -> UInt64 {
    precondition(0 <= quantile && quantile <= 1, "a quantile lies between 0 and 1")
    precondition(0 < count && count < 1 << 53, "a quantile needs 1 to 2^53 - 1 samples")
    let product = quantile * Double(count)
    let whole = UInt64(product)
    let excess = product - Double(whole)
    let rank = excess <= product / Double(1 << 51) ? whole : whole + 1
    return min(max(rank, 1), count)
  }
}
