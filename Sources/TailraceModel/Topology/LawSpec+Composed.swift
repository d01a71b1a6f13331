/// A law that is drawn with a chance in proportion to its weight.
public struct WeightedLaw: Sendable {
  public var weight: Double
  public var law: LawSpec

  public init(weight: Double, law: LawSpec) {
    self.weight = weight
    self.law = law
  }
}

/// A value that is drawn with a chance in proportion to its weight.
public struct WeightedValue: Sendable {
  public var value: Double
  public var weight: Double

  public init(value: Double, weight: Double) {
    self.value = value
    self.weight = weight
  }
}

/// The value that a share of all draws does not exceed.
public struct Quantile: Sendable {
  public var level: Double
  public var value: Double

  public init(level: Double, value: Double) {
    self.level = level
    self.value = value
  }
}

/// How many lie above the bucket before and not above this one's bound.
public struct CountedBucket: Sendable {
  public var upperBound: Double
  public var count: Double

  public init(upperBound: Double, count: Double) {
    self.upperBound = upperBound
    self.count = count
  }
}

extension LawSpec {
  /// Whether a draw depends on which request it is for.
  public var readsRequest: Bool {
    switch self {
    case .byClass, .sequence: true
    case .mixture(let parts): parts.contains { $0.law.readsRequest }
    default: false
    }
  }

  /// The mean of a law made of others or of a table.
  var composedMean: Double? {
    switch self {
    case .mixture(let parts):
      var sum = 0.0
      var total = 0.0
      for part in parts where part.weight > 0 {
        guard let mean = part.law.mean else { return nil }
        sum += part.weight * mean
        total += part.weight
      }
      return sum / total
    case .discrete(let values):
      var sum = 0.0
      var total = 0.0
      for row in values {
        sum += row.weight * row.value
        total += row.weight
      }
      return sum / total
    case .quantiles(let points): return Self.mean(of: points.map { ($0.level, $0.value) })
    case .measured(let values): return values.reduce(0, +) / Double(values.count)
    case .buckets(let buckets): return Self.mean(of: Self.levels(of: buckets))
    default: return nil
    }
  }

  /// Buckets as points of the distribution function, from 0 on.
  static func levels(of buckets: [CountedBucket]) -> [(level: Double, value: Double)] {
    var total = 0.0
    for bucket in buckets { total += bucket.count }
    precondition(total > 0, "a bucket must count something")
    var points: [(level: Double, value: Double)] = [(0, 0)]
    var sum = 0.0
    for (i, bucket) in buckets.enumerated() {
      sum += bucket.count
      points.append((i == buckets.count - 1 ? 1 : sum / total, bucket.upperBound))
    }
    return points
  }

  /// The area under the inverse; the ends are held.
  private static func mean(of points: [(level: Double, value: Double)]) -> Double? {
    guard let first = points.first, let last = points.last else { return nil }
    var sum = first.level * first.value + (1 - last.level) * last.value
    for (low, high) in zip(points, points.dropFirst()) {
      sum += (high.level - low.level) * (low.value + high.value) / 2
    }
    return sum
  }
}
