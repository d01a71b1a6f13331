/// Student's t distribution.
public enum StudentT {
  /// The `t` that bounds the central share `level` of the distribution: `P(|T| <= t) = level`.
  ///
  /// Any real number of degrees of freedom from 1; relative error below 1e-10 for levels of 1e-3
  /// and more. Not for hot code: some microseconds.
  public static func quantile(twoSided level: Double, degreesOfFreedom: Double) -> Double {
    precondition(0 < level && level < 1, "a level lies between 0 and 1")
    precondition(degreesOfFreedom >= 1, "Student's t needs at least one degree of freedom")
    if degreesOfFreedom > 1e6 {
      return quantileNearNormal(tail: 1 - level, degreesOfFreedom: degreesOfFreedom)
    }
    let scale = densityScale(degreesOfFreedom: degreesOfFreedom)
    return invertTail(
      1 - level,
      tail: { twoSidedTail(beyond: $0, degreesOfFreedom: degreesOfFreedom, scale: scale) },
      density: { scale * kernel(at: $0, degreesOfFreedom: degreesOfFreedom) })
  }

  /// The expansion in 1/df about the normal quantile (Abramowitz and Stegun 26.7.5).
  private static func quantileNearNormal(tail: Double, degreesOfFreedom: Double) -> Double {
    let z = Normal.quantile(twoSidedTail: tail)
    let square = z * z
    let first = z * (square + 1) / 4
    let second = z * ((5 * square + 16) * square + 3) / 96
    return z + (first + second / degreesOfFreedom) / degreesOfFreedom
  }

  /// The density without its constant: `(1 + t^2/df)^(-(df + 1)/2)`.
  private static func kernel(at t: Double, degreesOfFreedom: Double) -> Double {
    let logarithm = ElementaryFunctions.logOnePlus(t * t / degreesOfFreedom)
    return ElementaryFunctions.exp(-0.5 * (degreesOfFreedom + 1) * logarithm)
  }

  /// The density at 0: `gamma((df + 1)/2) / gamma(df/2) / sqrt(pi df)`.
  private static func densityScale(degreesOfFreedom: Double) -> Double {
    gammaRatio(degreesOfFreedom / 2)
      / ElementaryFunctions.squareRoot(Double.pi * degreesOfFreedom)
  }

  /// `P(|T| > t)` for `t >= 0`, the regularised incomplete beta function at `df / (df + t^2)`.
  public static func twoSidedTail(beyond t: Double, degreesOfFreedom: Double) -> Double {
    let scale = densityScale(degreesOfFreedom: degreesOfFreedom)
    return twoSidedTail(beyond: t, degreesOfFreedom: degreesOfFreedom, scale: scale)
  }

  private static func twoSidedTail(
    beyond t: Double, degreesOfFreedom: Double, scale: Double
  ) -> Double {
    let half = degreesOfFreedom / 2
    let whole = degreesOfFreedom + t * t
    // x^a (1 - x)^b / beta(a, b), which both continued fractions share, is t times the density.
    let common = scale * t * kernel(at: t, degreesOfFreedom: degreesOfFreedom)
    // The fraction converges fast below the mean of the beta distribution; elsewhere mirror it.
    if degreesOfFreedom / whole < (half + 1) / (half + 2.5) {
      return common / half * betaFraction(half, 0.5, at: degreesOfFreedom / whole)
    }
    return 1 - common / 0.5 * betaFraction(0.5, half, at: t * t / whole)
  }
}
