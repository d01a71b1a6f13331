import TailraceEngine

/// Joins of which every answer is kept: of a pair all of them, or an even part of its requests.
///
/// A request's lot follows from its number alone, and one request in 2^n has a lot of n or more. A
/// pair begins with all requests and goes on with those of a higher lot whenever more joins are
/// counted than may be kept, or eight times as many begun in the window. Both are sizes of sets, so
/// the lot at the end, and the sample with it, do not depend on the order of events.
struct JoinSamples: ~Copyable {
  /// Most joins of all pairs together: 40 MB.
  private static let roomMax = 1 << 20

  /// Most joins of a pair.
  private var most = 0
  private let pairs: Table<SampledPair>
  /// Joins begun in the window, by pair and lot.
  private let begun: Table<UInt32>
  private var joins = Table<GatheredJoin>(repeating: GatheredJoin(), count: 0)
  private var used = 0

  init(pairs count: Int) {
    pairs = Table(repeating: SampledPair(), count: count)
    begun = Table(repeating: 0, count: count * RequestLot.count)
  }

  /// Sets how many joins of a pair are kept; fewer where there are very many pairs.
  mutating func keep(most: Int) {
    self.most = pairs.count == 0 ? most : max(1, min(most, Self.roomMax / pairs.count))
  }

  /// Whether the answers of a join that begins are to be kept; `inWindow` is 1 if it counts as begun.
  @inline(never)
  mutating func takes(_ p: Int32, number: UInt64, inWindow: UInt64) -> Bool {
    let pair = pairs.row(p)
    let lot = RequestLot.of(number)
    if lot < Int(pair.least) { return false }
    if inWindow == 1 {
      begun[Int(p) &* RequestLot.count &+ lot] &+= 1
      pair.begun &+= 1
      while pair.begun > 8 &* most && Int(pair.least) < RequestLot.count - 1 { raise(p) }
    }
    return lot >= Int(pair.least)
  }

  /// Keeps a join of a counted request, unless its lot has been given up since it began.
  mutating func add(_ p: Int32, _ join: GatheredJoin, number: UInt64) {
    let pair = pairs.row(p)
    let lot = RequestLot.of(number)
    while pair.count >= most && lot >= Int(pair.least) && Int(pair.least) < RequestLot.count - 1 {
      raise(p)
    }
    if lot < Int(pair.least) || pair.count >= most { return }
    if pair.first < 0 {
      if used + most > joins.count {
        joins.grow(to: max(used + most, joins.count * 2), with: GatheredJoin())
      }
      pair.first = used
      used += most
    }
    joins[pair.first &+ pair.count] = join
    joins[pair.first &+ pair.count].lot = UInt8(lot)
    pair.count &+= 1
  }

  /// Goes on without the requests of the least lot.
  private mutating func raise(_ p: Int32) {
    let pair = pairs.row(p)
    pair.begun &-= Int(begun[Int(p) &* RequestLot.count &+ Int(pair.least)])
    pair.least &+= 1
    var kept = 0
    for i in 0..<pair.count {
      let join = joins[pair.first &+ i]
      if join.lot < pair.least { continue }
      joins[pair.first &+ kept] = join
      kept &+= 1
    }
    pair.count = kept
  }

  /// The joins that a pair has kept, in an order of their values, and the least lot among them.
  mutating func sample(_ p: Int32) -> (joins: [GatheredJoin], leastLot: UInt8) {
    let pair = pairs[p]
    let kept = (0..<pair.count).map { joins[pair.first + $0] }
    return (kept.sorted(by: GatheredJoin.precedes), pair.least)
  }
}

/// What is kept of one pair.
struct SampledPair: BitwiseCopyable {
  /// Its first row; -1 while it has none.
  var first = -1
  var count = 0
  /// Joins begun in the window that have lots of at least `least`.
  var begun = 0
  var least: UInt8 = 0
}

/// A join of which all answers were kept; nanoseconds from its start.
public struct GatheredJoin: BitwiseCopyable, Sendable, Equatable {
  /// Until the last answer, and until 99 % and 95 % of them.
  public var time: UInt64 = 0
  public var time99: UInt64 = 0
  public var time95: UInt64 = 0
  /// From the median answer to the second last.
  public var secondOverMedian: UInt64 = 0
  /// Who was last, and why: see `StragglerCause`.
  public var member: Int32 = 0
  public var cause: UInt8 = 0
  /// The request's lot: one in 2^n has n or more.
  public var lot: UInt8 = 0

  /// All of its values count, so equal sets have one order.
  static func precedes(_ a: GatheredJoin, _ b: GatheredJoin) -> Bool {
    let (x, y) = (a.secondOverMedian, b.secondOverMedian)
    if (a.time, a.time99, a.time95) != (b.time, b.time99, b.time95) {
      return (a.time, a.time99, a.time95) < (b.time, b.time99, b.time95)
    }
    return (x, a.member, a.cause, a.lot) < (y, b.member, b.cause, b.lot)
  }
}
