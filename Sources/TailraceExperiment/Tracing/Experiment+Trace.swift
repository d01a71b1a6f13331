import TailraceModel

extension Experiment {
  /// Follows chosen requests step by step.
  ///
  /// An ordinary run finds the slowest; then the replications that hold chosen requests run again
  /// at length, with somebody who writes down. Both have to count the same, to the last digit.
  ///
  /// - Parameters:
  ///   - choice: the requests.
  ///   - only: the replication that they are taken from; nil looks for the slowest in all, and takes
  ///     named ones from the first.
  ///   - spansMax: most spans of all requests together.
  ///   - shouldStop: polled by every thread.
  ///   - progress: called after each replication, from any thread, with how many of how many.
  /// - Returns: the requests' traces.
  /// - Throws: `TraceFailure` where a request is unknown, there is too much of them, or the program is
  ///   at fault.
  public func trace(
    _ choice: TraceChoice, in only: Int? = nil, spansMax: Int = TraceFailure.spansMax,
    shouldStop: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (_ what: String, _ done: Int, _ of: Int) -> Void = {
      _, _, _ in
    }
  ) throws(TraceFailure) -> TraceResult {
    let sharding = ShardFunctions(of: topology)
    let warmUp = Self.commonWarmUp(of: [self], [sharding], jobs: jobs, shouldStop: shouldStop)
    var numbers = only.map { $0..<$0 + 1 } ?? 0..<replications
    if case .named = choice, only == nil { numbers = 0..<1 }
    let tracer = Tracer(
      experiment: self, first: numbers.lowerBound, window: warmUp.start..<duration,
      sharding: sharding, spansMax: spansMax, shouldStop: shouldStop, progress: progress)
    let runs = try tracer.ordinaryRuns(numbers, choice)
    let chosen = try tracer.chosen(choice, runs)
    let places = Set(chosen.map(\.replication)).sorted()
    let replays = try tracer.replays(places, chosen)
    for (place, replay) in zip(places, replays) {
      try tracer.check(replay, against: runs[place - numbers.lowerBound], number: place)
    }
    try tracer.checkSpans(replays, chosen: chosen.count)
    var result = TraceResult(
      scenario: scenario, variant: variant, seed: seed, window: tracer.window,
      replications: numbers, requests: [], names: replays[0].names)
    if case .slowest = choice { result.answered = runs.reduce(0) { $0 + $1.answered } }
    for request in chosen {
      guard let place = places.firstIndex(of: request.replication) else { continue }
      result.requests.append(try tracer.request(request, in: replays[place]))
    }
    return result
  }
}

/// The two passes over a scenario that following requests takes.
private struct Tracer {
  let experiment: Experiment
  /// The first replication that is looked at.
  let first: Int
  let window: Range<UInt64>
  let sharding: ShardFunctions
  let spansMax: Int
  let shouldStop: @Sendable () -> Bool
  let progress: @Sendable (_ what: String, _ done: Int, _ of: Int) -> Void

  /// What is kept of an ordinary run.
  struct OrdinaryRun: Sendable {
    var digest: UInt64
    var slowest: [SlowRequest]
    var answered: UInt64
    var workloads: [String]
    var wasCutShort: Bool
    var violations: [String]
  }

  /// A request to follow.
  struct Chosen {
    var replication: Int
    var name: RequestName
    var workload: String
    var latency: UInt64?
  }

  private func settings(_ number: Int) -> Replication.Settings {
    var settings = experiment.settings(UInt64(number), window: window)
    // Nothing is kept of all requests but totals.
    settings.interval = 0
    settings.keepsCalls = false
    settings.keepsRequests = false
    settings.latenciesOf = []
    return settings
  }

  func ordinaryRuns(
    _ numbers: Range<Int>, _ choice: TraceChoice
  ) throws(TraceFailure) -> [OrdinaryRun] {
    let runs = WorkPool.map(
      numbers.count, jobs: experiment.jobs, shouldStop: shouldStop,
      finished: { progress("replications", $0, numbers.count) }
    ) { i in
      var settings = settings(numbers.lowerBound + i)
      if case .slowest(let count, let workload) = choice {
        settings.slowestMax = count
        settings.slowestOf = workload
      }
      let run = Replication.run(
        experiment.topology, settings, sharding: sharding, shouldStop: shouldStop)
      return OrdinaryRun(
        digest: Digest.of([run]), slowest: run.slowest, answered: Self.answered(run, choice),
        workloads: run.workloads.map(\.name), wasCutShort: run.wasCutShort,
        violations: run.violations)
    }
    if shouldStop() || runs.contains(where: { $0 == nil }) { throw .interrupted }
    let whole = runs.compactMap { $0 }
    for (i, run) in whole.enumerated() {
      try check(run.violations, number: numbers.lowerBound + i)
      if run.wasCutShort { throw .overcrowded }
    }
    return whole
  }

  private static func answered(_ run: Replication, _ choice: TraceChoice) -> UInt64 {
    guard case .slowest(_, let workload) = choice else { return 0 }
    return run.workloads.reduce(0) { sum, own in
      workload ?? own.name == own.name ? sum + own.latencies.count : sum
    }
  }

  private func check(_ violations: [String], number: Int) throws(TraceFailure) {
    if violations.isEmpty { return }
    throw .fault(
      Experiment.Fault(
        seed: experiment.seed, replication: number, violations: violations))
  }

  /// The requests to follow: slowest first, those of one latency by replication, workload, number.
  func chosen(_ choice: TraceChoice, _ runs: [OrdinaryRun]) throws(TraceFailure) -> [Chosen] {
    let names = runs[0].workloads
    switch choice {
    case .named(let wanted):
      if wanted.isEmpty { throw .nothingAnswered }
      var chosen: [Chosen] = []
      for name in wanted {
        guard let workload = names.firstIndex(of: name.workload) else {
          throw .unknown(
            name, id: String(name.number), begun: 0, clients: 0, replication: first)
        }
        chosen.append(
          Chosen(
            replication: first, name: RequestName(workload: workload, number: name.number),
            workload: name.workload))
      }
      return chosen
    case .slowest(let count, _):
      var all: [Chosen] = []
      for (i, run) in runs.enumerated() {
        all += run.slowest.map {
          Chosen(
            replication: first + i, name: $0.name, workload: names[$0.name.workload],
            latency: $0.latency)
        }
      }
      if all.isEmpty { throw .nothingAnswered }
      all.sort { a, b in
        let (x, y) = (a.latency ?? 0, b.latency ?? 0)
        return x != y ? x > y : (a.replication, a.name) < (b.replication, b.name)
      }
      return Array(all.prefix(count))
    }
  }

  func replays(
    _ places: [Int], _ chosen: [Chosen]
  ) throws(TraceFailure) -> [TracedReplication] {
    let replays = WorkPool.map(
      places.count, jobs: experiment.jobs, shouldStop: shouldStop,
      finished: { progress("replays", $0, places.count) }
    ) { i in
      Replication.trace(
        experiment.topology, settings(places[i]),
        chosen.filter { $0.replication == places[i] }.map(\.name), spansMax: spansMax,
        sharding: sharding, shouldStop: shouldStop)
    }
    if shouldStop() || replays.contains(where: { $0 == nil }) { throw .interrupted }
    return replays.compactMap { $0 }
  }

  /// Whether a replay counted what the ordinary run did.
  func check(
    _ replay: TracedReplication, against run: OrdinaryRun, number: Int
  ) throws(TraceFailure) {
    if replay.isFull { return }
    if replay.replication.wasCutShort { throw .overcrowded }
    var violations = replay.replication.violations
    if Digest.of([replay.replication]) != run.digest {
      violations.append("a run walked through at length that differs from the ordinary one")
    }
    try check(violations, number: number)
  }

  func checkSpans(
    _ replays: [TracedReplication], chosen: Int
  ) throws(TraceFailure) {
    var spans = 0
    for replay in replays {
      spans += replay.isFull ? spansMax : replay.traces.reduce(0) { $0 + $1.spans.count }
    }
    if spans <= spansMax && !replays.contains(where: \.isFull) { return }
    throw .tooManySpans(
      spans: spans, begun: replays.reduce(0) { $0 + $1.begunChosen }, chosen: chosen)
  }

  func request(
    _ chosen: Chosen, in replay: TracedReplication
  ) throws(TraceFailure) -> TracedRequest {
    let s = chosen.name.workload
    let id = RequestID.text(chosen.name.number, isClosed: replay.names.isClosed[s])
    guard let trace = replay.traces.first(where: { $0.name == chosen.name }) else {
      throw .unknown(
        TraceChoice.Name(workload: chosen.workload, number: chosen.name.number), id: id,
        begun: replay.begun[s], clients: replay.clients[s], replication: chosen.replication)
    }
    if let latency = chosen.latency, trace.latency != latency {
      try check(["a request that took another time when it was followed"], number: 0)
    }
    return TracedRequest(
      replication: chosen.replication, workload: chosen.workload, id: id, runEnd: replay.end,
      trace: trace)
  }
}
