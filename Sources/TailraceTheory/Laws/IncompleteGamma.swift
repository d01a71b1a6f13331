import TailraceEngine

/// The regularised incomplete gamma function, the distribution function of gamma laws.
enum IncompleteGamma {
  /// P(a, x) for a > 0; within 1e-12.
  ///
  /// The series below a + 1, Lentz's continued fraction above (Press et al., "Numerical Recipes",
  /// 2007, 6.2).
  static func lower(_ shape: Double, _ place: Double) -> Double {
    if place <= 0 { return 0 }
    let front = PortableMath.exp(
      shape * PortableMath.log(place) - place - PortableMath.logGamma(shape))
    if place < shape + 1 {
      var term = 1 / shape
      var sum = term
      var denominator = shape
      for _ in 0..<10_000 where term > 1e-15 * sum {
        denominator += 1
        term *= place / denominator
        sum += term
      }
      return min(1, front * sum)
    }
    var b = place + 1 - shape
    var c = 1e300
    var d = 1 / b
    var fraction = d
    for i in 1...10_000 {
      let a = -Double(i) * (Double(i) - shape)
      b += 2
      d = 1 / nonzero(a * d + b)
      c = nonzero(b + a / c)
      let factor = c * d
      fraction *= factor
      if (factor - 1).magnitude < 1e-15 { break }
    }
    return max(0, 1 - front * fraction)
  }

  private static func nonzero(_ value: Double) -> Double {
    value.magnitude < 1e-300 ? 1e-300 : value
  }
}
