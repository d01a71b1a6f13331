import TailraceEngine

/// Counts between bounds.
struct BucketEvidence: Evidence {
  private let buckets: CountedBuckets
  private let total: Double
  let sample: WeightedSample
  let quantiles: [MeasuredQuantile]

  init(_ buckets: CountedBuckets) {
    self.buckets = buckets
    total = buckets.total
    var points: [(value: Double, weight: Double)] = []
    var lower = 0.0
    for (bound, count) in zip(buckets.bounds, buckets.counts) {
      // Ten places in each bucket stand for what is in it.
      for part in 0..<10 {
        let place = lower + (bound - lower) * (Double(part) + 0.5) / 10
        points.append((place, count / 10))
      }
      lower = bound
    }
    points.append((lower * 1.5, buckets.overflow))
    sample = WeightedSample(points: points)
    quantiles = Self.quantiles(of: buckets)
  }

  /// Linear within a bucket, whose ends are all that is known; nothing in the last, open one.
  private static func quantiles(of buckets: CountedBuckets) -> [MeasuredQuantile] {
    let total = buckets.total
    return JudgedLevels.all.compactMap { level in
      // A rank within rounding of the level, as NearestRank has it.
      guard total * (1 - level) >= 10 * (1 - 1e-12) else { return nil }
      let rank = level * total
      var (lower, sum) = (0.0, 0.0)
      for (bound, count) in zip(buckets.bounds, buckets.counts) {
        if count > 0, sum + count >= rank * (1 - 1e-12) {
          let value = lower + (bound - lower) * min(1, max(0, (rank - sum) / count))
          return MeasuredQuantile(level: level, value: value, low: lower, high: bound)
        }
        sum += count
        lower = bound
      }
      return nil
    }
  }

  var count: Double? { total }
  var parametersMax: Int {
    buckets.counts.count { $0 > 0 } + (buckets.overflow > 0 ? 1 : 0) - 1
  }
  /// Where values lie within a bucket is not known.
  var mean: Double? { nil }

  func refined(_ law: any ParametricLaw) -> any ParametricLaw {
    Refinement.of(law) { candidate in -(logLikelihood(of: candidate) ?? -.infinity) / total }
  }

  func logLikelihood(of law: any ParametricLaw) -> Double? {
    var sum = 0.0
    var lower = -Double.leastNonzeroMagnitude
    for (bound, count) in zip(buckets.bounds, buckets.counts) {
      if count > 0 { sum += count * PortableMath.log(law.share(from: lower, to: bound)) }
      lower = bound
    }
    if buckets.overflow > 0 {
      sum += buckets.overflow * PortableMath.log(law.share(above: lower))
    }
    return sum
  }

  func distance(to law: any ParametricLaw) -> Double {
    var (largest, sum) = (0.0, 0.0)
    for (bound, count) in zip(buckets.bounds, buckets.counts) {
      sum += count
      largest = max(largest, (law.share(below: bound) - sum / total).magnitude)
    }
    return largest
  }

  func andersonDarling(of law: any ParametricLaw) -> Double? { nil }

  func empirical(in quantity: MeasuredQuantity) -> EmpiricalText? {
    EmpiricalText(buckets, in: quantity)
  }
}
