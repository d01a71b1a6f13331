import TailraceEngine

/// A service whose balancers do more than choose among all of its replicas.
struct ClusterRow: BitwiseCopyable, Sendable {
  var service: Int32
  var number: Int32
  /// Balancers that all callers go through; 0 where each caller has its own.
  var shared: Int32 = 0
  /// The first of its balancers; those that are shared follow each other.
  var firstBalancer: Int32 = -1
  /// All of them: rows of `ClusterDesk.members`.
  var firstMember: Int32 = 0
  var memberCount: Int32 = 0
  var salt: UInt64
  /// Begins the draws of the phases of its checks; set when the seed is known.
  var phases: UInt64 = 0
  var bindsLate = false
  /// Whether replicas are chosen for connections.
  var isPerConnection = false
  /// Whether its policy goes by how many there are.
  var countsConnections = false
  /// Whether its policy reads hosts, and what replicas say.
  var readsHosts = false
  var readsServers = false
  /// Whether replicas tell a balancer when they fall idle.
  var tellsIdle = false
  /// Nanoseconds in which latencies are forgotten; 0 where none are kept.
  var decayTime: UInt64 = 0
  /// Latency that a failure counts as; 0 is what it took.
  var penalty: UInt64 = 0
  var requestsMax: Int64 = .max
  /// Attempts out beyond which calls wait for a connection, and how many may.
  var connectionsMax: Int64 = .max
  var pendingMax: Int32 = .max
  var panicPercent = 50.0
  var slowStart: SlowStart?
  var isProbed = false
  var readiness = ProbeRow()
  /// Whether checks restart its replicas.
  var restarts = false
  var liveness = ProbeRow()
  var ejects = false
  var outliers = OutlierRow()
  /// Nanoseconds between reports of load, and of utilization; 0 is none.
  var reportPeriod: UInt64 = 0
  var weightPeriod: UInt64 = 0
  var blackout: UInt64 = 0
  var expiration: UInt64 = 0
  var errorPenalty = 0.0
  /// Where the key of its sessions is found: a row of routes; -1 if it keeps none.
  var sessionRoute: Int32 = -1
  var sessionTTL = never
  /// Most that wait until a replica is free.
  var lineLimit: Int32 = .max

  /// Whether candidates are looked for each time.
  var alwaysGathers: Bool { slowStart != nil || reportPeriod > 0 || hasSubsets }
  /// Whether, as long as all replicas are in rotation, its policy reads all of them where they stand.
  var choosesAmongAll: Bool {
    !alwaysGathers && levels == 1 && !isZoneAware && sessionRoute < 0 && !countsConnections
  }
  var hasSubsets = false
  /// Priority levels of its replicas.
  var levels: Int32 = 1
  /// Zones, and one for all together, where calls stay in one.
  var zoneParts: Int32 = 1
  /// Policies of each balancer for a shard: see `PlanBuilder.localityParts`.
  var parts: Int32 { levels &* zoneParts }
  var overprovisioning = 1.4
  var isZoneAware = false
  /// Where the key of a subset is found, a row of routes, and how many replicas it has.
  var subsetRoute: Int32 = -1
  var subsetSize: Int32 = 0
}

/// `ReadinessProbe` or `LivenessProbe` in a row.
struct ProbeRow: BitwiseCopyable, Sendable {
  var initialDelay: UInt64 = 0
  var period: UInt64 = 0
  var timeout: UInt64 = 0
  var successes: Int32 = 1
  var failures: Int32 = 1
  var propagation: UInt64 = 0
}

/// `OutlierDetection` in a row.
struct OutlierRow: BitwiseCopyable, Sendable {
  var consecutive: Int32 = 0
  var interval: UInt64 = 0
  var base: UInt64 = 0
  var most: UInt64 = 0
  var percentMax = 0.0
  var deviations = 0.0
  /// Above 100 where failures are not judged by their share.
  var failurePercent = 101.0
  var volumeMin: Int32 = 0
  var hostsMin: Int32 = 0
  var countsShed = true
}

/// What one balancer of such a service has in hand.
struct BalancerState: BitwiseCopyable, Sendable {
  /// Attempts out.
  var out: Int64 = 0
  /// Replicas that are not in rotation, or not fully.
  var exceptions: Int32 = 0
  var ejected: Int32 = 0
}

/// What checks of a replica have found.
struct HealthRow: BitwiseCopyable, Sendable {
  var isReady = true
  /// What balancers know, and since when; 0 from the start.
  var isKnownReady = true
  var knownSince: UInt64 = 0
  /// When it started, for checks to wait.
  var startedAt: UInt64 = 0
  var successes: Int32 = 0
  var failures: Int32 = 0
}

/// What the balancers of a service did in the window.
public struct ClusterSum: BitwiseCopyable, Sendable, Equatable {
  /// Attempts that a balancer was asked for.
  public var calls: UInt64 = 0
  /// Attempts that a balancer's cap kept back, and those for which no replica was in rotation.
  public var capped: UInt64 = 0
  public var hostless: UInt64 = 0
  /// Attempts for which health was ignored, since too few replicas were in rotation.
  public var panicked: UInt64 = 0
  /// Replicas left out by a balancer, each time counted.
  public var ejections: UInt64 = 0
  /// Replicas that liveness checks restarted, each time counted.
  public var restarts: UInt64 = 0
  /// Attempts of sessions that had a replica, and those that went to it.
  public var sessions = AffinitySum()

  public init() {}

  /// Whether anything happened.
  public var isAny: Bool { capped + hostless + panicked + ejections + restarts > 0 }

  /// Attempts that were not sent.
  public var rejected: UInt64 { capped + hostless }

  /// All of some together; nil where there is none.
  public static func total(_ sums: [ClusterSum?]) -> ClusterSum? {
    let known = sums.compactMap { $0 }
    return known.isEmpty ? nil : known.reduce(ClusterSum(), +)
  }

  static func + (a: ClusterSum, b: ClusterSum) -> ClusterSum {
    var sum = a
    sum.calls += b.calls
    sum.capped += b.capped
    sum.hostless += b.hostless
    sum.panicked += b.panicked
    sum.ejections += b.ejections
    sum.restarts += b.restarts
    sum.sessions.calls += b.sessions.calls
    sum.sessions.atOwner += b.sessions.atOwner
    return sum
  }
}

/// What the balancers of such services know; empty in a scenario without them.
struct ClusterDesk: ~Copyable {
  let rows: Table<ClusterRow>
  /// As `Machine.loads`: by balancer and replica.
  let hosts: Table<HostRow>
  /// The balancer of each such pair.
  let balancerOf: Table<Int32>
  let states: Table<BalancerState>
  /// Balancers by cluster.
  let members: Table<Int32>
  /// By station.
  let health: Table<HealthRow>
  let servers: Table<ServerRow>
  /// By station, and by station and clock that may strike it, where checks restart any.
  let vitals: Table<LivenessRow>
  let endedPauses: Table<UInt32>
  /// The replicas that one may choose from, while a choice is made.
  let places: Table<Int32>
  let loads: Table<Int32>
  let sums: Table<ClusterSum>
  var sessions = SessionStore()
  /// Who waits for a replica, by cluster and shard; behind those, by balancer, who waits for a
  /// connection.
  let lines: Table<FrameLine>
  /// By cluster, its first line; and the line of the first balancer.
  let firstLine: Table<Int32>
  let firstPending: Int32
  /// By frame, how many visits its replica had with it when it was sent, where that is asked for.
  var sentWith = Table<Int32>(repeating: 0, count: 0)
  /// Replicas that have fallen idle so far.
  var idleCount: UInt64 = 0
  /// By edge, the first of the shares of its callers in each zone; -1 where nobody asks.
  let originOf: Table<Int32>
  let origins: Table<Double>
  /// By edge, where connections are balanced, a fabric that knows its pools; else -1.
  let fabricOf: Table<Int32>
  /// Replicas by zone, while a choice is made.
  let zoneCounts: Table<Int32>
  /// Among which part of a shard's replicas the choice is made.
  var part: Int32 = 0
  /// Whether health is ignored in the choice that is made.
  var isPanicking = false
  /// Why calls are given up at present.
  var cause = Outcome.cancelled
  let isUsed: Bool

  init(_ plan: Plan) {
    rows = Table(plan.clusters)
    isUsed = !plan.clusters.isEmpty
    let stations = isUsed ? plan.stations.count : 0
    hosts = Table(plan.hosts)
    balancerOf = Table(plan.hostBalancers)
    members = Table(plan.clusterMembers.map(\.balancer))
    states = Table(repeating: BalancerState(), count: isUsed ? plan.balancers.count : 0)
    health = Table(repeating: HealthRow(), count: stations)
    servers = Table(repeating: ServerRow(), count: stations)
    let restarts = plan.clusters.contains(where: \.restarts)
    vitals = Table(repeating: LivenessRow(), count: restarts ? stations : 0)
    endedPauses = Table(repeating: 0, count: restarts ? plan.stationClocks.count : 0)
    let most = isUsed ? plan.services.reduce(0) { max($0, Int($1.replicas)) } : 0
    originOf = Table(plan.originOf)
    origins = Table(plan.origins)
    fabricOf = Table(plan.fabricOf)
    zoneCounts = Table(repeating: 0, count: isUsed ? plan.zones.count : 0)
    places = Table(repeating: 0, count: most)
    loads = Table(repeating: 0, count: most)
    sums = Table(repeating: ClusterSum(), count: plan.clusters.count)
    var first: [Int32] = []
    var count: Int32 = 0
    for row in plan.clusters {
      first.append(count)
      if row.bindsLate { count += plan.services[Int(row.service)].shards }
    }
    firstLine = Table(first)
    firstPending = count
    let isBounded = plan.clusters.contains { $0.connectionsMax < .max }
    lines = Table(
      repeating: FrameLine(), count: Int(count) + (isBounded ? plan.balancers.count : 0))
  }
}

/// What a tick does; it stands above the index in the event's word.
enum TickKind: UInt64 {
  case sweep, probe, verdict, announce, reportLoad, reportUtilization
  /// A replica that has started takes those in line.
  case serve
  /// A liveness check is due, or its time is over.
  case checkLife, judgeLife

  func word(_ index: Int32) -> UInt64 {
    Happening.tick.rawValue &<< 60 | rawValue &<< 28 | UInt64(UInt32(bitPattern: index))
  }
}
