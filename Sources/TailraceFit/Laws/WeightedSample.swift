import TailraceEngine

/// Values that are not negative, each with a weight, ascending: what laws are fitted to.
///
/// Up to 16,384 different values are kept as they are. More are put together in groups whose values
/// differ by less than 1/512 of their size, each at its mean, which moves no estimate by more than
/// about a millionth of itself.
struct WeightedSample {
  private(set) var values: [Double] = []
  private(set) var weights: [Double] = []
  /// The sum of the weights, as many as there were values.
  private(set) var total = 0.0
  private(set) var mean = 0.0
  private(set) var variance = 0.0
  /// The mean of the logarithms; minus infinity where there are zeros.
  private(set) var logMean = 0.0
  /// The mean square of the logarithms' distance from `logMean`.
  private(set) var logVariance = 0.0

  static let differentMax = 16_384

  var least: Double { values.first ?? 0 }
  var largest: Double { values.last ?? 0 }
  var hasZeros: Bool { least <= 0 }
  /// Whether all values are the same.
  var isConstant: Bool { least == largest }

  /// A sample of sorted values; at least one.
  init(sorted: [Double]) {
    var different = 1
    for i in 1..<max(1, sorted.count) where sorted[i] != sorted[i - 1] { different += 1 }
    let isGrouped = different > Self.differentMax
    // Nine bits behind the binary point.
    func key(_ value: Double) -> UInt64 { isGrouped ? value.bitPattern >> 43 : value.bitPattern }
    var start = 0
    while start < sorted.count {
      var end = start
      var sum = 0.0
      let first = key(sorted[start])
      while end < sorted.count, key(sorted[end]) == first {
        sum += sorted[end] - sorted[start]
        end += 1
      }
      let count = Double(end - start)
      values.append(sorted[start] + sum / count)
      weights.append(count)
      start = end
    }
    sumUp()
  }

  /// Points with weights; the values ascend, at least one weight is above 0.
  init(points: [(value: Double, weight: Double)]) {
    for point in points where point.weight > 0 {
      values.append(point.value)
      weights.append(point.weight)
    }
    sumUp()
  }

  private mutating func sumUp() {
    total = 0
    for weight in weights { total += weight }
    mean = average(of: { $0 })
    variance = average(of: { ($0 - mean) * ($0 - mean) })
    guard !hasZeros else {
      logMean = -.infinity
      return
    }
    logMean = average(of: { PortableMath.log($0) })
    logVariance = average(of: {
      let distance = PortableMath.log($0) - logMean
      return distance * distance
    })
  }

  /// The mean of a function of the values.
  func average(of function: (Double) -> Double) -> Double {
    var sum = 0.0
    for i in values.indices { sum += weights[i] * function(values[i]) }
    return sum / total
  }

  /// The value at a share of the weight.
  func quantile(_ level: Double) -> Double {
    var sum = 0.0
    for i in values.indices {
      sum += weights[i]
      if sum >= level * total { return values[i] }
    }
    return largest
  }
}
