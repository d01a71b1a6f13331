import TailraceEngine

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
        let shares = (law.share(below: sorted[i]), law.share(above: sorted[i]))
        // A value where the law ends makes the sum infinite.
        guard shares.0 > 0, shares.1 > 0 else { return nil }
        below = (sorted[i], PortableMath.log(shares.0), PortableMath.log(shares.1))
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
