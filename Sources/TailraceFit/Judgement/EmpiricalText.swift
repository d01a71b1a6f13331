import TailraceCatalog

/// A measurement as an `empirical` law of the scenario language.
public struct EmpiricalText: Sendable {
  /// An object such as `{"type": "empirical", "quantiles": [[0, "1ms"], …]}`, on one line.
  public let text: String
  /// What the text means: linear between points, the ends held; levels ascend.
  let points: [(level: Double, value: Double)]

  /// Most points of a text; the law is then within 1 % where it can be with fewer.
  static let pointsMax = 48

  /// Values in order; at least one. Middle ranks: value i of n stands at level (i - 1/2) / n.
  init?(sorted: [Double], in quantity: MeasuredQuantity) {
    let count = Double(sorted.count)
    let chosen = Self.chosen(sorted.count) { i in
      ((Double(i) + 0.5) / count, sorted[i])
    }
    var points = chosen.map { i in ((Double(i) + 0.5) / count, sorted[i]) }
    // The ends are the sample's own.
    points[0].0 = 0
    if points.count > 1 { points[points.count - 1].0 = 1 }
    self.init(points, in: quantity)
  }

  /// Counts between bounds. What lies above the last bound is held there, as in Prometheus'
  /// `histogram_quantile`.
  init?(_ buckets: CountedBuckets, in quantity: MeasuredQuantity) {
    let total = buckets.total
    var points: [(Double, Double)] = []
    var (lower, sum) = (0.0, 0.0)
    for (bound, count) in zip(buckets.bounds, buckets.counts) {
      if count > 0 {
        if points.last?.1 != lower { points.append((sum / total, lower)) }
        sum += count
        points.append((sum / total, bound))
      }
      lower = bound
    }
    let chosen = Self.chosen(points.count) { points[$0] }
    self.init(chosen.map { points[$0] }, in: quantity)
  }

  /// The points of a table.
  init?(_ table: [QuantilePoint], in quantity: MeasuredQuantity) {
    let points = table.map { ($0.level, $0.value) }
    let chosen = Self.chosen(points.count) { points[$0] }
    self.init(chosen.map { points[$0] }, in: quantity)
  }

  private init?(_ points: [(Double, Double)], in quantity: MeasuredQuantity) {
    var written: [(level: Double, value: Double)] = []
    var parts: [String] = []
    for (level, value) in points {
      // Nine decimals: more than 10^7 values can tell apart.
      let short = Double(UInt64(level * 1e9 + 0.5)) / 1e9
      if let last = written.last, short <= last.level { continue }
      let literal = quantity.literal(value)
      guard literal.value <= quantity.limit else { return nil }
      written.append((short, literal.value))
      parts.append("[\(QuantityText.real(short)), \(literal.text)]")
    }
    guard !written.isEmpty else { return nil }
    self.points = written
    text = "{\"type\": \"empirical\", \"quantiles\": [\(parts.joined(separator: ", "))]}"
  }

  /// The value at a level.
  public func quantile(_ level: Double) -> Double {
    guard let right = points.firstIndex(where: { $0.level >= level }) else {
      return points[points.count - 1].value
    }
    guard right > 0 else { return points[0].value }
    let (low, high) = (points[right - 1], points[right])
    return low.value + (level - low.level) / (high.level - low.level) * (high.value - low.value)
  }

  /// The mean of the law.
  public var mean: Double {
    var sum = points[0].level * points[0].value
    for (low, high) in zip(points, points.dropFirst()) {
      sum += (high.level - low.level) * (low.value + high.value) / 2
    }
    let last = points[points.count - 1]
    return sum + (1 - last.level) * last.value
  }

  // MARK: Points

  /// The places of those points between which a straight line is close to all others.
  ///
  /// Again and again the stretch whose worst point is farthest off is split there (Douglas and
  /// Peucker, 1973, the worst first), until none is off by 1 % of its value or there are enough.
  private static func chosen(
    _ count: Int, _ point: (Int) -> (level: Double, value: Double)
  ) -> [Int] {
    guard count > 2 else { return Array(0..<count) }
    var stretches = [Stretch(0, count - 1, point)]
    while stretches.count < pointsMax - 1 {
      guard
        let worst = stretches.indices.max(by: { stretches[$0].error < stretches[$1].error }),
        stretches[worst].error > 0.01
      else { break }
      let old = stretches[worst]
      stretches[worst] = Stretch(old.lower, old.worst, point)
      stretches.insert(Stretch(old.worst, old.upper, point), at: worst + 1)
    }
    return [0] + stretches.map(\.upper)
  }

  /// A straight line between two points, and which point between is farthest from it.
  private struct Stretch {
    let lower: Int
    let upper: Int
    private(set) var worst: Int
    private(set) var error = 0.0

    init(_ lower: Int, _ upper: Int, _ point: (Int) -> (level: Double, value: Double)) {
      (self.lower, self.upper, worst) = (lower, upper, lower)
      let (a, b) = (point(lower), point(upper))
      let slope = b.level > a.level ? (b.value - a.value) / (b.level - a.level) : 0
      for i in (lower + 1)..<max(upper, lower + 1) {
        let (level, value) = point(i)
        let off = (a.value + (level - a.level) * slope - value).magnitude
        let relative = value > 0 ? off / value : (off > 0 ? 1 : 0)
        if relative > error { (worst, error) = (i, relative) }
      }
    }
  }
}
