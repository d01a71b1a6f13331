/// The standard normal distribution.
public enum Normal {
  /// The value that a standard normal variable does not exceed with the given probability.
  ///
  /// For probabilities from 1e-300 to below 1; relative error below 1e-12 at 1e-9 from 1/2 or more.
  public static func quantile(_ probability: Double) -> Double {
    precondition(1e-300 <= probability && probability < 1, "a probability lies between 0 and 1")
    if probability == 0.5 { return 0 }
    let tail = 2 * min(probability, 1 - probability)
    let point = quantile(twoSidedTail: tail)
    return probability < 0.5 ? -point : point
  }

  /// The `z` with `P(|Z| > z) = tail`.
  static func quantile(twoSidedTail tail: Double) -> Double {
    invertTail(tail, tail: twoSidedTail(beyond:), density: density(at:))
  }

  static func density(at z: Double) -> Double {
    ElementaryFunctions.exp(-0.5 * z * z) / 2.5066282746310002
  }

  /// `P(|Z| > z)` for `z >= 0` (Abramowitz and Stegun 26.2.11 and 26.2.14).
  static func twoSidedTail(beyond z: Double) -> Double {
    if z < 3 {
      var term = z
      var sum = z
      var odd = 3.0
      while term > sum * 1e-17 {
        term = term * (z * z) / odd
        sum += term
        odd += 2
      }
      return 1 - 2 * density(at: z) * sum
    }
    var fraction = z
    for numerator in (1...150).reversed() { fraction = z + Double(numerator) / fraction }
    return 2 * density(at: z) / fraction
  }
}
