import TailraceCatalog

/// A measurement as an `empirical` law of the scenario language.
public struct EmpiricalText: Sendable {
  /// An object such as `{"type": "empirical", "quantiles": [[0, "1ms"], …]}`, on one line.
  public let text: String
  /// What the text means: linear between points, the ends held; levels ascend.
  let points: [(level: Double, value: Double)]

  /// Most points of a text; the law is then within 1 % where it can be with fewer.
  static let pointsMax = 48

  /// Values in order; at least one.
  ///
  /// Middle ranks: value i of n stands at level (i - 1/2) / n, and equal values in the middle of
  /// theirs. More than a tenth that are equal keep both their ends, the sample its own.
  init?(sorted: [Double], in quantity: MeasuredQuantity) {
    let count = Double(sorted.count)
    var points: [(Double, Double)] = [(0, sorted[0])]
    var start = 0
    while start < sorted.count {
      var end = start + 1
      while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
      if (end - start) * 10 > sorted.count {
        points.append(((Double(start) + 0.5) / count, sorted[start]))
        points.append(((Double(end) - 0.5) / count, sorted[start]))
      } else {
        points.append((Double(start + end) / 2 / count, sorted[start]))
      }
      start = end
    }
    points.append((1, sorted[sorted.count - 1]))
    let chosen = Self.chosen(points.count) { points[$0] }
    self.init(chosen.map { points[$0] }, in: quantity)
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
      guard let short = Self.short(level, above: written.last?.level ?? -1) else { continue }
      let literal = quantity.literal(value)
      guard literal.value <= quantity.limit else { return nil }
      written.append((short, literal.value))
      parts.append("[\(QuantityText.real(short)), \(literal.text)]")
    }
    guard !written.isEmpty else { return nil }
    self.points = written
    text = "{\"type\": \"empirical\", \"quantiles\": [\(parts.joined(separator: ", "))]}"
  }

  /// A level with three digits that count of what lies beyond it, and as few more as keep it above
  /// the one before; nil where nine decimals do not, which 10^7 values could not tell apart.
  private static func short(_ level: Double, above last: Double) -> Double? {
    var decimals = 1_000.0
    while decimals < 1e9, (1 - level) * decimals < 100, level < 1 { decimals *= 10 }
    while true {
      let short = Double(UInt64(level * decimals + 0.5)) / decimals
      if short > last, short < 1 || level == 1 { return short }
      if decimals >= 1e9 { return nil }
      decimals *= 10
    }
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
  /// Values far below the middle one count as half of it: their errors are too small to matter.
  private static func chosen(
    _ count: Int, _ point: (Int) -> (level: Double, value: Double)
  ) -> [Int] {
    guard count > 2 else { return Array(0..<count) }
    let middle = (0..<count).first { point($0).level >= 0.5 } ?? count - 1
    let floor = point(middle).value / 2
    var stretches = [Stretch(0, count - 1, floor, point)]
    while stretches.count < pointsMax - 1 {
      guard
        let worst = stretches.indices.max(by: { stretches[$0].error < stretches[$1].error }),
        stretches[worst].error > 0.01
      else { break }
      let old = stretches[worst]
      stretches[worst] = Stretch(old.lower, old.worst, floor, point)
      stretches.insert(Stretch(old.worst, old.upper, floor, point), at: worst + 1)
    }
    return [0] + stretches.map(\.upper)
  }

  /// A straight line between two points, and which point between is farthest from it.
  private struct Stretch {
    let lower: Int
    let upper: Int
    private(set) var worst: Int
    private(set) var error = 0.0

    init(
      _ lower: Int, _ upper: Int, _ floor: Double,
      _ point: (Int) -> (level: Double, value: Double)
    ) {
      (self.lower, self.upper, worst) = (lower, upper, lower)
      let (a, b) = (point(lower), point(upper))
      let slope = b.level > a.level ? (b.value - a.value) / (b.level - a.level) : 0
      for i in (lower + 1)..<max(upper, lower + 1) {
        let (level, value) = point(i)
        let off = (a.value + (level - a.level) * slope - value).magnitude
        let size = max(value, floor)
        let relative = size > 0 ? off / size : (off > 0 ? 1 : 0)
        if relative > error { (worst, error) = (i, relative) }
      }
    }
  }
}
