/// What the balancers of a service do beside choosing among all of its replicas, and how many
/// balancers there are; "cluster" is Envoy's word for a service as its callers see it.
///
/// Nothing of it is simulated unless named.
public struct ClusterSpec: Sendable {
  /// Through how many balancers calls go.
  public var balancers = Balancers.perCaller
  /// Whether visits wait at the balancer until a replica has a free slot: late binding.
  public var bindsLate = false
  /// Whether a replica is chosen when a connection opens, for all requests on it (layer 4), and not
  /// for each request (layer 7); only where the service has connections.
  public var choosesPerConnection = false
  /// Most attempts that a balancer has out at a time; nil is any number.
  public var requestsMax: Int?
  /// Attempts that a balancer has out beyond which calls wait for one to come back, as they do for
  /// connections that carry one request at a time; nil is any number.
  public var connectionsMax: Int?
  /// Most that wait so; nil is any number.
  public var pendingMax: Int?
  /// Which replicas are known to be ready.
  public var readiness: ReadinessProbe?
  /// Which replicas are restarted.
  public var liveness: LivenessProbe?
  public var outliers: OutlierDetection?
  public var slowStart: SlowStart?
  /// Below this share of replicas in rotation, in per cent, health is ignored; 0 is never.
  public var panicThreshold = 50.0
  public var affinity: SessionAffinity?
  /// How much more than its share of replicas in rotation a priority level takes.
  public var overprovisioning = 1.4
  /// Whether calls stay in their callers' zones as far as there is room.
  public var isZoneAware = false
  /// How many of the replicas each balancer uses; nil is all.
  public var subset: Subset?
  /// Nanoseconds between reports of what is in flight at the replicas; nil counts the balancer's own.
  public var reportDelay: UInt64?

  public init() {}

  public enum Balancers: Sendable, Equatable {
    /// One for each calling replica, one for a workload.
    case perCaller
    /// That many for all callers; each call goes through one of them, drawn.
    case count(Int)

    /// How many stand before a caller of so many replicas.
    public func number(of callers: Int) -> Int {
      if case .count(let count) = self { count } else { callers }
    }
  }
}

/// Checks of a replica whose result decides whether it is in rotation (Kubernetes' readiness probe).
public struct ReadinessProbe: Sendable {
  /// Nanoseconds from the start of a replica to its first check.
  public var initialDelay: UInt64 = 0
  /// Nanoseconds from check to check; each replica's phase is drawn.
  public var period: UInt64 = 10_000_000_000
  /// Nanoseconds until a check without an answer has failed; at most the period.
  public var timeout: UInt64 = 1_000_000_000
  /// Successes in a row after which a replica is ready.
  public var successThreshold = 1
  /// Failures in a row after which it is not.
  public var failureThreshold = 3
  /// Nanoseconds until balancers know.
  public var propagationDelay: UInt64 = 0

  public init() {}
}

/// When a balancer leaves out a replica whose answers are worse than others' (Envoy).
public struct OutlierDetection: Sendable {
  /// Failures in a row after which a replica is ejected; 0 is never.
  public var consecutive = 5
  /// Nanoseconds between sweeps: replicas come back, and statistics are judged.
  public var interval: UInt64 = 10_000_000_000
  /// Nanoseconds out for the first time; that many times more for each further ejection.
  public var base: UInt64 = 30_000_000_000
  /// Longest time out.
  public var most: UInt64 = 300_000_000_000
  /// Most of a balancer's replicas that are out, in per cent; one may be out in any case.
  public var percentMax = 10.0
  /// How many standard deviations below the mean success rate is too low; nil is not judged.
  public var deviations: Double? = 1.9
  /// The share of failures that is too high, in per cent; nil is not judged.
  public var failurePercent: Double?
  /// Fewest answers of a replica in an interval, and fewest such replicas, for either judgement.
  public var volumeMin = 100
  public var hostsMin = 5
  /// Whether a refusal by the replica counts as a failure.
  public var countsShed = true

  public init() {}
}

/// How a replica that has become ready comes to its share (Envoy).
public struct SlowStart: BitwiseCopyable, Sendable {
  /// Nanoseconds until it has all of it.
  public var window: UInt64
  /// Its share grows with this root of the time: 1 is linear, more is faster at first.
  public var aggression = 1.0
  /// Least share, in per cent.
  public var percentMin = 10.0

  public init(window: UInt64) { self.window = window }
}

/// Calls with one key stay at the replica that served the first of them.
public struct SessionAffinity: Sendable {
  /// The key space; of several keys that a request carries the first decides.
  public var key: String
  /// Nanoseconds after the last call after which a session is forgotten; nil is never.
  public var ttl: UInt64?

  public init(by key: String) { self.key = key }
}

/// A part of the replicas of each shard, the same ones for a balancer always.
public struct Subset: Sendable {
  public var size: Int
  /// The key space by whose keys replicas are chosen instead of balancers.
  public var key: String?
  /// Whether replicas are dealt out so that all are in as many subsets, within one (Google SRE,
  /// chapter 20); else each balancer draws its own.
  public var isDeterministic = false

  public init(_ size: Int) { self.size = size }
}

extension ServiceSpec {
  /// Replicas' weights, as groups give them.
  public var weights: [Double] {
    if groups.isEmpty { return Array(repeating: 1, count: replicas) }
    return groups.flatMap { Array(repeating: $0.weight, count: $0.replicas) }
  }

  /// Replicas' priority levels, as groups give them.
  public var levels: [Int] {
    if groups.isEmpty { return Array(repeating: 0, count: replicas) }
    return groups.flatMap { Array(repeating: $0.priority, count: $0.replicas) }
  }

  /// The service with what its policy or its weights need of balancers.
  var withCluster: ServiceSpec {
    guard cluster == nil, replicas > 1, hashing == nil, balancing.readsHosts else { return self }
    var copy = self
    copy.cluster = ClusterSpec()
    return copy
  }

  /// Whether replicas are to be used unequally.
  public var isWeighted: Bool { Set(weights).count > 1 || cluster?.slowStart != nil }
}

extension ServiceSpec {
  /// Key spaces whose keys decide about calls to it.
  var keysOfCalls: [String] {
    [
      sharding?.key, hashing?.key, cluster?.affinity?.key, cluster?.subset?.key, versionedBy,
      lineKey,
      userKey,
    ].compactMap { $0 }
  }
}
