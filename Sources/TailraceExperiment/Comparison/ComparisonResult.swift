import TailraceStatistics

/// Several designs and how each differs from the first.
public struct ComparisonResult: Sendable {
  /// Names of the designs, the base first.
  public var names: [String]
  /// What each did, by design.
  public var designs: [RunResult]
  /// Whether all met the same luck.
  public var isPaired: Bool
  /// One for each design but the base.
  public var contrasts: [Contrast]
  /// What became of the wish for narrow intervals; nil where there was none.
  public var precision: PrecisionReport?
  /// Why it ended early, if it did.
  public var cutShort: CutShort? { designs.compactMap(\.cutShort).first }

  /// The level of the intervals.
  public static let level = 0.95

  /// `requests` has, for each design but the base, its requests held against the base's; `hasWhole`
  /// says whether any replication is whole in all designs.
  init(
    names: [String], designs: [RunResult], isPaired: Bool, requests: [[PairedRequests]],
    limits: [ChangeLimit], hasWhole: Bool
  ) {
    self.names = names
    self.designs = designs
    self.isPaired = isPaired
    contrasts = zip(designs.dropFirst(), requests).enumerated().map { place, pair in
      Contrast(
        against: place + 1, hasWhole ? Contrast.rows(designs[0], pair.0, isPaired: isPaired) : [],
        lonely: LonelyServices(designs[0].measures, pair.0.measures), requests: pair.1,
        limits: limits.enumerated().map { i, limit in
          ChangeLimitResult(
            limit, base: designs[0].probes[i], against: pair.0.probes[i], isPaired: isPaired)
        })
    }
    adjust()
  }

  /// Runs that were made before, on the same luck or not; `openLoops` has the workloads whose
  /// arrivals wait for no answer in any of them.
  public init(
    names: [String], designs: [[Measure]], isPaired: Bool, openLoops: Set<String> = []
  ) {
    self.names = names
    self.designs = []
    self.isPaired = isPaired
    contrasts = designs.indices.dropFirst().map { d in
      Contrast(
        against: d,
        Contrast.rows(designs[0], designs[d], isPaired: isPaired, openLoops: openLoops),
        lonely: LonelyServices(designs[0], designs[d]), requests: [], limits: [])
    }
    adjust()
  }

  /// Holm's correction over the headline rows of all contrasts that have a p-value.
  private mutating func adjust() {
    var places: [(contrast: Int, row: Int)] = []
    for (c, contrast) in contrasts.enumerated() {
      for (r, row) in contrast.rows.enumerated()
      where row.measure.isHeadline && row.change.p != nil && row.change.verdict != .identical {
        places.append((c, r))
      }
    }
    let adjusted = MultipleComparisons.holm(
      places.map { contrasts[$0.contrast].rows[$0.row].change.p ?? 1 })
    for (place, p) in zip(places, adjusted) {
      contrasts[place.contrast].rows[place.row].change.pHolm = p
    }
  }

  /// Limits that did not hold.
  public var failedLimits: Int {
    contrasts.reduce(0) { $0 + $1.limits.count { $0.status != .pass } }
  }
}

/// How one design differs from the base.
public struct Contrast: Sendable {
  /// The design's place.
  public var against: Int
  /// Measures that both have and that every replication has a value of, in the base's order.
  public var rows: [ContrastRow]
  /// Services that only one of the two has.
  public var lonely: LonelyServices
  /// Requests that both served; empty where designs are not paired or were run before.
  public var requests: [PairedRequests]
  /// What became of the limits, in the order given.
  public var limits: [ChangeLimitResult]

  init(
    against: Int, _ rows: [ContrastRow], lonely: LonelyServices, requests: [PairedRequests],
    limits: [ChangeLimitResult]
  ) {
    self.against = against
    self.rows = rows
    self.lonely = lonely
    self.requests = requests
    self.limits = limits
  }

  static func rows(_ base: RunResult, _ against: RunResult, isPaired: Bool) -> [ContrastRow] {
    let open = [base, against].map { Set($0.workloads.filter(\.isOpenLoop).map(\.name)) }
    return rows(
      base.measures, against.measures, isPaired: isPaired, openLoops: open[0].intersection(open[1]))
  }

  static func rows(
    _ base: [Measure], _ against: [Measure], isPaired: Bool, openLoops: Set<String>
  ) -> [ContrastRow] {
    let theirs = Dictionary(against.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let rows = base.compactMap { measure -> ContrastRow? in
      guard let mine = measure.estimate, let other = theirs[measure.name]?.estimate,
        mine.value != nil || other.value != nil
      else { return nil }
      return ContrastRow(
        measure: measure, base: mine, against: other,
        change: Change(mine, other, better: measure.better, isPaired: isPaired))
    }
    return rows.heldAgainstOffered(openLoops, isPaired: isPaired)
  }
}

/// One measure in both designs.
public struct ContrastRow: Sendable {
  /// The base's.
  public var measure: Measure
  public var base: Estimate
  public var against: Estimate
  public var change: Change
}

/// What a comparison says of a measure.
public enum Verdict: String, Sendable {
  /// The same in every replication, to the last bit.
  case identical
  /// The interval of the difference does not hold zero.
  case better, worse, lower, higher
  /// It does.
  case unclear = "~"
  /// There is no interval: one replication, or a value is missing.
  case noInterval = "no interval"
}

/// The difference of a measure between two designs.
public struct Change: Sendable {
  /// In the measure's unit; nil where one has no value.
  public var difference: Double?
  /// Half the width of its interval.
  public var halfWidth: Double?
  /// The base's value, of which per cents are parts.
  public var base: Double?
  public var p: Double?
  /// Adjusted for all headline rows of the comparison; nil for others.
  public var pHolm: Double?
  /// Of the replications' values in both designs.
  public var correlation: Double?
  /// The width of the interval over that of independent designs.
  public var widthRatio: Double?
  /// Replications behind it.
  public var count: Int
  public var verdict: Verdict

  /// The difference over the base's value; nil without one or where that is 0.
  public var ratio: Double? { over(difference) }
  /// The ends of the interval over the base's value, from -1: nothing falls by more than all of it.
  public var ratioLow: Double? { over(low).map { max($0, -1) } }
  public var ratioHigh: Double? { over(high) }
  /// The ends of the interval.
  public var low: Double? {
    difference.flatMap { value in halfWidth.map { value - $0 } }
  }
  public var high: Double? {
    difference.flatMap { value in halfWidth.map { value + $0 } }
  }
  /// Whether the interval holds no zero.
  public var isClear: Bool {
    guard let low, let high else { return false }
    return low > 0 || high < 0
  }

  private func over(_ value: Double?) -> Double? {
    guard let value, let base, base != 0 else { return nil }
    return value / base
  }

  init(_ base: Estimate, _ against: Estimate, better: Measure.Sense, isPaired: Bool) {
    let mine = base.perReplication.compactMap { $0 }
    let theirs = against.perReplication.compactMap { $0 }
    let isWhole =
      mine.count == base.perReplication.count && theirs.count == against.perReplication.count
      && mine.count == theirs.count && (mine + theirs).allSatisfy(\.isFinite)
    self.base = base.value
    count = isWhole ? mine.count : 0
    difference = base.value.flatMap { value in against.value.map { $0 - value } }
    let interval = isWhole ? PairedDifference(mine, theirs, isPaired: isPaired) : nil
    halfWidth = difference == nil ? nil : interval?.halfWidth
    p = interval?.p
    correlation = interval?.correlation
    widthRatio = interval?.widthRatio
    verdict = .noInterval
    if base.value == against.value, base.perReplication == against.perReplication,
      !base.perReplication.isEmpty
    {
      verdict = .identical
    } else if isClear {
      let isLower = (difference ?? 0) < 0
      switch better {
      case .neither: verdict = isLower ? .lower : .higher
      case .lower: verdict = isLower ? .better : .worse
      case .higher: verdict = isLower ? .worse : .better
      }
    } else if halfWidth != nil {
      verdict = .unclear
    }
  }
}
