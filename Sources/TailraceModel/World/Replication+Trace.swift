import TailraceEngine

/// What a run is made of, by name, for whoever shows a trace.
public struct TraceNames: Sendable, Equatable {
  /// A service, whose replicas are numbered shard by shard.
  public struct Service: Sendable, Equatable {
    public var name: String
    public var shards: Int
    /// Replicas of each shard.
    public var replicas: Int
    /// Nil where there is no limit.
    public var slots: Int?
    /// Whether those at work share its cores, so that slots are not told apart.
    public var isShared: Bool
  }

  public var workloads: [String]
  /// Whether a workload's requests are numbered by client and turn.
  public var isClosed: [Bool]
  public var services: [Service]
  public var caches: [String]
  /// Names of steps that have one, by the segments' `step`.
  public var steps: [Int32: String]
}

/// Chosen requests of one replication, followed step by step.
public struct TracedReplication: Sendable {
  /// The whole replication; all that it counts is what an ordinary run counts.
  public var replication: Replication
  /// The chosen requests that occurred, in the order in which they were chosen.
  public var traces: [RequestTrace]
  public var names: TraceNames
  /// By workload, requests that began; of a closed loop the most turns that a client had.
  public var begun: [UInt64]
  /// Clients of each workload; 0 where it is no closed loop.
  public var clients: [UInt64]
  /// The end of the simulated time, in nanoseconds.
  public var end: UInt64
  /// Whether there were more spans than there is room for: then traces are not whole.
  public var isFull: Bool
  /// Chosen requests that had begun by then.
  public var begunChosen: Int
}

extension Replication {
  /// Runs a topology once and follows chosen requests.
  ///
  /// Every visit is walked through at length, with departures as events: slower than an ordinary
  /// run, and equal in every count, sum and request.
  ///
  /// - Parameters:
  ///   - topology: what is simulated; it has been checked.
  ///   - settings: when to count and when to stop.
  ///   - names: the requests; each is followed once.
  ///   - spansMax: most spans of all of them together.
  ///   - sharding: the topology's functions; nil builds them.
  ///   - shouldStop: polled every 65,536 events.
  /// - Returns: the replication and the requests' traces.
  public static func trace(
    _ topology: Topology, _ settings: Settings, _ names: [RequestName], spansMax: Int,
    sharding: ShardFunctions? = nil, shouldStop: () -> Bool = { false }
  ) -> TracedReplication {
    var plan = PlanBuilder.build(
      topology, seed: StreamKey.run(seed: settings.seed, replication: settings.number),
      window: settings.window, sharding: sharding ?? ShardFunctions(), forcesEvents: true,
      keepsCalls: settings.keepsCalls, latenciesOf: settings.latenciesOf)
    plan.walkAtLength()
    var machine = prepared(plan, settings)
    machine.records = true
    machine.recorder = Recorder(names, most: spansMax, stations: plan.stations.count)
    let cut = machine.run(eventsMax: settings.eventsMax, shouldStop: shouldStop)
    machine.recordOpenEnds()
    let names = machine.traceNames(plan)
    let begun = machine.requestsBegun()
    let clients = plan.sources.map { UInt64($0.clientCount) }
    let recorder = machine.recorder
    let end = machine.time
    var replication = machine.result(plan, wasCutShort: cut)
    let traces = recorder.isFull ? [] : recorder.traces()
    let isBroken = recorder.mismatches > 0 || traces.contains { !$0.isExact }
    if isBroken { replication.violations.append("a trace whose parts are not the request's") }
    return TracedReplication(
      replication: replication, traces: traces, names: names, begun: begun, clients: clients,
      end: end, isFull: recorder.isFull, begunChosen: recorder.begun)
  }
}

extension Plan {
  /// Takes the shortcuts out, so that every visit has a frame and takes all its steps.
  mutating func walkAtLength() {
    for e in edges.indices {
      edges[e].isPlain = false
      edges[e].isDirect = false
      edges[e].cached = -1
    }
    for p in attemptPolicies.indices { attemptPolicies[p].visitsArePlain = false }
  }
}

extension Machine {
  fileprivate mutating func traceNames(_ plan: Plan) -> TraceNames {
    var services: [TraceNames.Service] = []
    for (i, row) in plan.services.enumerated() {
      let station = plan.stations[Int(row.firstStation)]
      services.append(
        TraceNames.Service(
          name: plan.serviceNames[i], shards: Int(row.shards), replicas: Int(row.replicas),
          slots: station.slots == .max ? nil : Int(station.slots),
          isShared: station.order == .sharing))
    }
    return TraceNames(
      workloads: plan.workloadNames, isClosed: plan.sources.map { $0.kind == .closed },
      services: services, caches: plan.cacheNames, steps: plan.stepNames)
  }

  fileprivate mutating func requestsBegun() -> [UInt64] {
    var begun = (0..<sources.count).map { sources[$0].number }
    for c in 0..<clients.count {
      let s = Int(clients[c].source)
      begun[s] = max(begun[s], UInt64(clients[c].turn))
    }
    return begun
  }
}
