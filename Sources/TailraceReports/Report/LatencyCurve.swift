/// The latencies of one workload in one design, as the files hold them.
struct LatencyCurve {
  var label: String
  /// Number of its colour and dashes.
  var series: Int
  /// Buckets in milliseconds, ascending, with their counts.
  var buckets: [(low: Double, high: Double, count: Double)]
  /// Reported quantiles with the half-widths of their intervals, in milliseconds.
  var quantiles: [(quantile: Double, value: Double?, halfWidth: Double?)]
  var mean: (value: Double?, halfWidth: Double?)
  var max: Double?
  /// Thresholds on single quantiles: where, how much, and whether it holds.
  var limits: [Limit] = []

  /// A threshold on one quantile: where it lies, in milliseconds, its words, and whether it holds.
  struct Limit {
    var quantile: Double
    var bound: Double
    var text: String
    var holds: Bool
  }

  /// Requests that were answered.
  var total: Double { buckets.reduce(0) { $0 + $1.count } }

  /// Latency by share of requests, up to the last that has ten beyond it.
  var byShare: [(x: Double, y: Double)] {
    let total = total
    var sum = 0.0
    var points: [(x: Double, y: Double)] = []
    for bucket in buckets {
      if points.isEmpty { points.append((0, bucket.low)) }
      sum += bucket.count
      if total - sum < 10 { break }
      points.append((sum / total, bucket.high))
    }
    return points.count > 1 ? points : []
  }

  /// Share of requests later than a latency: those with ten or more beyond, and the few at the end.
  var tail: (known: [(x: Double, y: Double)], few: [(x: Double, y: Double)]) {
    let total = total
    var sum = 0.0
    var known: [(x: Double, y: Double)] = []
    var few: [(x: Double, y: Double)] = []
    for bucket in buckets {
      if sum == 0 { known.append((bucket.low, 1)) }
      sum += bucket.count
      let left = total - sum
      if left < 0.5 { break }
      if left >= 10 {
        known.append((bucket.high, left / total))
      } else {
        if few.isEmpty, let last = known.last { few.append(last) }
        few.append((bucket.high, left / total))
      }
    }
    return (known, few)
  }

  /// The latency in milliseconds below which a share of the requests lies, from the buckets.
  func latency(at share: Double) -> Double? {
    let total = total
    var sum = 0.0
    for bucket in buckets {
      sum += bucket.count
      if sum >= share * total { return bucket.high }
    }
    return nil
  }
}
