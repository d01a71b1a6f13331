/// A checked description of what is simulated, before it is compiled to tables.
public struct Topology: Sendable {
  public var workloads: [WorkloadSpec]
  public var services: [ServiceSpec]
  /// Urgency by class, 0 the most urgent; classes not named have 0.
  public var classPriorities: [String: Int] = [:]
  /// Delays between services, nearer than those of the callees.
  public var links: [LinkSpec] = []
  public var faults: [FaultSpec] = []
  /// Names of the zones that replicas and clients stand in.
  public var zones: [String] = []
  public var caches: [CacheSpec] = []
  public var rateLimits: [RateLimitSpec] = []
  /// Permits that steps hold.
  public var pools: [PoolSpec] = []
  /// Key spaces whose keys follow from others, by name.
  public var computedKeys: [String: ComputedKeys] = [:]
  /// Bytes of what a key stands for, by key space: drawn once for each key.
  public var keySizes: [String: LawSpec] = [:]
  /// Share of the keys that do not exist, by key space: drawn once for each key.
  public var absentKeys: [String: Double] = [:]
  /// Most calls that may stand inside each other where calls go in circles, at least 1: one more is
  /// `rejected` before it is sent.
  public var maxDepth = 64

  public init(workloads: [WorkloadSpec], services: [ServiceSpec]) {
    self.workloads = workloads
    self.services = services
  }
}

/// Where requests come from and what each does.
public struct WorkloadSpec: Sendable {
  public var name: String
  public var arrivals: ArrivalSpec
  public var steps: [StepSpec]
  /// Drawn for each request; empty is one class of the workload's name.
  public var classes: [ClassWeight] = []
  /// What `linear` laws can refer to.
  public var attributes: [AttributeSpec] = []
  /// Given classes in the order of the requests, as a trace has them; the last repeats.
  public var classColumn: [String] = []
  /// Keys that each request carries; one entry for a key space.
  public var keys: [CarriedKeys] = []
  /// Where each request's client stands, drawn by weight; empty is in no zone.
  public var zones: [ZoneWeight] = []

  public init(name: String, arrivals: ArrivalSpec, steps: [StepSpec]) {
    self.name = name
    self.arrivals = arrivals
    self.steps = steps
  }
}

/// When requests begin.
public indirect enum ArrivalSpec: Sendable {
  /// Independent arrivals with exponential gaps; the rate is per second.
  case poisson(ratePerSecond: Double)
  /// Equal gaps, the first at 0; the rate is per second.
  case constant(ratePerSecond: Double)
  /// Independent gaps from a law.
  case renewal(interval: LawSpec)
  /// Given instants in nanoseconds, in order; a model test's.
  case instants([UInt64])
  /// The rows of a trace, in order.
  case trace(TraceSpec)
  /// Independent arrivals at a changing rate.
  case rate(RateSpec)
  /// Independent arrivals at the rate of a state; states follow each other in turn.
  case modulated([ModulatedState])
  /// Each arrival brings as many requests as drawn.
  case batches(ArrivalSpec, size: LawSpec)
  /// Clients that wait for their answers.
  case closed(ClosedLoop)

  /// Whether requests come no matter how the last ones fared.
  public var isOpenLoop: Bool {
    if case .closed = self { false } else { true }
  }
}

/// Replicas that run a handler.
public struct ServiceSpec: Sendable {
  public var name: String
  public var shards = 1
  /// What sends a call to its shard; nil where calls name no key.
  public var sharding: Sharding?
  /// Replicas of each shard; those of all groups where there are any.
  public var replicas = 1
  /// Replicas of unequal speed, by name; none if all are equal.
  public var groups: [ReplicaGroup] = [] {
    didSet {
      groups.sort { $0.name < $1.name }
      if !groups.isEmpty { replicas = groups.reduce(0) { $0 + $1.replicas } }
    }
  }
  /// Slots of a replica; nil is unlimited.
  public var slots: Int? = 1
  public var concurrencyModel = ConcurrencyModel.threads
  /// Most that may wait at a replica; nil is unlimited, 0 makes a loss system.
  public var queueLimit: Int?
  /// Longest that a visit waits for its first slot; nil is for ever.
  public var queueTimeout: LawSpec?
  /// Whether visits that nobody waits for any more are dropped when their turn comes.
  public var dropsExpired = false
  public var discipline = Discipline.fifo
  /// For CODEL and ADAPTIVE_LIFO: when the queue is too long.
  public var codel = CoDelSpec()
  /// For FAIR: the key space whose keys have a line each, which `queueLimit` bounds; nil is one line
  /// for all.
  public var lineKey: String?
  /// Most that may wait for one of a class to join them; classes not named have `queueLimit` alone.
  public var classLimits: [String: Int] = [:]
  /// Whether a newcomer who goes first interrupts who works; for LIFO, PRIORITY and SJF.
  public var preemptive = false
  /// Cores that the slots share equally; nil is one for each slot, and one in all for PS.
  public var cores: Int?
  public var cancel = CancelMode.none
  /// Decides at each replica's door which visits come in; nil lets in all.
  public var admission: (any AdmissionPolicy)?
  public var balancing: any BalancingPolicy = RoundRobin()
  /// What chooses a replica by a key instead; nil where `balancing` does.
  public var hashing: HashBalancing?
  /// What its balancers do beside; nil is nothing.
  public var cluster: ClusterSpec?
  /// How many retries each of its balancers lets through; nil is any number.
  public var retryBudget: RetryBudget?
  public var handlers: [HandlerSpec]
  /// One-way delay of the link to it.
  public var latency: LawSpec?
  /// What messages on that link meet beside the delay; nil is nothing.
  public var transport: Transport?
  /// What messages meet instead where both ends stand in zones; nil where that makes no difference.
  public var zoneLinks: ZoneLinks?
  /// Where its replicas stand, by weight: see `zoneOf`. Empty is in no zone.
  public var zones: [ZoneWeight] = []
  /// How long a replica refuses visits after a crash, in nanoseconds.
  public var startUp: UInt64 = 0
  /// How slow a replica is after that; nil is not at all.
  public var warmUp: WarmUpSpec?
  /// Whether its calls show the address that its visits saw, and not its own.
  public var preservesSourceIP = false
  /// What connections to it are like; nil where they cost nothing.
  public var connection: ConnectionSpec?
  /// The key space of whose keys replicas have versions; nil where nobody writes them.
  public var versionedBy: String?

  public init(name: String, handler: [StepSpec]) {
    self.name = name
    handlers = [HandlerSpec(name: "", steps: handler)]
  }
}

/// A named program of a service.
public struct HandlerSpec: Sendable {
  /// Empty where the service has one handler.
  public var name: String
  public var steps: [StepSpec]

  public init(name: String, steps: [StepSpec]) {
    self.name = name
    self.steps = steps
  }
}

/// Whether a slot is held while a call is out.
public enum ConcurrencyModel: String, CaseIterable, Sendable {
  /// The slot is held until the visit ends.
  case threads
  /// The slot is held during each piece of work only.
  case eventLoop = "event_loop"
}

/// What stops at the callee when the caller gives up.
public enum CancelMode: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  case none, queued, running
}

/// One step of a program.
public struct StepSpec: Sendable {
  public var verb: Verb
  /// What the scenario calls the step.
  public var name: String?
  /// Chance that the step is taken.
  public var probability = 1.0
  /// Classes of requests that take the step; nil is all of them.
  public var classes: [String]?
  /// The step is taken while fewer visits than this wait at the replica; nil is always.
  public var queueBelow: Int?
  public var onError = ErrorRule.fail
  public var enabled = true
  /// The key space whose key decides about the arm of a `split`, where nil draws for each visit, or
  /// about the bucket or the lock of a step that asks a limit or a pool by key.
  public var by: String?

  public init(_ verb: Verb) { self.verb = verb }

  public indirect enum Verb: Sendable {
    case work(LawSpec)
    case wait(LawSpec)
    case call(CallSpec)
    case scatter(CallSpec, ScatterTarget, Join)
    case parallel([[StepSpec]], Join)
    case split([SplitArm])
    /// The steps as many times in turn as drawn.
    case `repeat`(LawSpec, [StepSpec])
    case fail(Outcome)
    /// Looks the request's key up in a cache.
    case cache(CacheUse)
    /// Passes a rate limit, or is shed.
    case rateLimit(LimitUse)
    /// Takes steps with a permit, or is rejected.
    case hold(HoldUse)
  }
}

/// What a failed step does to its program.
public indirect enum ErrorRule: Sendable {
  case fail, ignore
  case fallback([StepSpec])
}

/// Weighted alternative of a `split`.
public struct SplitArm: Sendable {
  public var weight: Double
  public var steps: [StepSpec]

  public init(weight: Double, steps: [StepSpec]) {
    self.weight = weight
    self.steps = steps
  }
}

/// A call and what its caller does about it.
public struct CallSpec: Sendable {
  public var service: String
  /// The callee's handler; empty where it has one.
  public var handler = ""
  /// From the call to giving up, all attempts together, in nanoseconds.
  public var timeout: UInt64?
  public var retry: RetryPolicy?
  public var hedge: HedgePolicy?
  /// Whether every attempt draws the same work again; else each draws afresh.
  public var repeatsLuck = false
  /// Whether the callee is told when its caller gives up: its own calls end then.
  public var propagatesDeadline = false
  /// When its caller's replicas stop making it for a while.
  public var breaker: BreakerSpec?
  public var throttling: AdaptiveThrottlingSpec?
  /// Bytes of the request and of its answer; nil is none. A failure's answer is empty.
  public var requestSize: LawSpec?
  public var responseSize: LawSpec?
  /// What it does to its key, where the callee has versions; of use for calls and for scatters to
  /// replicas.
  public var operation = CallOperation.read

  public init(_ service: String) { self.service = service }
}

/// Whom a scatter asks.
public enum ScatterTarget: Sendable {
  /// One call to each shard.
  case shards
  /// That many balanced calls.
  case fanOut(Int)
  /// One call for each key that the request carries, to the shard that owns it.
  case keys
  /// One call to each replica; of the shard of the request's key where a key decides.
  case replicas
  /// One call to each other replica of the caller's own shard.
  case peers
  /// One call to each shard below the caller's own: the callee's shards are dealt out in order, as
  /// many to each of the caller's.
  case childShards
}

/// How a request or an attempt ended.
public enum Outcome: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  case success, degraded, applicationError, connectionFailure, timeout, shed, rejected, cancelled
  case unfinished

  /// Whether an answer came: the headline latency covers these.
  @inline(__always) public var isAnswered: Bool { rawValue <= Outcome.degraded.rawValue }

  /// The word of scenario files and reports.
  public var word: String {
    switch self {
    case .success: "success"
    case .degraded: "degraded"
    case .applicationError: "application_error"
    case .connectionFailure: "connection_failure"
    case .timeout: "timeout"
    case .shed: "shed"
    case .rejected: "rejected"
    case .cancelled: "cancelled"
    case .unfinished: "unfinished"
    }
  }
}
