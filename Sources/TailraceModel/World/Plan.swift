import TailraceEngine

/// A compiled scenario: flat tables and step programs, built once and only read while running.
///
/// Rows refer to each other by 32-bit indices. See `PlanBuilder` for how a `Topology` becomes one.
public struct Plan: Sendable {
  var steps: [StepRow] = []
  /// What the scenario calls pieces of work and pauses.
  var stepNames: [Int32: String] = [:]
  var arms: [ArmRow] = []
  /// First steps of the branches of `parallel` steps.
  var branches: [Int32] = []
  var edges: [EdgeRow] = []
  var services: [ServiceRow] = []
  var stations: [StationRow] = []
  /// One per station where any computes departures on arrival, else none.
  var bookings: [BookingRow] = []
  /// One per edge where any is foreseen, else none.
  var foresights: [ForesightRow] = []
  /// Where each service's waiting times are counted.
  var waitRows: [WaitRow] = []
  var waitHistograms = 0
  /// By station, where latencies of its visits are counted; -1 where they are not, empty if nowhere.
  var visitHistograms: [Int32] = []
  /// Instants at which each replica's free slots become free, of booked stations with several.
  var bookedSlots = 0
  /// Whether balancers count calls out by the instants at which they will be back.
  var foreseesLoads = false
  /// The steps of each service's handlers.
  var programs: [Range<Int>] = []
  /// Steps that services take beside them, for which nobody waits.
  var asides: [Aside] = []
  /// Whether anybody may give up a call or go on without one.
  var endsEarly = true
  /// Whether the parts of some requests' latencies are summed apart from those of the others.
  var sumsApart = false
  /// Why a service's departures are events, by service; nil where they are computed on arrival.
  var eventReasons: [String?] = []
  var sources: [SourceRow] = []
  var laws: [CompiledLaw] = []
  /// Values of `sequence` laws.
  var sequences: [UInt64] = []
  /// Values of `discrete` laws.
  var lawValues: [Double] = []
  /// Words of traces' rows, one for each workload and law.
  var columnWords: [Int32] = []
  var attributes: [AttributeRow] = []
  var linearTerms: [LinearTerm] = []
  /// Tables that laws point into.
  var lawMemory: [LawMemory] = []
  /// Instants of given arrivals.
  var instants: [UInt64] = []
  /// Constant delays after which something expires.
  var delayLines: [UInt64] = []
  /// What callers do beyond waiting for one answer.
  var attemptPolicies: [AttemptPolicy] = []
  /// One per service where any call has such a policy.
  var retryBudgets: [BudgetRow] = []
  /// What callers remember of their calls: one for each caller replica and service.
  var callerStates: [CallerState] = []
  /// Calls whose messages meet more than a delay, and the ports and pools they share.
  var fabrics: [FabricRow] = []
  var portCount = 0
  var portGroups: [PortGroup] = []
  var pools: [PoolRow] = []
  var zones = ZonePlan()
  var mishaps = MishapPlan()
  var connectionPolicies: [ConnectionPolicy] = []
  /// Rate limits that are there, by name, the steps that ask them, and their instances.
  var limitNames: [String] = []
  var limits: [LimitRow] = []
  var limitUses: [LimitUseRow] = []
  var limitInstances = 0
  /// Pools that are there, by name, the steps that hold permits, and the pool of each instance.
  var permitNames: [String] = []
  var permitPools: [PermitPoolRow] = []
  var holdUses: [HoldUseRow] = []
  var permitInstances: [Int32] = []
  /// What keeps attempts back: by step, by step and caller replica (the first of its step), and by
  /// caller and service.
  var guards: [GuardRow] = []
  var guardStates: [Int32] = []
  var guardPairs: [GuardPair] = []
  /// Whose keys the attributes `keys` and `size` are about.
  var visitKeys = VisitKeys()
  /// Whether any law asks about the visit.
  var readsVisits = false
  /// Most calls inside each other where they go in circles; 0 where they do not.
  var maxDepth: Int32 = 0
  var balancers: [BalancerRow] = []
  /// Services whose balancers do more than choose, what their balancers know of each replica (as
  /// counts of calls out, with the balancer of each), and the balancers of each.
  var clusters: [ClusterRow] = []
  var hosts: [HostRow] = []
  var hostBalancers: [Int32] = []
  var clusterMembers: [(cluster: Int32, balancer: Int32)] = []
  /// By edge, the first of the shares of its callers in each zone; -1 where nobody asks.
  var originOf: [Int32] = []
  var origins: [Double] = []
  /// By edge, where connections are balanced, a fabric of it; empty where none are.
  var fabricOf: [Int32] = []
  /// Policies, one per balancer and shard.
  var policies: [any BalancingPolicy] = []
  /// The caller of each edge, among `components`.
  var edgeCallers: [Int32] = []
  /// Counts of calls out, one per balancer and replica where the policy reads them.
  var loadCount = 0
  /// Blame components: services by name, then workloads by name.
  var components: [String] = []
  public var serviceNames: [String] = []
  public var workloadNames: [String] = []
  var seed: UInt64 = 0
  /// Scatters by caller and callee, and what workloads make of them.
  var scatterGroups: [ScatterGroup] = []
  var scatterPairs: [ScatterPair] = []
  public var classNames: [String] = []
  /// Urgency of each class, in an order of unsigned words.
  var classPriorities: [UInt64] = []
  var classRows: [ClassRow] = []
  /// By condition and class, whether the class meets the condition.
  var classFlags: [Bool] = []
  /// Given classes of requests.
  var classColumn: [Int32] = []
  /// Classes of each workload.
  var sourceClasses: [SourceClasses] = []
  /// Key spaces by name.
  var keySpaces: [String] = []
  /// By workload and key space.
  var keyUses: [KeyUseRow] = []
  /// What computed keys follow from.
  var keyParts: [KeyPartRow] = []
  var keyLaws: [CompiledKeyLaw] = []
  var keyZipfs: [ZipfLaw] = []
  var keyValues: [UInt64] = []
  var keyRanges: [KeyRange] = []
  /// Nanoseconds from one shift of popularities to the next, each length once.
  var keyShifts: [UInt64] = []
  var routes: [RouteRow] = []
  var sharding = ShardFunctions()
  /// How balancers hash, for each call site where they do.
  var hashRows: [HashRow] = []
  /// Key spaces of which frames note their own key.
  var keyColumns: Int32 = 0
  var streams: [StreamRow] = []
  var ratePieces: [RatePiece] = []
  var traces: [TraceSpec] = []
  /// Columns of each workload's trace, and its attributes: read while laws are compiled.
  var traceColumns: [[ColumnName]] = []
  var attributeLaws: [[String: AttributeRow]] = []
  var clients: [ClientRow] = []
  /// Stations that are not plain first-in-first-out.
  var queues: [QueuePlan] = []
  /// Those of them that look after themselves, and their bounds by class.
  var managedQueues: [ManagedQueuePlan] = []
  var classLimits: [Int32] = []
  /// Doors with admission control, by station and one by one; whose levels they read.
  var gateOf: [Int32] = []
  var admissions: [any AdmissionPolicy] = []
  var classRanks: [Int32] = []
  var userRoute: Int32 = -1
  var faults: [FaultRow] = []
  var faultClocks: [FaultClock] = []
  /// Stations that fault clocks strike.
  var faultTargets: [Int32] = []
  /// Clocks that may strike a station, by station.
  var stationClocks: [Int32] = []
  /// Caches that are there, by name.
  public var cacheNames: [String] = []
  var cacheRows: [CacheRow] = []
  var cacheUses: [CacheUseRow] = []
  /// One for each instance.
  var cacheSums: [CacheSum] = []
  var cachedCalls: [CachedCallRow] = []
  /// Steps that use a cache and take notes.
  var noteColumns: Int32 = 0
  /// Services with versions of keys, and the steps that read and write them.
  var versioned: [VersionedRow] = []
  var versionUses: [VersionUseRow] = []
  /// Keys that caches begin with.
  var warmKeys: [UInt64] = []
  /// Counted arrivals begin at `window.lowerBound` and end before `window.upperBound`.
  var window: Range<UInt64> = 0..<0
  /// Requests that end later count as unfinished.
  var horizon = never
}

/// Steps of a service that stand among those of another program.
struct Aside: Sendable {
  var service: Int32
  var steps: Range<Int>
}

enum Op: UInt8, BitwiseCopyable {
  case serve, acquire, work, release, call, callPlaced, scatter, scatterKeys, parallel
  case split, splitBy, skip, skipClass, skipTurn, jump, wait, fail, end
  /// The door of a replica with admission control, and the way out.
  case admit, leave
  /// Skips a step unless the replica's queue is short.
  case skipQueue
  /// Skips the call that asks the new owner of a key, unless the key is being copied.
  case skipCopied
  /// The door of a replica that may be down or failing.
  case door
  /// Before a call that may stand too deep.
  case checkDepth
  /// Looks a key up; what a miss has fetched is stored, or it has failed.
  case lookUp, store, giveUpFetch
  /// Hears what an instance at another service has found, sends it what was fetched, or goes on.
  case heard, tell, landed
  /// There, looks a key up, stores a value, drops it, or keeps it until it is stored for good.
  case hostGet, hostSet, hostDrop, hostPut, hostBack
  /// A key was written: drops it everywhere, or stores it here and drops it elsewhere.
  case drop, writeThrough
  /// A key was written: keeps it here until it is stored, which has been done or has failed.
  case writeBack, stored, storeFailed
  /// An expired value has been asked about, or could not be.
  case revalidated, revalidationFailed
  /// Tells all replicas of the key's shard of a write.
  case tellAll
  /// A read or a write of a versioned key begins, and has its answers.
  case askVersion, judgeVersion
  /// At the replica: says which version it has, or has the one that a write brings.
  case giveVersion, takeVersion
  /// Asks a rate limit; takes a permit, gives it back after its steps or after their failure.
  case askLimit, takePermit, givePermit, givePermitUp
  /// Sends the next attempt of a call.
  case attempt
  /// A call leaves its balancer, crosses the network, or finds a replica that is free.
  case dispatch, cross, bind
  /// A message leaves its sender, or begins to reach its receiver.
  case send, receive
  /// The link between two zones is found.
  case chooseLink
  /// A message sets out that faults may hold up.
  case setOut
  /// A visit notes the address that it sees.
  case noteAddress
  /// A call finds a connection; the answer to a new one comes back; it is open.
  case connect, greet, open
  /// A call has the connection that decided about its replica, and goes on over it.
  case board, ride

  /// Whether `target` is an edge.
  var isCall: Bool {
    switch self {
    case .call, .callPlaced, .scatter, .scatterKeys, .tell, .tellAll: true
    default: false
    }
  }
}

/// One step of a program.
struct StepRow: BitwiseCopyable, Sendable {
  var op: Op
  /// Whether a failure here leaves the answer degraded instead of failed.
  var recovers = false
  /// Whether a failure that it recovers from does not matter to the answer.
  var forgives = false
  /// Outcome of a `fail` step.
  var outcome = Outcome.success
  /// Edge, first branch, first arm or target step.
  var target: Int32 = -1
  /// Calls, branches or arms.
  var count: Int32 = 0
  /// Answers a join needs.
  var need: Int32 = 0
  var law: Int32 = -1
  /// Where a failed step goes on.
  var onError: Int32 = -1
  /// Delay line of the join's deadline.
  var deadlineLine: Int32 = -1
  /// Whether a scatter knows all its answers at once.
  var isForeseen = false
  /// What the law wants to know of the visit: see `VisitAttribute`.
  var reads: UInt8 = 0
  /// Calls of a scatter that are to be answered before the others go.
  var canary: UInt16 = 0
  /// Most calls of a scatter out at a time, and the branch that sends one; 0 is no limit.
  var window: Int32 = 0
  var windowBranch: Int32 = -1
  /// Its row among the scatters whose stragglers are told; -1 if none.
  var straggler: Int32 = -1
  /// Whether such a scatter's join may go on without all its answers.
  var isPartial = false
  var salt: UInt64 = 0
}

/// An arm of a `split`: taken if the draw lies below `bound`.
struct ArmRow: BitwiseCopyable, Sendable {
  var bound: Double
  var start: Int32
}

/// A call site.
struct EdgeRow: BitwiseCopyable, Sendable {
  var service: Int32
  var entry: Int32
  /// The call site's index among those that call the service: part of the lane.
  var site: UInt64
  var timeoutLine: Int32 = -1
  var timeout: UInt64 = 0
  /// The law of the way there; -1 if it takes no time.
  var wire: Int32 = -1
  /// The law of the way back.
  var wireBack: Int32 = -1
  var salt: UInt64 = 0
  /// First balancer of this caller and service; a caller replica's own is that many further.
  var firstBalancer: Int32 = -1
  /// The caller's first station; -1 for a workload.
  var callerStation: Int32 = -1
  /// Whether the answer is known when the call is made.
  var isForeseen = false
  /// Whether its visits are plain: see `Machine.sendPlain`.
  var isPlain = false
  /// Whom the calls of a scatter go to.
  var aim = CallAim.balanced
  /// Whether its visits are plain and, if watched, need no frame of a call while all goes well.
  var isDirect = false
  /// Whether somebody watches over such a visit: it may take too long, or be sent again.
  var isWatched = false
  /// The line that its visit expires in; -1 if it does not.
  var watchLine: Int32 = -1
  /// The callee's one station; -1 where a shard or a replica is to be chosen.
  var onlyStation: Int32 = -1
  /// The callee's row in the blame.
  var component: Int32 = -1
  /// How a key finds the callee's shard; -1 where no key decides.
  var route: Int32 = -1
  /// How a key finds the replica; -1 where no key decides.
  var hash: Int32 = -1
  /// The use of a cache that it calls the host for; -1 if none.
  var hostUse: Int32 = -1
  /// Its row among the policies of attempts; -1 if one attempt is all there is.
  var policy: Int32 = -1
  /// First step of an answer's way back; -1 where messages meet nothing but a delay.
  var back: Int32 = -1
  /// Its row among the calls that begin with a look into a cache; -1 if it is not one of them.
  var cached: Int32 = -1
}

/// What decides about the replica of a call beside the balancer.
enum CallAim: UInt8, BitwiseCopyable, Sendable {
  case balanced, hashed, guarded, replicas, peers, childShards
}

struct ServiceRow: BitwiseCopyable, Sendable {
  var firstStation: Int32
  var shards: Int32
  var replicas: Int32
  var cancel: CancelMode
  var readsLoad: Bool
  /// Whether its policy is the better of two drawn, which needs no look at the policy.
  var drawsTwo: Bool
  /// Whether its balancers ask how much work is left at each replica.
  var readsWork: Bool
  var component: Int32
  var salt: UInt64
  /// What its balancers do beside; -1 if nothing.
  var cluster: Int32 = -1
  /// Whether a handler holds its slot through other steps than work.
  var holdsSlots = false
}

/// What one caller replica knows of one service.
struct BalancerRow: BitwiseCopyable, Sendable {
  /// Its policy for the first part of shard 0; the other parts' and shards' follow.
  var firstPolicy: Int32
  /// Its counts of calls out, one for each replica of each shard.
  var firstLoad: Int32
}

/// A replica: its slots and its queue.
struct StationRow: BitwiseCopyable, Sendable {
  var slots: Int32
  var limit: Int32
  var service: Int32
  var busy: Int32 = 0
  var head: Int32 = -1
  var tail: Int32 = -1
  var length: Int32 = 0
  /// The histogram that its waiting times are counted in.
  var waits: Int32 = -1
  /// Its row among those with a discipline of their own; -1 for first-in-first-out.
  var queue: Int32 = -1
  var order = QueueOrder.fifo
  var preempts = false
  /// Whether departures are computed on arrival.
  var isBooked = false
  /// Whether those at work are listed, since their work may be held up.
  var tracks = false
}

enum ArrivalKind: UInt8, BitwiseCopyable {
  case renewal, constant, instants, stream, closed
}

/// A workload's stream of requests: the next one and how to find the one after.
struct SourceRow: BitwiseCopyable, Sendable {
  var kind: ArrivalKind
  /// First step of the client's program.
  var entry: Int32
  /// The call that is all of the client's program; -1 where there is more.
  var edge: Int32 = -1
  var component: Int32
  var salt: UInt64
  var name: UInt64
  var law: Int32 = -1
  /// Nanoseconds between arrivals of a constant rate.
  var gap = 0.0
  var firstInstant: Int32 = 0
  var instantCount: Int32 = 0
  /// Its row among the streams that need more state; -1 if none.
  var stream: Int32 = -1
  /// Its trace; -1 if none.
  var trace: Int32 = -1
  /// Clients of a closed loop.
  var firstClient: Int32 = 0
  var clientCount: Int32 = 0
  var rampUp = 0.0
  /// Number of the next request.
  var number: UInt64 = 0
  /// Instant of the next request; `never` after the last.
  var next: UInt64 = 0
  var base: UInt64 = 0
  /// Luck of the next request.
  var luck: UInt64 = 0
}

/// Later than any instant.
let never = UInt64.max
