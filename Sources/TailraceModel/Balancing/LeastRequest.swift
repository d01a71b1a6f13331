import TailraceEngine

/// Samples a few replicas and picks the one with the fewest calls out (Mitzenmacher 2001).
public struct LeastRequest: BalancingPolicy {
  public static let name = "LEAST_REQUEST"
  public static let summary = "Samples a few replicas and picks the one with the fewest calls out."
  public var readsLoad: Bool { true }

  /// How many replicas to sample, from 1 to 64.
  public var choiceCount: Int32 = 2
  /// Whether one replica may be sampled twice.
  public var replacement = true
  /// Whether to look at every replica instead.
  public var fullScan = false
  /// Whether the first of the tied wins a full scan; else one of them is drawn.
  public var tieBreakFirst = false

  /// Where replicas have weights, the power of the calls out that divides them.
  public var bias = 1.0

  public init() {}

  @inline(__always)
  public mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    if fullScan { return scan(replicas, &luck, tieBreakFirst: tieBreakFirst) }
    if drawsTwo { return Self.betterOfTwo(replicas, &luck) }
    let count = UInt64(replicas.count)
    var best = Int32(truncatingIfNeeded: luck.below(count))
    if choiceCount == 2 {
      var other = Int32(truncatingIfNeeded: luck.below(count &- 1))
      if other >= best { other &+= 1 }
      return replicas.load(other) < replicas.load(best) ? other : best
    }
    if !replacement && choiceCount >= replicas.count {
      // All are drawn, in any order: the first drawn among the tied is any of them.
      return scan(replicas, &luck, tieBreakFirst: false)
    }
    if !replacement { return sampleDistinct(replicas, &luck) }
    var load = replicas.load(best)
    for _ in 1..<max(1, choiceCount) {
      let other = Int32(truncatingIfNeeded: luck.below(count))
      if replicas.load(other) < load {
        best = other
        load = replicas.load(other)
      }
    }
    return best
  }

  /// Whether it is `betterOfTwo`.
  var drawsTwo: Bool { choiceCount == 2 && replacement && !fullScan }

  /// Draws two replicas, which may be the same, and picks the one with fewer calls out.
  @inline(__always)
  static func betterOfTwo(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    let count = UInt64(replicas.count)
    let one = Int32(truncatingIfNeeded: luck.below(count))
    let other = Int32(truncatingIfNeeded: luck.below(count))
    return replicas.load(other) < replicas.load(one) ? other : one
  }

  /// One pass; the first drawn wins ties by a draw.
  @inline(never)
  func sampleDistinct(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32 {
    var sampling = SelectionSampling(Int(choiceCount), of: Int(replicas.count))
    var best: Int32 = -1
    var tied: UInt64 = 0
    var i: Int32 = 0
    while !sampling.isDone {
      if sampling.takesNext(&luck) {
        if best < 0 || replicas.load(i) < replicas.load(best) {
          best = i
          tied = 1
        } else if replicas.load(i) == replicas.load(best) {
          // Drawn in index order, so "the first drawn" is a uniform choice among the tied.
          tied += 1
          if luck.below(tied) == 0 { best = i }
        }
      }
      i += 1
    }
    return best
  }

  @inline(never)
  func scan(
    _ replicas: Replicas, _ luck: inout KeyedRandom, tieBreakFirst: Bool
  ) -> Int32 {
    var least = replicas.load(0)
    var best: Int32 = 0
    var tied: UInt64 = 1
    for i in 1..<replicas.count {
      let load = replicas.load(i)
      if load < least {
        least = load
        best = i
        tied = 1
      } else if load == least {
        tied += 1
      }
    }
    if tieBreakFirst || tied == 1 { return best }
    var skip = luck.below(tied)
    for i in best..<replicas.count where replicas.load(i) == least {
      if skip == 0 { return i }
      skip -= 1
    }
    return best
  }
}
