import TailraceModel
import TailraceStatistics

/// Requests of one workload that two designs served, held against each other one by one.
///
/// Over these requests the parts of the difference sum to the difference of the means exactly.
public struct PairedRequests: Sendable {
  public var workload: String
  /// One request in so many was looked at; 1 is all of them.
  public var oneIn: UInt64
  /// Requests that both served, and those of them that got slower or faster.
  public var count: UInt64
  public var slower: UInt64
  public var faster: UInt64
  /// Mean latencies of these requests, in nanoseconds.
  public var baseMean: Double
  public var againstMean: Double
  /// Mean of the differences, in nanoseconds, with each replication's own.
  public var difference: Estimate
  /// Quantiles of the difference, in nanoseconds; nil where the sample does not support one.
  public var quantiles: [(quantile: Double, difference: Double?)]
  /// Medians among those that got slower, and among those that got faster; both above 0.
  public var slowerMedian: Double?
  public var fasterMedian: Double?
  /// Where the time went: mean parts in each design, in nanoseconds, by component and phase.
  public var parts: [MovedTime]
  /// Requests that only one of the designs served, with their mean latency there.
  public var onlyBase: Unpaired
  public var onlyAgainst: Unpaired

  /// A part of the critical path in both designs.
  public struct MovedTime: Sendable {
    public var entity: String
    public var phase: String
    /// Means over the requests that both served, in nanoseconds.
    public var base: Double
    public var against: Double
    /// Sums in nanoseconds: exact.
    public var baseSum: UInt128
    public var againstSum: UInt128

    public var difference: Double { signed(baseSum, againstSum) / count }
    let count: Double
  }

  /// Requests without a partner.
  public struct Unpaired: Sendable {
    public var count: UInt64
    /// In nanoseconds; nil where there are none.
    public var mean: Double?
  }

  /// Sums of the latencies of the requests that both served, in nanoseconds: exact.
  public var baseSum: UInt128
  public var againstSum: UInt128

  /// Quantiles of the difference that are told.
  static let quantilesShown = [0.01, 0.1, 0.5, 0.9, 0.99]
}

extension PairedRequests {
  /// Adds up the replications of each workload; none where designs are not paired.
  static func merged(
    _ replications: [[RequestPairs]], _ base: RunResult
  ) -> [PairedRequests] {
    base.workloads.map(\.name).compactMap { name in
      let own = replications.map { $0.first { $0.workload == name } }
      let known = own.compactMap { $0 }
      guard !known.isEmpty, known.contains(where: { $0.count > 0 }) else { return nil }
      return PairedRequests(known)
    }
  }

  private init(_ parts: [RequestPairs]) {
    workload = parts[0].workload
    oneIn = 1 << UInt64(parts.map(\.least).max() ?? 0)
    let count = parts.reduce(0) { $0 + $1.count }
    self.count = count
    baseSum = parts.reduce(0) { $0 + $1.base }
    againstSum = parts.reduce(0) { $0 + $1.against }
    baseMean = Double(baseSum) / Double(count)
    againstMean = Double(againstSum) / Double(count)
    let own = parts.map { part -> Double? in
      part.count == 0 ? nil : signed(part.base, part.against) / Double(part.count)
    }
    let known = own.compactMap { $0 }
    difference = Estimate(
      value: signed(baseSum, againstSum) / Double(count),
      halfWidth: known.count == own.count ? ConfidenceInterval(of: known)?.halfWidth : nil,
      perReplication: own)
    var slow = Histogram(.fine)
    var fast = Histogram(.fine)
    for part in parts {
      slow.merge(part.slower)
      fast.merge(part.faster)
    }
    slower = slow.count
    faster = fast.count
    slowerMedian = slow.quantile(0.5).map { Double($0) }
    fasterMedian = fast.quantile(0.5).map { Double($0) }
    quantiles = []
    for q in Self.quantilesShown {
      quantiles.append((q, Self.difference(atQuantile: q, count, slow, fast)))
    }
    func unpaired(_ key: KeyPath<RequestPairs, RequestPairs.Others>) -> Unpaired {
      let count = parts.reduce(0) { $0 + $1[keyPath: key].count }
      let sum = parts.reduce(UInt128(0)) { $0 + $1[keyPath: key].latency }
      return Unpaired(count: count, mean: count == 0 ? nil : Double(sum) / Double(count))
    }
    onlyBase = unpaired(\.onlyBase)
    onlyAgainst = unpaired(\.onlyAgainst)
    self.parts = Self.moved(parts, count)
  }

  /// The difference at a quantile: from the most gained, below zero, to the most lost.
  ///
  /// Within 0.1 % of it; nil where fewer than 10 lie beyond on the side of the quantile's tail.
  private static func difference(
    atQuantile q: Double, _ count: UInt64, _ slow: borrowing Histogram,
    _ fast: borrowing Histogram
  ) -> Double? {
    // Low quantiles have their tail below.
    guard NearestRank.supportedRank(of: max(q, 1 - q), among: count) != nil else { return nil }
    let rank = NearestRank.rank(of: q, among: count)
    if rank <= fast.count { return -Double(fast.value(atRank: fast.count - rank + 1)) }
    let same = count - fast.count - slow.count
    if rank <= fast.count + same { return 0 }
    return Double(slow.value(atRank: rank - fast.count - same))
  }

  private static func moved(_ parts: [RequestPairs], _ count: UInt64) -> [MovedTime] {
    var sums: [(key: RequestPairs.MovedPart, base: UInt128, against: UInt128)] = []
    for part in parts.flatMap(\.moved) {
      let place =
        sums.firstIndex { $0.key.component == part.component && $0.key.phase == part.phase }
      if let place {
        sums[place].base += UInt128(part.base)
        sums[place].against += UInt128(part.against)
      } else {
        sums.append((part, UInt128(part.base), UInt128(part.against)))
      }
    }
    sums.sort {
      ($0.key.component, $0.key.phase.rawValue) < ($1.key.component, $1.key.phase.rawValue)
    }
    return sums.map { sum in
      MovedTime(
        entity: sum.key.component, phase: sum.key.phase.word,
        base: Double(sum.base) / Double(count), against: Double(sum.against) / Double(count),
        baseSum: sum.base, againstSum: sum.against, count: Double(count))
    }
  }
}

/// `against - base` of two sums, rounded once.
private func signed(_ base: UInt128, _ against: UInt128) -> Double {
  against >= base ? Double(against - base) : -Double(base - against)
}
