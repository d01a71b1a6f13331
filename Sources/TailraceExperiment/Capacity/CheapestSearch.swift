/// Finds the cheapest of many designs that meets all thresholds.
///
/// More capacity is taken never to hurt: where a design fails, so does every one that has less of
/// something and more of nothing. Each probe gets the replications that its decision needs; all meet
/// the same luck.
public struct CheapestSearch: Sendable {
  /// A design that may be chosen.
  public struct Candidate: Sendable {
    /// Per hour, of what stands there whether it is used or not: the design costs no less.
    public var standing: Double
    /// How much it has of each capacity: positions in the list of values, low to high.
    public var capacities: [Int]
    /// Equal where designs differ by capacities alone.
    public var kind: Int

    public init(standing: Double, capacities: [Int], kind: Int) {
      self.standing = standing
      self.capacities = capacities
      self.kind = kind
    }
  }

  /// Most candidates: choosing the next one looks at every pair.
  public static let candidatesMax = 4_096

  public var candidates: [Candidate]
  /// Probability that the answer is right: that it meets the thresholds, and no cheaper one that was
  /// told to fail does.
  public var confidence = 0.95
  /// Most replications of a probe: what they cannot tell stays open.
  public var replicationsMax = 320
  /// Threads; never change a result.
  public var jobs = 1

  public init(_ candidates: [Candidate]) { self.candidates = candidates }

  /// A design that was tried.
  public struct Probe: Sendable {
    /// Its number among the candidates.
    public var candidate: Int
    /// Without workloads, services and whatever else a large grid would fill the memory with.
    public var result: RunResult
    public var judgement: Judgement
    public var thresholds: [JudgedThreshold]
    /// Per hour, all that was asked of it paid for.
    public var cost: Double
  }

  /// What was found.
  public struct Answer: Sendable {
    public var candidates: Int
    /// The cheapest that meets the thresholds; nil where none does.
    public var best: Probe?
    /// All that was tried: by cost, then by number.
    public var probes: [Probe]
    /// Designs that were not tried since a larger one fails already.
    public var smaller: Int
    /// Designs that were not tried since they cost no less than the answer.
    public var dearer: Int
    public var confidence: Double
    /// The level of a probe's intervals.
    public var level: Double
    /// Whether it was stopped before everything was known.
    public var isCutShort: Bool
  }

  /// A search has few decisions near the limit; these share the error that is allowed.
  var level: Double { 1 - (1 - confidence) / 8 }

  /// Searches.
  ///
  /// - Parameters:
  ///   - make: the experiment of a candidate, with the thresholds it is held against.
  ///   - spelled: how a candidate is written.
  ///   - shouldStop: polled by every thread.
  ///   - progress: called before each probe with its candidate and replications.
  /// - Returns: the cheapest that meets the thresholds, and all that was tried.
  /// - Throws: `SearchFailure` where a candidate makes no scenario or a replication broke an invariant.
  /// - Complexity: besides the probes, O(n²) for each choice among n candidates.
  public func run(
    make: (Int) -> Result<Experiment, PointMistake>, spelled: (Int) -> String,
    shouldStop: @escaping @Sendable () -> Bool = { false },
    progress: (_ candidate: Int, _ replications: Int) -> Void = { _, _ in }
  ) throws(SearchFailure) -> Answer {
    precondition(candidates.count <= Self.candidatesMax, "too many candidates")
    var field = Field(candidates)
    var probes: [Probe] = []
    var best: Probe?
    let prober = Prober(level: level, replicationsMax: replicationsMax, jobs: jobs)
    while let next = field.next(), !shouldStop() {
      let experiment: Experiment
      switch make(next) {
      case .success(let made): experiment = made
      case .failure(let mistake): throw .invalid(tried: spelled(next), mistake)
      }
      let found: Prober.Finding
      do throws(Experiment.Fault) {
        found = try prober.probe(experiment, shouldStop: shouldStop) { progress(next, $0) }
      } catch {
        throw .fault(error)
      }
      // One that was interrupted has not seen what its decision needs.
      if shouldStop() { break }
      let probe = Probe(
        candidate: next, result: found.result.withoutParts, judgement: found.judgement,
        thresholds: found.thresholds,
        cost: found.result.costs?.total.value ?? candidates[next].standing)
      probes.append(probe)
      field.note(next, found.judgement, cost: probe.cost)
      if probe.judgement == .meets, probe.cost < best?.cost ?? .infinity { best = probe }
    }
    return Answer(
      candidates: candidates.count, best: best,
      probes: probes.sorted { ($0.cost, $0.candidate) < ($1.cost, $1.candidate) },
      smaller: field.smaller, dearer: field.dearer, confidence: confidence, level: level,
      isCutShort: shouldStop())
  }
}

extension RunResult {
  /// What it is, what it cost and what became of its thresholds.
  fileprivate var withoutParts: RunResult {
    var result = RunResult(
      scenario: scenario, variant: variant, seed: seed, replications: replications,
      replicationsPlanned: replicationsPlanned, duration: duration, warmUp: warmUp,
      warmUpRule: warmUpRule, cutShort: cutShort, workloads: [], services: [], digest: digest)
    result.costs = costs
    result.isSettled = isSettled
    result.steadiness = steadiness
    return result
  }
}

/// The designs that may still be the answer.
struct Field {
  let candidates: [CheapestSearch.Candidate]
  /// Numbers of candidates, in ascending order.
  private var open: [Int]
  private(set) var smaller = 0
  private(set) var dearer = 0

  init(_ candidates: [CheapestSearch.Candidate]) {
    self.candidates = candidates
    open = Array(candidates.indices)
  }

  /// The one that settles most of the others whatever is found; of these the cheapest, and first.
  func next() -> Int? {
    var best: (candidate: Int, settled: Int)?
    for candidate in open {
      let below = open.count { isAtMost($0, candidate) }
      let above = open.count { candidates[$0].standing >= candidates[candidate].standing }
      let settled = min(below, above)
      if let now = best {
        if settled < now.settled { continue }
        if settled == now.settled,
          candidates[candidate].standing >= candidates[now.candidate].standing
        {
          continue
        }
      }
      best = (candidate, settled)
    }
    return best?.candidate
  }

  /// Whether a design has no more of anything than another of its kind.
  private func isAtMost(_ one: Int, _ other: Int) -> Bool {
    candidates[one].kind == candidates[other].kind
      && zip(candidates[one].capacities, candidates[other].capacities).allSatisfy { $0 <= $1 }
  }

  mutating func note(_ candidate: Int, _ judgement: Judgement, cost: Double) {
    open.removeAll { $0 == candidate }
    switch judgement {
    case .fails:
      let rest = open.filter { !isAtMost($0, candidate) }
      smaller += open.count - rest.count
      open = rest
    case .meets:
      let rest = open.filter { candidates[$0].standing < cost }
      dearer += open.count - rest.count
      open = rest
    case .unclear: break
    }
  }
}
