import TailraceEngine

/// What laws are fitted to and judged by.
protocol Evidence {
  /// Values, or points that stand for them, to estimate laws or begin a search from.
  var sample: WeightedSample { get }
  /// How many values were measured; nil where that is not known.
  var count: Double? { get }
  /// The mean; nil where it is not known.
  var mean: Double? { get }
  /// The quantiles that the measurement supports.
  var quantiles: [MeasuredQuantile] { get }
  /// The most parameters that it can tell.
  var parametersMax: Int { get }
  /// The law of the same kind that explains the evidence best.
  func refined(_ law: any ParametricLaw) -> any ParametricLaw
  /// The logarithm of the likelihood; nil where there is none.
  func logLikelihood(of law: any ParametricLaw) -> Double?
  /// The largest difference between the law's share and the measured one at any value.
  func distance(to law: any ParametricLaw) -> Double
  /// Anderson and Darling's A², which weighs both tails; nil where single values are not known.
  func andersonDarling(of law: any ParametricLaw) -> Double?
  /// The measurement itself as an empirical law.
  func empirical(in quantity: MeasuredQuantity) -> EmpiricalText?
}

/// The levels that are judged, as far as they are supported.
enum JudgedLevels {
  static let all = [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999]
}

/// Values that were measured one by one.
struct ValueEvidence: Evidence {
  private let sorted: [Double]
  let sample: WeightedSample
  let quantiles: [MeasuredQuantile]

  /// Values in any order; at least one.
  init(_ values: [Double]) {
    sorted = values.sorted()
    sample = WeightedSample(sorted: sorted)
    let sorted = sorted
    quantiles = JudgedLevels.all.compactMap { OrderStatistics.quantile($0, of: sorted) }
  }

  var count: Double? { Double(sorted.count) }
  var parametersMax: Int { sorted.count }
  var mean: Double? { sample.mean }

  /// Estimates from values are the most likely ones already.
  func refined(_ law: any ParametricLaw) -> any ParametricLaw { law }

  func logLikelihood(of law: any ParametricLaw) -> Double? { law.logLikelihood(of: sample) }

  /// At most this many values are compared; more are passed over evenly, and what is found then is
  /// right within a hundred-thousandth.
  private static let comparedMax = 100_000

  func distance(to law: any ParametricLaw) -> Double {
    let count = sorted.count
    let step = (count + Self.comparedMax - 1) / Self.comparedMax
    var largest = 0.0
    var i = 0
    while i < count {
      // Equal values are one jump.
      var last = i
      while last + 1 < count, sorted[last + 1] == sorted[i] { last += 1 }
      var first = i
      while first > 0, sorted[first - 1] == sorted[i] { first -= 1 }
      let share = law.share(below: sorted[i])
      largest = max(
        largest, share - Double(first) / Double(count), Double(last + 1) / Double(count) - share)
      i = max(last + 1, i + step)
    }
    return largest
  }

  func andersonDarling(of law: any ParametricLaw) -> Double? {
    let count = sorted.count
    let step = (count + Self.comparedMax - 1) / Self.comparedMax
    var sum = 0.0
    var below = (value: -1.0, log: 0.0, logAbove: 0.0)
    var i = 0
    while i < count {
      let taken = Double(min(step, count - i))
      if sorted[i] != below.value {
        below = (
          sorted[i], PortableMath.log(max(law.share(below: sorted[i]), 1e-300)),
          PortableMath.log(max(law.share(above: sorted[i]), 1e-300))
        )
      }
      let odd = 2 * Double(i + 1) - 1
      sum += taken * (odd * below.log + (2 * Double(count) - odd) * below.logAbove)
      i += step
    }
    return -Double(count) - sum / Double(count)
  }

  func empirical(in quantity: MeasuredQuantity) -> EmpiricalText? {
    EmpiricalText(sorted: sorted, in: quantity)
  }
}

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

/// Moves a law's coordinates to where a cost is least.
enum Refinement {
  static func of(
    _ law: any ParametricLaw, _ cost: (any ParametricLaw) -> Double
  ) -> any ParametricLaw {
    let found = Search.minimum(from: law.coordinates, step: 0.3) { place in
      guard let moved = law.moved(to: place) else { return .infinity }
      let value = cost(moved)
      return value.isNaN ? .infinity : value
    }
    return law.moved(to: found.place) ?? law
  }
}
