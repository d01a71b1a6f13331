import TailraceEngine

/// Hit ratios of a cache whose requests draw their keys independently.
///
/// The characteristic time of LRU: Che, Tung and Wang 2002; Fricker, Robert and Roberts 2012. FIFO and
/// RANDOM, which are alike: Gelenbe 1973 (exact form), Martina, Garetto and Leonardi 2014 (fixed
/// point).
public enum CacheModel {
  /// Keys that are asked for about equally often.
  public struct KeyGroup: Sendable {
    public var count: Double
    /// The probability that a request asks for one given key of them.
    public var probability: Double

    public init(count: Double, probability: Double) {
      (self.count, self.probability) = (count, probability)
    }
  }

  /// How long a key is kept, in requests, against what its own requests do about it.
  public enum Keeping: Sendable {
    /// A hit begins its time anew: LRU.
    case fromLastUse
    /// It counts from its arrival: FIFO, RANDOM.
    case fromArrival

    /// The chance that a key is present where `uses` of it are expected in the characteristic time.
    func present(_ uses: Double) -> Double {
      switch self {
      case .fromLastUse: -PortableMath.expm1(-uses)
      case .fromArrival: uses / (1 + uses)
      }
    }
  }

  /// The share of requests that hit.
  ///
  /// Halves an interval of characteristic times 200 times at most: O(groups) each. The groups are all
  /// keys; the capacity, in entries, is below their number.
  public static func hitRatio(_ groups: [KeyGroup], capacity: Double, _ keeping: Keeping) -> Double
  {
    func entries(_ time: Double) -> Double {
      groups.reduce(0) { $0 + $1.count * keeping.present($1.probability * time) }
    }
    var low = 0.0
    var high = capacity
    while entries(high) < capacity, high < 1e300 { high *= 2 }
    for _ in 0..<200 where high - low > 1e-12 * high {
      let middle = (low + high) / 2
      if entries(middle) < capacity { low = middle } else { high = middle }
    }
    return groups.reduce(0) {
      $0 + $1.count * $1.probability * keeping.present($1.probability * high)
    }
  }

  /// Keys by popularity: k^-exponent of the k-th; the first 4,096 one by one, then in groups a 64th
  /// as wide as their rank.
  public static func zipf(count: UInt64, exponent: Double) -> [KeyGroup] {
    let all = PortableMath.harmonic(count, exponent: exponent)
    var groups: [KeyGroup] = []
    var rank: UInt64 = 1
    var below = 0.0
    while rank <= count {
      let width = rank <= 4_096 ? 1 : min(rank / 64, count - rank + 1)
      let last = rank + width - 1
      let above = PortableMath.harmonic(last, exponent: exponent)
      groups.append(
        KeyGroup(count: Double(width), probability: (above - below) / all / Double(width)))
      below = above
      rank = last + 1
    }
    return groups
  }
}
