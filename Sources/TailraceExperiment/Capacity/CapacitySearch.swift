/// Finds the largest load, or the least capacity, that meets all thresholds of a scenario.
///
/// The thresholds are taken to be met on one side of the answer and missed on the other. Each probe
/// gets as many replications as its decision needs; all probes meet the same luck.
public struct CapacitySearch: Sendable {
  /// What is looked for.
  public enum Goal: Sendable {
    /// The largest value that meets the thresholds: of a load.
    case largest
    /// The least value that does: of a capacity.
    case least
  }

  public var goal: Goal
  /// Where the search begins; it doubles or halves from there until both sides are known.
  public var start: Double
  /// Values outside are not looked at.
  public var range: ClosedRange<Double>
  /// Whether only whole numbers have a meaning.
  public var isWhole: Bool
  /// How near both ends of the answer should be, as a part of it; whole numbers go to neighbours.
  public var resolution = 0.01
  /// Probability that the answer's interval holds the true value.
  public var confidence = 0.95
  /// Most replications of a probe: what they cannot tell stays open.
  public var replicationsMax = 320
  /// Threads; never change a result.
  public var jobs = 1
  /// How a value is written.
  public var spelled: @Sendable (Double) -> String = { "\($0)" }

  public init(_ goal: Goal, from start: Double, in range: ClosedRange<Double>, isWhole: Bool) {
    self.goal = goal
    self.start = start
    self.range = range
    self.isWhole = isWhole
  }

  /// Probes of a search: so many decisions share the error that is allowed.
  static let probesMax = 40

  /// One value that was tried.
  public struct Probe: Sendable {
    public var value: Double
    public var result: RunResult
    public var judgement: Judgement
    public var thresholds: [JudgedThreshold]
  }

  /// What was found.
  public struct Answer: Sendable {
    public var goal: Goal
    /// The value nearest to the limit that meets the thresholds, and the one that misses them; nil
    /// where the range ends first.
    public var meets: Probe?
    public var fails: Probe?
    /// All that was tried, by value.
    public var probes: [Probe]
    public var confidence: Double
    /// The level of a probe's intervals: higher, since many probes share the error.
    public var level: Double
    /// Whether it was stopped before the ends were near each other.
    public var isCutShort: Bool
  }

  /// Searches.
  ///
  /// - Parameters:
  ///   - make: the experiment of a value, with the thresholds it is held against.
  ///   - shouldStop: polled by every thread.
  ///   - progress: called before each probe with its value and replications.
  /// - Returns: the two values next to the limit, and all that was tried.
  /// - Throws: `SearchFailure` where a value makes no scenario, or a replication broke an invariant.
  public func run(
    make: @Sendable (Double) -> Result<Experiment, PointMistake>,
    shouldStop: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (_ value: Double, _ replications: Int) -> Void = { _, _ in }
  ) throws(SearchFailure) -> Answer {
    var trail = Trail(search: self)
    while let value = trail.next(), trail.probes.count < Self.probesMax, !shouldStop() {
      let experiment: Experiment
      switch make(value) {
      case .success(let made): experiment = made
      case .failure(let mistake):
        // Further away than any that was tried, it is the end of what the key may be.
        guard trail.end(before: value) else {
          throw .invalid(tried: spelled(value), mistake)
        }
        continue
      }
      let probe = try probe(value, experiment, shouldStop: shouldStop, progress: progress)
      // One that was interrupted has not seen what its decision needs.
      if shouldStop() { break }
      trail.add(probe)
    }
    return Answer(
      goal: goal, meets: trail.meets, fails: trail.fails,
      probes: trail.probes.sorted { $0.value < $1.value }, confidence: confidence,
      level: level, isCutShort: shouldStop() || trail.next() != nil)
  }

  /// The level of each look's interval, so that all looks of all probes are right with `confidence`.
  ///
  /// A bisection needs some 16 probes; of these only those near the limit can err.
  var level: Double { 1 - (1 - confidence) / 8 }

  private func probe(
    _ value: Double, _ experiment: Experiment,
    shouldStop: @escaping @Sendable () -> Bool,
    progress: @Sendable (Double, Int) -> Void
  ) throws(SearchFailure) -> Probe {
    do throws(Experiment.Fault) {
      let prober = Prober(level: level, replicationsMax: replicationsMax, jobs: jobs)
      let found = try prober.probe(experiment, shouldStop: shouldStop) { progress(value, $0) }
      return Probe(
        value: value, result: found.result, judgement: found.judgement,
        thresholds: found.thresholds)
    } catch {
      throw .fault(error)
    }
  }
}

/// What a search knows so far, and where it looks next.
private struct Trail {
  private(set) var search: CapacitySearch
  private(set) var probes: [CapacitySearch.Probe] = []

  init(search: CapacitySearch) { self.search = search }

  mutating func add(_ probe: CapacitySearch.Probe) { probes.append(probe) }

  /// Looks no further than at what has been tried, if a value lies beyond all of that.
  mutating func end(before value: Double) -> Bool {
    let tried = probes.map(\.value)
    guard let least = tried.min(), let most = tried.max() else { return false }
    if value < least {
      search.range = least...search.range.upperBound
    } else if value > most {
      search.range = search.range.lowerBound...most
    } else {
      return false
    }
    return true
  }

  private var isUpward: Bool { search.goal == .largest }

  /// The value nearest to the limit that meets the thresholds.
  var meets: CapacitySearch.Probe? { best(.meets, wantsLargest: isUpward) }

  /// The value nearest to the limit that misses them.
  var fails: CapacitySearch.Probe? { best(.fails, wantsLargest: !isUpward) }

  private func best(_ judgement: Judgement, wantsLargest: Bool) -> CapacitySearch.Probe? {
    probes.filter { $0.judgement == judgement }.min {
      wantsLargest ? $0.value > $1.value : $0.value < $1.value
    }
  }

  /// The next value to look at; nil where the ends are near enough.
  func next() -> Double? {
    guard let first = probes.first else { return clamped(search.start) }
    let meets = meets?.value
    let fails = fails?.value
    guard let meets, let fails else {
      // One side is not known yet: further away, twice or half as far.
      let values = probes.map(\.value)
      let needsFailing = meets != nil || (fails == nil && first.judgement == .unclear)
      let goesUp = needsFailing == isUpward
      let edge = goesUp ? values.max() ?? first.value : values.min() ?? first.value
      let next = clamped(goesUp ? edge * 2 : edge / 2)
      return values.contains(next) ? nil : next
    }
    let (low, high) = (min(meets, fails), max(meets, fails))
    // What could not be told lies between: each side of it is narrowed apart.
    let open = probes.filter { $0.judgement == .unclear && low < $0.value && $0.value < high }
      .map(\.value)
    if open.isEmpty { return between(low, high) }
    return between(low, open.min() ?? low) ?? between(open.max() ?? high, high)
  }

  private func between(_ low: Double, _ high: Double) -> Double? {
    if search.isWhole {
      let middle = Double(Int((low + high) / 2))
      return middle > low && middle < high ? middle : nil
    }
    return high - low > search.resolution * high ? (low + high) / 2 : nil
  }

  private func clamped(_ value: Double) -> Double {
    let inside = min(max(value, search.range.lowerBound), search.range.upperBound)
    return search.isWhole ? Double(Int(inside)) : inside
  }
}
