import TailraceEngine

/// Points of the distribution alone.
struct PointEvidence: Evidence {
  private let points: [QuantilePoint]
  let sample: WeightedSample
  let quantiles: [MeasuredQuantile]

  /// Points with ascending levels; at least two.
  init(_ points: [QuantilePoint]) {
    self.points = points
    // A thousand levels, linear between the points; the ends are held.
    var values: [(value: Double, weight: Double)] = []
    var next = 0
    for step in 0..<1_000 {
      let level = (Double(step) + 0.5) / 1_000
      while next < points.count - 1, points[next].level < level { next += 1 }
      let right = points[next]
      var value = right.value
      if next > 0, right.level > level {
        let left = points[next - 1]
        let share = (level - left.level) / (right.level - left.level)
        value = left.value + share * (right.value - left.value)
      }
      values.append((value, 1))
    }
    sample = WeightedSample(points: values)
    // A law may have no least or largest value: there it is not judged.
    quantiles = points.filter { $0.level > 0 && $0.level < 1 }.map {
      MeasuredQuantile(level: $0.level, value: $0.value, low: $0.value, high: $0.value)
    }
  }

  var count: Double? { nil }
  var mean: Double? { nil }
  /// Two points make a law of two parameters; with more of both, one point is to be left over.
  var parametersMax: Int { max(2, quantiles.count - 1) }

  /// The least squares of the logarithms' differences: of relative errors.
  func refined(_ law: any ParametricLaw) -> any ParametricLaw {
    Refinement.of(law, cost(of:))
  }

  private func cost(of law: any ParametricLaw) -> Double {
    var (sum, count) = (0.0, 0.0)
    for point in points where point.level > 0 && point.level < 1 {
      // A point at 0 has no relative error: one unit takes its place.
      let measured = max(point.value, 1)
      let fitted = max(law.quantile(point.level), 1e-300)
      let error = PortableMath.log(fitted / measured)
      sum += error * error
      count += 1
    }
    return count > 0 ? sum / count : 0
  }

  func logLikelihood(of law: any ParametricLaw) -> Double? { nil }

  func distance(to law: any ParametricLaw) -> Double {
    var largest = 0.0
    for point in points where point.level > 0 && point.level < 1 {
      largest = max(largest, (law.share(below: point.value) - point.level).magnitude)
    }
    return largest
  }

  func andersonDarling(of law: any ParametricLaw) -> Double? { nil }

  func empirical(in quantity: MeasuredQuantity) -> EmpiricalText? {
    EmpiricalText(points, in: quantity)
  }
}
