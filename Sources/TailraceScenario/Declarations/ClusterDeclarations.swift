import TailraceCatalog
import TailraceModel

// What a service's balancers do beside choosing among all replicas, in Envoy's words.

/// Fields of a service about its balancers.
struct ClusterDeclaration: Sendable {
  var balancers: BalancerCount?
  var isPerConnection = false
  var roundRobin: RoundRobinDeclaration?
  var peakEWMA: PeakEWMA?
  var prequal: Prequal?
  var utilizationWeighted: UtilizationWeighted?
  var affinity: AffinityDeclaration?
  var reportDelay: UInt64?
  var subset: SubsetDeclaration?
  var slowStart: SlowStartDeclaration?
  var panicThreshold: Double?
  var overprovisioning: Double?
  var isZoneAware = false
  var outliers: OutlierDeclaration?
  var readiness: ReadinessDeclaration?
  var liveness: LivenessDeclaration?

  static let keys: [Key<ServiceDeclaration>] = [
    Key(
      "round_robin_lb_config", \.cluster.roundRobin, .object(RoundRobinDeclaration.self),
      "Settings of ROUND_ROBIN where replicas have weights."),
    Key(
      "peak_ewma_lb_config", \.cluster.peakEWMA, .object(PeakEWMA.self), "Settings of PEAK_EWMA."),
    Key("prequal_lb_config", \.cluster.prequal, .object(Prequal.self), "Settings of PREQUAL."),
    Key(
      "client_side_weighted_round_robin_lb_config", \.cluster.utilizationWeighted,
      .object(UtilizationWeighted.self), "Settings of CLIENT_SIDE_WEIGHTED_ROUND_ROBIN."),
    Key(
      "balancers", \.cluster.balancers, .balancers,
      "How many balancers there are, each with its own view, counts, caps and ejections: "
        + "\"per_caller\" (one for each calling replica, one for a workload), \"shared\" (one for all), or "
        + "a number, through one of which each call goes, drawn."),
    Key(
      "balance_per", \.cluster.isPerConnection,
      .choice([("request", false), ("connection", true)]),
      "What a replica is chosen for: \"request\", each attempt (layer 7); \"connection\", a new "
        + "connection, and all calls on it go there until it closes (layer 4: kube-proxy, IPVS, a "
        + "proxy of TCP). The latter needs 'connection': of a caller's connections a call takes the one "
        + "used last, whichever replica it leads to, in rotation or not. LEAST_REQUEST counts the "
        + "balancer's connections then."),
    Key(
      "session_affinity", \.cluster.affinity, .object(AffinityDeclaration.self),
      "Calls with one key stay at the replica that had the first of them while it is in rotation; "
        + "beside 'lb_policy', which chooses for the first."),
    Key(
      "load_report_delay", \.cluster.reportDelay, .tickPeriod,
      "Time between reports of how many visits are in each replica, by which policies that read "
        + "loads go instead of their own calls out; between reports they see nothing new."),
    Key(
      "subset", \.cluster.subset, .object(SubsetDeclaration.self),
      "Each balancer, or each key, uses only some of a shard's replicas."),
    Key(
      "slow_start_config", \.cluster.slowStart, .object(SlowStartDeclaration.self),
      "How a replica that has become ready comes to its share."),
    Key(
      "healthy_panic_threshold", \.cluster.panicThreshold, .percent(0...100, fromOne: true),
      "Where fewer replicas than this are in rotation, in per cent, all of them are used; 50 if not "
        + "given, 0 never: then calls without a replica are 'rejected'. Source: Envoy, "
        + "Cluster.CommonLbConfig."),
    Key(
      "overprovisioning_factor", \.cluster.overprovisioning, .real(1...100),
      "How much more than its share of replicas in rotation a priority level takes before calls spill "
        + "over to the next; 1.4 if not given. Source: Envoy, ClusterLoadAssignment.Policy."),
    Key(
      "zone_aware", \.cluster.isZoneAware, .boolean,
      "Whether calls stay in the caller's zone: all of them where it has as large a share of the "
        + "replicas in rotation as of the callers, else that part, and the rest goes to zones with "
        + "room. Source: Envoy, zone-aware routing (which asks for at least 6 replicas)."),
    Key(
      "outlier_detection", \.cluster.outliers, .object(OutlierDeclaration.self),
      "When a balancer leaves out a replica for its answers."),
    Key(
      "readiness_probe", \.cluster.readiness, .object(ReadinessDeclaration.self),
      "Checks by which a replica is in rotation; without, balancers know of no failure."),
    Key(
      "liveness_probe", \.cluster.liveness, .object(LivenessDeclaration.self),
      "Checks by which a replica is restarted; without, none is."),
  ]
}

extension ValueForm where Value == UInt64 {
  /// Time from one of many like events to the next: each costs as much as a request does.
  static var tickPeriod: ValueForm { .duration(1_000_000...QuantityScanner.delayMax) }
}

/// How many balancers a service has.
enum BalancerCount: Sendable, Equatable {
  case perCaller
  case count(Int)
}

extension ValueForm where Value == BalancerCount {
  static var balancers: ValueForm {
    let number = ValueForm<Int>.integer(1...10_000)
    let words = ["per_caller", "shared"]
    return ValueForm(
      "\(number.meaning), \"per_caller\" or \"shared\"",
      schema: .anyOf([number.schema, .choice(words)]),
      write: { count in
        switch count {
        case .perCaller: "\"per_caller\""
        case .count(1): "\"shared\""
        case .count(let n): "\(n)"
        }
      },
      read: { node, key, reading in
        switch node.string {
        case nil: return number.read(node, key, &reading).map { .count($0) }
        case "per_caller": return .perCaller
        case "shared": return .count(1)
        default:
          reading.report(.unknownChoice(node, key: key, among: words))
          return nil
        }
      })
  }
}

/// Settings of round robin among replicas with weights.
public struct RoundRobinDeclaration: Declared {
  public static let kind = "round_robin_lb_config"
  public static let summary = "Round robin among replicas whose weights differ."
  public static let keys: [Key<Self>] = [
    Key(
      "scheduler", \.scheduler,
      .choice(WeightedRoundRobin.Scheduler.allCases.map { ($0.rawValue, $0) }),
      "EDF: each replica is due each 1 / weight, the earliest goes first (Envoy, gRPC); SMOOTH: the "
        + "largest credit goes first, so that turns of one replica are spread (nginx).")
  ]
  var scheduler = WeightedRoundRobin.Scheduler.edf
  public init() {}
}

extension PeakEWMA: Declared {
  public static let kind = "peak_ewma_lb_config"
  public static let keys: [Key<Self>] = [
    Key(
      "decay_time", \.decayTime, .timeout,
      "Time in which a latency loses all but 1/e of its weight. Source: Finagle, Linkerd, Envoy."),
    Key(
      "default_rtt", \.defaultRTT, .duration(0...QuantityScanner.delayMax),
      "Latency of a replica before its first answer (10 ms in Envoy, 1 s in tower); 0 sends one call "
        + "there to find out and no more until it is back (Finagle)."),
    Key(
      "failure_penalty", \.failurePenalty, .duration(0...QuantityScanner.delayMax),
      "Latency that a failure counts as (5 s in Linkerd); 0 is the time it took, so that one who "
        + "fails fast attracts calls."),
  ]
}

extension Prequal: Declared {
  public static let kind = "prequal_lb_config"
  public static let keys: [Key<Self>] = [
    Key("pool", \.pool, .integer(2...16), "Most answers to probes that are kept."),
    Key("probes", \.probes, .integer(1...16), "Probes sent with each call."),
    Key(
      "q_rif", \.hotQuantile, .real(0...1),
      "Quantile of the requests in flight above which a replica is hot; 0 goes by requests in "
        + "flight alone, 1 by latency alone."),
    Key("max_age", \.ageMax, .timeout, "Time after which a probe is forgotten."),
  ]
}

extension UtilizationWeighted: Declared {
  public static let kind = "client_side_weighted_round_robin_lb_config"
  public static let keys: [Key<Self>] = [
    Key(
      "blackout_period", \.blackoutPeriod, .duration(0...QuantityScanner.delayMax),
      "Time from a replica's first report until its weight counts. Source: gRFC A58."),
    Key(
      "weight_expiration_period", \.weightExpirationPeriod, .timeout,
      "Time without a report after which a weight no longer counts."),
    Key(
      "weight_update_period", \.weightUpdatePeriod,
      .duration(100_000_000...QuantityScanner.delayMax),
      "Time between reports, and between new weights."),
    Key(
      "error_utilization_penalty", \.errorUtilizationPenalty, .real(0...1_000),
      "How much failures weigh: their share times this is added to the utilization."),
  ]
}

/// Sessions that stay at a replica.
public struct AffinityDeclaration: Declared {
  public static let kind = "session_affinity"
  public static let summary =
    "Calls with one key stay at one replica. \"client\" is a cookie, \"source_ip\" the address that "
    + "the service sees, which is that of the proxy behind one."
  public static let keys: [Key<Self>] = [
    Key("by", \.by, .name, required: true, "The key space; of several keys the first decides."),
    Key(
      "ttl", \.ttl, .timeout,
      "Time without a call after which a session is forgotten; never if not given."),
  ]
  var by: Located<String>?
  var ttl: UInt64?
  public init() {}
}

/// Some of a shard's replicas.
public struct SubsetDeclaration: Declared {
  public static let kind = "subset"
  public static let summary = "Some of a shard's replicas, for each balancer or for each key."
  public static let keys: [Key<Self>] = [
    Key("size", \.size, .integer(1...100_000), required: true, "Replicas in a subset."),
    Key(
      "key", \.key, .name,
      "The key whose subset it is (shuffle sharding: a tenant's replicas); each balancer has one if "
        + "not given."),
    Key(
      "deterministic", \.isDeterministic, .boolean,
      "Whether balancers are dealt their subsets so that all replicas are in as many, within one "
        + "(Site Reliability Engineering, chapter 20); else each draws its own."),
  ]
  var size: Int?
  var key: Located<String>?
  var isDeterministic = false
  public init() {}
}

/// How a replica comes to its share.
public struct SlowStartDeclaration: Declared {
  public static let kind = "slow_start_config"
  public static let summary =
    "A replica that has become ready begins with a part of its weight. ROUND_ROBIN and LEAST_REQUEST "
    + "read weights."
  public static let keys: [Key<Self>] = [
    Key(
      "slow_start_window", \.window, .timeout, required: true,
      "Time until it has its whole weight. Source: Envoy, Cluster.SlowStartConfig."),
    Key(
      "aggression", \.aggression, .real(0.01...100),
      "The weight grows with the time to the power of 1 / aggression."),
    Key("min_weight_percent", \.percentMin, .percent(0.1...100), "Least weight, in per cent."),
  ]
  var window: UInt64?
  var aggression = 1.0
  var percentMin = 10.0
  public init() {}
}

/// When a replica is left out for its answers.
public struct OutlierDeclaration: Declared {
  public static let kind = "outlier_detection"
  public static let summary =
    "When a balancer leaves out a replica for its answers. Application errors, connection failures "
    + "and timeouts are failures. Source: Envoy, OutlierDetection."
  public static let keys: [Key<Self>] = [
    Key(
      "consecutive_5xx", \.consecutive, .integer(0...1_000_000),
      "Failures in a row after which it is out at once; 0 never."),
    Key(
      "interval", \.interval, .tickPeriod,
      "Time between sweeps, at which replicas come back and statistics are judged."),
    Key(
      "base_ejection_time", \.base, .timeout,
      "Time out, times the number of ejections; each sweep that finds it in takes one off that."),
    Key("max_ejection_time", \.most, .timeout, "Longest time out."),
    Key(
      "max_ejection_percent", \.percentMax, .percent(0...100),
      "Most replicas out at a time, in per cent, rounded down; one may be out in any case."),
    Key(
      "success_rate_stdev_factor", \.deviations, .real(0...100),
      "How many standard deviations below the mean of all replicas a success rate must lie; 0 is not "
        + "judged."),
    Key(
      "failure_percentage_threshold", \.failurePercent, .percent(0.1...100),
      "Share of failures, in per cent, from which a replica is out; not judged if not given (Envoy "
        + "has 85, but does not enforce it)."),
    Key(
      "request_volume", \.volumeMin, .integer(1...1_000_000),
      "Fewest answers of a replica in an interval for either judgement."),
    Key(
      "minimum_hosts", \.hostsMin, .integer(1...100_000),
      "Fewest replicas with so many answers for either judgement."),
    Key(
      "count_shed", \.countsShed, .boolean,
      "Whether a refusal ('shed') is a failure, as Envoy's 503 is and a 429 is not: if so, replicas "
        + "that are merely full may be left out."),
  ]
  public static let misplacedKeys = Dictionary(
    uniqueKeysWithValues: [
      "success_rate", "consecutive_5xx", "consecutive_gateway_failure", "failure_percentage",
    ].map { ("enforcing_" + $0, "what is named is always enforced, so leave it out") })
  var consecutive = 5
  var interval: UInt64 = 10_000_000_000
  var base: UInt64 = 30_000_000_000
  var most: UInt64 = 300_000_000_000
  var percentMax = 10.0
  var deviations = 1.9
  var failurePercent: Double?
  var volumeMin = 100
  var hostsMin = 5
  var countsShed = true
  public init() {}

  var spec: OutlierDetection {
    var rule = OutlierDetection()
    rule.consecutive = consecutive
    rule.interval = interval
    rule.base = base
    rule.most = most
    rule.percentMax = percentMax
    rule.deviations = deviations == 0 ? nil : deviations
    rule.failurePercent = failurePercent
    rule.volumeMin = volumeMin
    rule.hostsMin = hostsMin
    rule.countsShed = countsShed
    return rule
  }
}

/// Checks of replicas.
public struct ReadinessDeclaration: Declared {
  public static let kind = "readiness_probe"
  public static let summary =
    "Checks by which a replica is in rotation. A check has a path of its own: slow work or failing "
    + "requests do not touch it. Each replica's phase is drawn. Source: Kubernetes, Probe."
  public static let keys: [Key<Self>] = [
    Key(
      "initial_delay", \.initialDelay, .duration(0...QuantityScanner.delayMax),
      "Time from a restart to the first check; at the start of the run replicas are ready."),
    Key("period", \.period, .tickPeriod, "Time from check to check."),
    Key(
      "timeout", \.timeout, .timeout,
      "Time after which a check without an answer has failed; at most the period."),
    Key(
      "success_threshold", \.successes, .integer(1...1_000_000),
      "Successes in a row after which it is ready."),
    Key(
      "failure_threshold", \.failures, .integer(1...1_000_000),
      "Failures in a row after which it is not."),
    Key(
      "propagation_delay", \.propagation, .duration(0...QuantityScanner.delayMax),
      "Time until balancers know."),
  ]
  var initialDelay: UInt64 = 0
  var period: UInt64 = 10_000_000_000
  var timeout: UInt64 = 1_000_000_000
  var successes = 1
  var failures = 3
  var propagation: UInt64 = 0
  public init() {}

  var spec: ReadinessProbe {
    var probe = ReadinessProbe()
    probe.initialDelay = initialDelay
    probe.period = period
    probe.timeout = timeout
    probe.successThreshold = successes
    probe.failureThreshold = failures
    probe.propagationDelay = propagation
    return probe
  }
}
