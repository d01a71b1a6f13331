import TailraceCatalog
import TailraceModel

/// A service: replicas that run a handler.
public struct ServiceDeclaration: Declared {
  public static let kind = "service"
  public static let summary = "Replicas that run a handler."
  public static let supplanted = ["replicas": "groups"]
  public static let keys: [Key<Self>] =
    [
      Key("handler", \.handler, .steps, "The program of every visit."),
      Key(
        "handlers", \.handlers, .map(.steps),
        "Several programs by name; calls name one (\"db/get\")."),
      Key("replicas", \.replicas, .integer(1...100_000), "Replicas of each shard."),
      Key(
        "groups", \.groups, .map(.component(GroupDeclaration.self, "group")),
        "Replicas of unequal speed by name, instead of 'replicas'."),
      Key(
        "zones", \.zones, .weights,
        "Where the replicas of each shard stand: zone -> weight; dealt out by largest remainder, one "
          + "to each zone in turn. In no zone if not given."),
      Key("shards", \.shards, .integer(1...100_000), "Parts that each own some of the keys."),
      Key("shard_by", \.shardBy, .object(ShardByDeclaration.self), "Which shard owns which keys."),
      Key("concurrency", \.concurrency, .limit(1...1_000_000), "Slots of a replica."),
      Key(
        "concurrency_model", \.concurrencyModel,
        .choice(ConcurrencyModel.allCases.map { ($0.rawValue, $0) }),
        "Whether a slot is held during calls (threads) or released (event_loop)."),
      Key(
        "cores", \.cores, .integer(1...1_000_000),
        "Cores that the slots share equally; one for each slot if not given."),
      Key("queue", \.queue, .object(QueueDeclaration.self), "Where visits wait for a slot."),
      Key(
        "admission_control", \.admission, .object(AdmissionControlDeclaration.self),
        "Which visits come into a replica, before its queue; all if not given."),
      Key(
        "cancel", \.cancel, .choice([("none", .none), ("queued", .queued), ("running", .running)]),
        "What stops when the caller gives up."),
      Key(
        "lb_policy", \.policy, .policy,
        "How a caller's balancer chooses a replica: 'tailrace explain LEAST_REQUEST' tells of one. Settings "
          + "stand beside it: 'least_request_lb_config', 'round_robin_lb_config', "
          + "'peak_ewma_lb_config', 'prequal_lb_config', 'ring_hash_lb_config', 'maglev_lb_config' and "
          + "'client_side_weighted_round_robin_lb_config', each read by the policy of its name."),
      Key(
        "hash_by", \.hashBy, .name,
        "For hash policies: the key space whose key decides about the replica; of several keys the "
          + "first."),
      Key(
        "hash_balance_factor", \.hashBalanceFactor, .integer(100...1_000_000),
        "For hash policies: most calls that a balancer has out to a replica, in percent of the mean, "
          + "rounded up; what is above goes to others. Unbounded if not given."),
      Key(
        "least_request_lb_config", \.leastRequest, .object(LeastRequest.self),
        "Settings of LEAST_REQUEST."),
      Key(
        "ring_hash_lb_config", \.ringHash, .object(RingHash.self), "Settings of RING_HASH."),
      Key("maglev_lb_config", \.maglev, .object(Maglev.self), "Settings of MAGLEV."),
    ] + ClusterDeclaration.keys + [
      Key(
        "circuit_breakers", \.circuitBreakers, .object(CircuitBreakersDeclaration.self),
        "Limits of each caller's balancer."),
      Key("network", \.network, .object(LinkDeclaration.self), "The link to it, one way."),
      Key(
        "connection", \.connection, .object(ConnectionDeclaration.self),
        "What its callers' connections cost; they cost nothing unless named."),
      Key(
        "start_up", \.startUp, .duration(0...QuantityScanner.runMax),
        "How long a replica whose crash is over is alive but refuses connections; at the start of the "
          + "run all serve."),
      Key(
        "warm_up", \.warmUp, .object(WarmUpDeclaration.self),
        "How slow a replica is after that; not at all if not given."),
      Key(
        "preserve_source_ip", \.preservesSourceIP, .boolean,
        "Whether its calls show the address that its visits saw ('source_ip'), and not its own."),
      Key("price", \.price, .object(ServicePriceDeclaration.self), "What it costs."),
      Key(
        "preset", \.preset, .preset,
        "What it and the calls of its handlers do where they do not say otherwise, as this product does"
          + " it; nearer than 'defaults'."),
    ]
  public static let laterKeys = [
    "batching", "autoscaling", "rolling_update", "replication", "sidecar_of", "nodes", "memory",
  ]

  public static let misplacedKeys = [
    "breaker": ofCalls, "circuit_breaker": ofCalls, "circuitBreaker": ofCalls,
    "priorities": "which replicas go first is said by 'priority' of its 'groups'",
  ]
  private static let ofCalls =
    "a breaker belongs to who calls: 'breaker' of the step 'call', or of 'defaults' for all calls"

  var handler: [StepDeclaration]?
  var handlers: [Named<[StepDeclaration]>]?
  var replicas = 1
  var groups: [Named<GroupDeclaration>]?
  var zones: [Named<Double>]?
  var shards = 1
  var shardBy: ShardByDeclaration?
  var concurrency: Int? = 1
  var concurrencyModel = ConcurrencyModel.threads
  var cores: Int?
  var queue = QueueDeclaration()
  var admission: AdmissionControlDeclaration?
  var cancel = CancelMode.none
  var policy = RoundRobin.name
  var hashBy: Located<String>?
  var hashBalanceFactor: Located<Int>?
  var leastRequest = LeastRequest()
  var ringHash = RingHash()
  var maglev = Maglev()
  var cluster = ClusterDeclaration()
  var circuitBreakers: CircuitBreakersDeclaration?
  var network: LinkDeclaration?
  var connection: ConnectionDeclaration?
  var startUp: UInt64 = 0
  var warmUp: WarmUpDeclaration?
  var preservesSourceIP = false
  var price: ServicePriceDeclaration?
  var preset: String?

  public init() {}
}

extension LeastRequest: Declared {
  public static let kind = "least_request_lb_config"
  public static let keys: [Key<Self>] = [
    Key("choice_count", \.choices, .integer(1...64), "How many replicas to sample."),
    Key("replacement", \.replacement, .boolean, "Whether one replica may be sampled twice."),
    Key("full_scan", \.fullScan, .boolean, "Whether to look at every replica instead."),
    Key(
      "tie_break", \.tieBreakFirst, .choice([("RANDOM", false), ("FIRST", true)]),
      "Who wins among the tied of a full scan."),
    Key(
      "active_request_bias", \.bias, .real(0...100),
      "Where replicas have weights: each is divided by its calls out, with the next one, to this "
        + "power, and all take turns accordingly; 0 is round robin. Source: Envoy."),
  ]

  var choices: Int {
    get { Int(choiceCount) }
    set { choiceCount = Int32(newValue) }
  }
}

/// The balancing policies by name; a new one is a file and a line.
public enum BalancingPolicies {
  public static let all: [any BalancingPolicy.Type] = [
    RandomChoice.self, RoundRobin.self, LeastRequest.self, LeastWorkLeft.self, PeakEWMA.self,
    PickFirst.self, JoinIdleQueue.self, UtilizationWeighted.self, Prequal.self,
  ]
  /// Those that choose a replica by the hash of a key.
  public static let hashes: [any ShardingPolicy.Type] = [
    RingHash.self, Maglev.self, Rendezvous.self,
  ]
}

extension ValueForm where Value == String {
  /// The name of a balancing policy.
  static var policy: ValueForm {
    let names = BalancingPolicies.all.map { $0.name } + BalancingPolicies.hashes.map { $0.name }
    return .choice(names.map { ($0, $0) })
  }
}

extension ServiceDeclaration {
  /// The policy in force with its settings.
  ///
  /// - Parameter isWeighted: whether replicas are to be used unequally.
  /// - Returns: the policy, one for each balancer and shard.
  func balancing(isWeighted: Bool) -> any BalancingPolicy {
    switch policy {
    case LeastRequest.name:
      return isWeighted ? WeightedLeastRequest(bias: leastRequest.bias) : leastRequest
    case RoundRobin.name where isWeighted:
      return WeightedRoundRobin(cluster.roundRobin?.scheduler ?? .edf)
    case PeakEWMA.name: return cluster.peakEWMA ?? PeakEWMA()
    case Prequal.name: return cluster.prequal ?? Prequal()
    case UtilizationWeighted.name: return cluster.utilizationWeighted ?? UtilizationWeighted()
    default: break
    }
    let type = BalancingPolicies.all.first { $0.name == policy } ?? RoundRobin.self
    return type.init()
  }
}
