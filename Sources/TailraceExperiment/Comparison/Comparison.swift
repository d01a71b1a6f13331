import Synchronization
import TailraceModel

/// Runs several designs on the same luck and holds each against the first, the base.
public struct Comparison: Sendable {
  /// The base first; each with the name that tells it from the others.
  public var designs: [(name: String, experiment: Experiment)]
  /// Whether all designs meet the same arrivals, keys, service luck and faults.
  public var isPaired = true
  /// Threads; never changes a result.
  public var jobs = 1
  /// How narrow the intervals of changes have to be, as parts of the base's values, before it ends.
  public var precision: Precision?
  /// What the change of a metric may be at most.
  public var limits: [ChangeLimit] = []

  /// Most requests of each workload, design and replication that are held against each other one by
  /// one, 16 bytes each; of more an even part is taken.
  var requestsMax = 1 << 21
  /// Designs without common luck take replications of numbers that lie so far apart.
  private static let stride: UInt64 = 1 << 20

  public init(_ designs: [(name: String, experiment: Experiment)]) {
    precondition(designs.count >= 2, "there is something to compare with")
    self.designs = designs
  }

  /// Runs all replications of all designs, and compares.
  ///
  /// The base's seed, replications and quantiles are those of all. Warm-up is one cut for all.
  ///
  /// - Parameters:
  ///   - shouldStop: polled by every thread; the replications then done in all designs are kept.
  ///   - progress: called after each replication, one call at a time.
  /// - Returns: what all did, and how each differs from the base.
  /// - Throws: `Experiment.Fault` if a replication broke an invariant.
  public func run(
    shouldStop: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws(Experiment.Fault) -> ComparisonResult {
    let experiments = likeBase
    let base = experiments[0]
    let sharding = experiments.map { ShardFunctions(of: $0.topology) }
    let warmUp = Experiment.commonWarmUp(
      of: experiments, sharding, jobs: jobs, shouldStop: shouldStop)
    let runner = PairRunner(
      experiments: experiments, sharding: sharding, warmUp: warmUp.start, isPaired: isPaired,
      stride: Self.stride, requestsMax: requestsMax, shouldStop: shouldStop)
    var work = PairWork(designs: experiments.count)
    var total = precision?.firstCount(base.replications) ?? base.replications
    var looks = 0
    while true {
      work = run(runner, work, to: total, shouldStop: shouldStop, progress: progress)
      for done in work.finished { try base.check(done.prefix) }
      var result = concluded(
        work, experiments, total: total, warmUp, sharding, shouldStop: shouldStop)
      guard let precision else { return result }
      looks += 1
      let report = precision.report(
        widest: result.widestHeadline(), replications: result.designs[0].replications,
        looks: looks)
      result.precision = report
      let next = precision.nextCount(after: total, widest: report.widest?.relative)
      if report.isReached || result.cutShort != nil || next <= total { return result }
      total = next
    }
  }

  /// Replications of all designs so far, and their pairs.
  private struct PairWork: Sendable {
    var finished: [Finished]
    var pairs: [[[RequestPairs]]?] = []

    init(designs: Int) { finished = Array(repeating: Finished(count: 0), count: designs) }
  }

  /// Runs further replications of all designs behind those that there are.
  private func run(
    _ runner: PairRunner, _ earlier: PairWork, to total: Int,
    shouldStop: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void
  ) -> PairWork {
    let first = earlier.pairs.count
    var work = earlier
    let finished = Mutex(earlier.finished.map { $0.extended(to: total) })
    work.pairs += WorkPool.map(
      total - first, jobs: jobs, shouldStop: shouldStop,
      finished: { progress(first + $0, total) }
    ) { i in
      let unit = runner.run(first + i)
      finished.withLock { all in
        for (d, replication) in unit.replications.enumerated() {
          all[d].put(replication, at: first + i)
        }
      }
      return unit.pairs
    }
    work.finished = finished.withLock { $0 }
    return work
  }

  private func concluded(
    _ work: PairWork, _ experiments: [Experiment], total: Int, _ warmUp: WarmUp,
    _ sharding: [ShardFunctions], shouldStop: @escaping @Sendable () -> Bool
  ) -> ComparisonResult {
    let prefixes = work.finished.map(\.prefix)
    // Replications that are whole in every design.
    let common = prefixes.map { $0.firstIndex { $0.wasCutShort } ?? $0.count }.min() ?? 0
    let results = experiments.indices.map { d in
      var planned = experiments[d]
      planned.replications = total
      return planned.concluded(
        Array(prefixes[d].prefix(max(1, common))), work.finished[d].series, warmUp, sharding[d],
        shouldStop)
    }
    let pairs = work.pairs.prefix(common).compactMap { $0 }
    return ComparisonResult(
      names: designs.map(\.name), designs: results, isPaired: isPaired,
      requests: experiments.indices.dropFirst().map { d in
        PairedRequests.merged(pairs.compactMap { $0.isEmpty ? nil : $0[d - 1] }, results[0])
      }, limits: limits, hasWhole: common > 0)
  }

  /// The experiments with what they must have in common.
  private var likeBase: [Experiment] {
    let base = designs[0].experiment
    return designs.map(\.experiment).map { experiment in
      var own = experiment
      own.seed = base.seed
      own.replications = base.replications
      own.quantiles = base.quantiles
      own.eventsMax = base.eventsMax
      own.probes = limits.map(\.subject)
      return own
    }
  }
}

/// Runs one replication of every design and pairs its requests.
struct PairRunner: Sendable {
  let experiments: [Experiment]
  let sharding: [ShardFunctions]
  let warmUp: UInt64
  let isPaired: Bool
  let stride: UInt64
  let requestsMax: Int
  let shouldStop: @Sendable () -> Bool

  /// Replications by design, and for each but the base the pairs by workload of the base.
  func run(_ i: Int) -> (replications: [Replication], pairs: [[RequestPairs]]) {
    guard isPaired else {
      return (experiments.indices.map { run($0, UInt64(i) + UInt64($0) * stride) }, [])
    }
    var base = run(0, UInt64(i), keeps: true)
    var all = [base]
    var pairs: [[RequestPairs]] = []
    for d in experiments.indices.dropFirst() {
      var other = run(d, UInt64(i), keeps: true, within: base)
      if base.wasCutShort || other.wasCutShort {
        pairs.append([])
      } else {
        pairs.append(pair(base, other, d, UInt64(i)))
      }
      other.dropRequests()
      all.append(other)
    }
    base.dropRequests()
    all[0] = base
    return (all, pairs)
  }

  private func run(
    _ d: Int, _ number: UInt64, keeps: Bool = false, within other: Replication? = nil
  ) -> Replication {
    var settings = experiments[d].settings(
      number, window: warmUp..<max(warmUp + 1, experiments[d].duration))
    if keeps { settings.latenciesMax = requestsMax }
    if let other {
      settings.within = experiments[d].topology.workloads.map(\.name).sorted().map { name in
        other.workloads.first { $0.name == name }?.requests
      }
    }
    return Replication.run(
      experiments[d].topology, settings, sharding: sharding[d], shouldStop: shouldStop)
  }

  /// The requests that both served.
  ///
  /// A design runs once more where the sums of its own run hold other requests too: the base where
  /// it served what the other did not, either where the other one keeps fewer of its requests.
  private func pair(
    _ base: Replication, _ other: Replication, _ d: Int, _ number: UInt64
  ) -> [RequestPairs] {
    var rows: [(mine: WorkloadOutcome, theirs: WorkloadOutcome, pairs: RequestPairs)] = []
    for mine in base.workloads {
      guard let theirs = other.workloads.first(where: { $0.name == mine.name }),
        let one = mine.requests, let two = theirs.requests
      else { continue }
      rows.append((mine, theirs, RequestPairs(workload: mine.name, one, two)))
    }
    let baseHasMore = rows.contains { $0.pairs.onlyBase.count > 0 || $0.pairs.least > 0 }
    let otherHasMore = rows.contains { $0.pairs.least > ($0.mine.requests?.least ?? 0) }
    let baseAgain = baseHasMore ? run(0, number, within: other.raised(to: base)) : base
    let otherAgain = otherHasMore ? run(d, number, within: base.raised(to: other)) : other
    return rows.map { row in
      func sums(_ replication: Replication, _ path: KeyPath<WorkloadOutcome, [UInt64]?>)
        -> [UInt64]
      {
        replication.workloads.first { $0.name == row.mine.name }?[keyPath: path] ?? []
      }
      var pairs = row.pairs
      pairs.addBlame(
        base: baseHasMore ? sums(baseAgain, \.blameWithin) : row.mine.blame, base.components,
        against: sums(otherAgain, \.blameWithin), other.components)
      return pairs
    }
  }
}

extension Replication {
  /// Forgets single requests, which would take much memory.
  mutating func dropRequests() {
    for i in workloads.indices { workloads[i].requests = nil }
  }

  /// The same with only those requests that the other keeps as well.
  func raised(to other: Replication) -> Replication {
    var raised = self
    for i in raised.workloads.indices {
      let least = other.workloads.first { $0.name == workloads[i].name }?.requests?.least ?? 0
      raised.workloads[i].requests?.raise(to: least)
    }
    return raised
  }
}
