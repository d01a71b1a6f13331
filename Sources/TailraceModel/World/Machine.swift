import TailraceEngine
import TailraceStatistics

/// What an event does; the top four bits of its word.
enum Happening: UInt64 {
  /// A piece of work is done.
  case worked
  /// A plain visit is done.
  case served
  /// A value has come, and with it the end of a request.
  case fetched
  /// A frame goes on with its step.
  case resumed
  /// The head of a delay line expires.
  case timer
  /// Steps of this instant that touch shared state, in request order.
  case flush
  /// Who shares a station's cores may be done.
  case shares
  /// A client of a closed loop has thought.
  case turn
  /// Who waits has waited as long as it may.
  case impatience
  /// A fault begins or ends.
  case fault
  /// Who waits for somebody else's fetch has waited as long as it may.
  case unlocked
  /// Another copy of a call is due.
  case hedge
  /// A copy has started: those that wait hear of it.
  case untie
  /// A deadline that a call has been told has come.
  case deadline
  /// An instance of a cache stores what was written since it last did.
  case writeBack
  /// Something that comes at its own times, as `TickKind` says.
  case tick

  /// The word of an event for a frame.
  @inline(__always) func word(_ generation: UInt32, _ f: Int32) -> UInt64 {
    rawValue &<< 60 | UInt64(generation) &<< 28 | UInt64(UInt32(bitPattern: f))
  }
}

/// One replication of a compiled scenario: all state in flat tables, owned by one thread.
///
/// Every method is `mutating`, because a reading method of so large a value would copy it.
struct Machine: ~Copyable {
  // The plan.
  let steps: Table<StepRow>
  let arms: Table<ArmRow>
  let branches: Table<Int32>
  let edges: Table<EdgeRow>
  let services: Table<ServiceRow>
  let balancers: Table<BalancerRow>
  let instants: Table<UInt64>
  var sampler: Sampler
  var keys: RequestKeys
  let routes: Table<RouteRow>
  let shardMaps: [any ShardMap]
  let shardTables: ShardTables
  /// By such a function, how it changes; and the functions afterwards.
  let reshards: Table<ReshardRow>
  let laterShardMaps: [any ShardMap]
  let hotKeys: Table<HotKeysRow>
  let hashRows: Table<HashRow>
  let replicaMaps: [any ShardMap]
  /// By such a function.
  let affinitySums: Table<AffinitySum>
  /// Replicas in a key's order, while a balancer looks for one with room.
  let hashOrder: Table<Int32>
  /// By such a service.
  var keyCounts: KeyCounts
  /// Latencies of visits, where any are kept.
  var visits: VisitTable
  let notesVisits: Bool
  /// Key spaces of which frames note their own key.
  let keyColumns: Int
  /// By frame and such a key space, which of its request's keys a frame was called for.
  var keyOf: Table<Int32>
  let window: Range<UInt64>
  private let windowLength: UInt64
  // What runs.
  var agenda = Agenda()
  let sources: Table<SourceRow>
  let streams: Table<StreamRow>
  let ratePieces: Table<RatePiece>
  let clients: Table<ClientRow>
  var traces: TraceDesk
  let stations: Table<StationRow>
  /// Of stations that are not first-in-first-out.
  let queues: Table<QueueRow>
  /// What replicas do about overload.
  var overload: OverloadDesk
  /// Doors with admission control.
  var gates: AdmissionGates
  /// By frame, as far as such stations have needed it.
  var jobs: Table<JobRow>
  let faults: Table<FaultRow>
  let faultClocks: Table<FaultClock>
  let faultTargets: Table<Int32>
  let stationClocks: Table<Int32>
  let cacheRows: Table<CacheRow>
  let cacheUses: Table<CacheUseRow>
  let warmKeys: Table<UInt64>
  /// One for each instance of a cache.
  let caches: Table<Cache>
  let cacheSums: Table<CacheSum>
  let cachedCalls: Table<CachedCallRow>
  /// By such a call, the ends of hits that each take the same time.
  let hitEnds: Table<Ring<HitEnd>>
  /// By station, if there are such calls.
  let hitSums: Table<HitSum>
  /// By frame and step that uses a cache, what it remembers.
  var fetchNotes: Table<FetchNote>
  let noteColumns: Int
  /// Ports, and connections to replicas.
  var fabric: Fabric
  /// Where replicas and clients stand.
  var zones: ZoneDesk
  /// Faults of messages, and how replicas start.
  var mishaps: MishapDesk
  /// By frame, what laws and circles of calls ask about it; of any use where `readsVisits`.
  var facts: Table<FactRow>
  let readsVisits: Bool
  /// Most calls inside each other, and by service how many more were not sent.
  let maxDepth: Int32
  let tooDeep: Table<UInt64>
  let visitKeys: VisitKeys
  /// Fetches in progress that others may wait for.
  var flights = Flights()
  /// Written values that are not stored for good yet.
  var writes: WriteBuffer
  /// Values in caches that were written elsewhere since they came.
  var outdated = KeyMarks()
  let marksOutdated: Bool
  /// Versions of values in caches, of those that were written.
  var cachedVersions = KeyMarks()
  /// By service that has versions of keys.
  let versions: Table<VersionStore>
  let versionUses: Table<VersionUseRow>
  /// By frame, of any use where `keepsVersions`.
  var versionNotes = Table<VersionNote>(repeating: VersionNote(), count: 0)
  let keepsVersions: Bool
  /// Work left at the replicas of a shard, while a balancer chooses among them.
  let workLeft: Table<Double>
  /// Entries to such stations so far.
  var entries: UInt64 = 0
  let loads: Table<Int32>
  /// What balancers know that do more than choose.
  var clusters: ClusterDesk
  /// By edge, of those whose answers are known when they are made.
  let foresights: Table<ForesightRow>
  /// By station, where departures are computed on arrival.
  let bookings: Table<BookingRow>
  /// When booked slots become free, least first by station.
  let bookedSlots: Table<UInt64>
  /// When calls out that `loads` does not count will be back.
  let returns: Table<Ring<UInt64>>
  /// Requests that end later count as unfinished.
  let horizon: UInt64
  let hasClosedLoops: Bool
  let endsEarly: Bool
  let lines: Table<DelayLine>
  /// What callers do beyond waiting for one answer, and what they remember.
  let attemptPolicies: Table<AttemptPolicy>
  let retryBudgets: Table<BudgetRow>
  let callerStates: Table<CallerState>
  var limits: LimitDesk
  var permits: PermitDesk
  let guards: GuardDesk
  let recentLatencies: Table<UInt32>
  var callRows = RowStore<CallRow>()
  var attemptRows = RowStore<AttemptRow>()
  /// By edge, and by station: attempts in the window.
  let attemptSums: Table<AttemptSum>
  let stationAttempts: Table<AttemptSum>
  var policies: [any BalancingPolicy]
  var frames = Slab<Frame>()
  var freeFrames: Int32 = -1
  var frameHigh: Int32 = 0
  /// Rows of children of joins: a bump allocator with a free list for each step.
  var blocks: Table<Int32>
  var blocksUsed: Int32 = 0
  let freeBlocks: Table<Int32>
  /// Work of the calls of a scatter, while they are sent.
  var drawnWork = Table<UInt64>(repeating: 0, count: 0)
  /// Instants of the answers of joins that are gathered, kept in the same way.
  var gathers = Table<UInt64>(repeating: 0, count: 0)
  var gathersUsed: Int32 = 0
  let freeGathers: Table<Int32>
  let scatterGroups: Table<ScatterGroup>
  var stragglers: StragglerTable
  var completeness: CompletenessTable
  /// By frame, waits that have a phase of their own, where there may be any.
  var pauses = Table<PauseRow>(repeating: PauseRow(), count: 0)
  let keepsPauses: Bool
  /// Clients of closed loops whose turns have come at this instant, with others still to come.
  var turns: [Int32] = []
  /// Frames that got a slot and go on at this instant.
  var ready = Ring<Int32>()
  /// Shared steps that fall on this instant.
  var batch: [UInt64] = []
  var isFlushing = false
  /// The present instant.
  private(set) var time: UInt64 = 0
  /// The present instant cut to the window, for sums that measure the window.
  private(set) var cutTime: UInt64 = 0
  /// 1 while the present instant lies in the window, else 0.
  private(set) var inWindow: UInt64 = 0
  // What is known afterwards.
  let accounts: Table<Account>
  /// By station, nanoseconds of work for nobody.
  let wastedWork: Table<UInt64>
  var waits: WaitTable
  /// First wait histogram of each service: one per replica, or one in all where there are many.
  let waitRows: Table<WaitRow>
  var tally: Tally
  var countedLive: UInt64 = 0
  /// Counted requests in flight at the end of the window.
  var liveAtEnd: UInt64 = 0
  /// Visits that waited for a slot at the end of the window, by service; empty before it.
  var waitingAtEnd: [UInt64] = []
  /// Records of requests, where asked for.
  var sample = RequestSample(most: 0)
  var keepsRequests = false
  /// Latencies of answered requests by workload; empty where not asked for.
  var latencies: [RequestLatencies] = []
  /// By workload, requests of which parts of latencies are summed apart; empty where there are none.
  var within: [RequestLatencies?] = []
  /// The slowest answered requests, where asked for.
  var slowest = SlowestRequests(most: 0)
  /// Whether chosen requests are followed step by step, and what they do.
  var records = false
  var recorder = Recorder()
  /// Whether requests are looked at one by one when they end: each has a frame then.
  var tracksRequests = false
  /// Calls by edge, where asked for.
  var keepsCalls = false
  /// Whether anything is kept of single answers.
  var notesAnswers = false
  let calls: Table<CallSum>
  var callLatencies = HistogramPile(count: 0)
  /// Time series, where asked for.
  var keepsIntervals = false
  /// Whether more is kept of each request than totals.
  var keepsDetails = false
  /// The same, or its end matters to a client.
  var hasDetails = false
  var intervals = SeriesTable()
  /// Latencies by intended start, where asked for.
  var keepsSeries = false
  var series = WindowedSeries(start: 0, intervalLength: 1, intervalCount: 0)
  var serial: UInt32 = 0
  /// Arrivals, events and departures computed on arrival so far, and branches sent.
  var handled: UInt64 = 0
  /// The number of happenings at which to look whether to stop.
  var pause: UInt64 = 0
  /// Most frames, and most visits that wait at a station; a frame has 28 bits in an event's word.
  static let inFlightMax = 1 << 22
  /// Whether that was not enough.
  var isOvercrowded = false
  /// Branches of scatters and parallels sent so far.
  var sent: UInt64 = 0

  init(_ plan: Plan) {
    steps = Table(plan.steps)
    arms = Table(plan.arms)
    branches = Table(plan.branches)
    edges = Table(plan.edges)
    services = Table(plan.services)
    balancers = Table(plan.balancers)
    instants = Table(plan.instants)
    sampler = Sampler(plan)
    keys = RequestKeys(plan)
    routes = Table(plan.routes)
    shardMaps = plan.sharding.maps
    shardTables = ShardTables(plan.sharding.memory)
    reshards = Table(plan.sharding.reshards)
    laterShardMaps = plan.sharding.laterMaps
    hotKeys = Table(plan.sharding.hotKeys)
    hashRows = Table(plan.hashRows)
    replicaMaps = plan.sharding.replicaMaps
    affinitySums = Table(repeating: AffinitySum(), count: plan.sharding.replicaMaps.count)
    hashOrder = Table(
      repeating: 0,
      count: plan.sharding.replicaMaps.isEmpty
        ? 0 : plan.services.reduce(0) { max($0, Int($1.replicas)) })
    keyCounts = KeyCounts(services: plan.sharding.maps.count)
    visits = VisitTable(plan)
    notesVisits = !plan.visitHistograms.isEmpty
    keyColumns = Int(plan.keyColumns)
    keyOf = Table(repeating: -1, count: 0)
    window = plan.window
    windowLength = plan.window.upperBound - plan.window.lowerBound
    sources = Table(plan.sources)
    streams = Table(plan.streams)
    ratePieces = Table(plan.ratePieces)
    clients = Table(plan.clients)
    traces = TraceDesk(plan.traces)
    stations = Table(plan.stations)
    queues = Table(plan.queues.map { QueueRow($0) })
    overload = OverloadDesk(plan)
    gates = AdmissionGates(plan)
    faults = Table(plan.faults)
    faultClocks = Table(plan.faultClocks)
    faultTargets = Table(plan.faultTargets)
    stationClocks = Table(plan.stationClocks)
    cacheRows = Table(plan.cacheRows)
    cacheUses = Table(plan.cacheUses)
    warmKeys = Table(plan.warmKeys)
    caches = Table(plan.makeCaches())
    cacheSums = Table(plan.cacheSums)
    cachedCalls = Table(plan.cachedCalls)
    hitEnds = Table(plan.cachedCalls.map { _ in Ring(lazily: ()) })
    hitSums = Table(
      repeating: HitSum(), count: plan.cachedCalls.isEmpty ? 0 : plan.stations.count)
    writes = WriteBuffer(plan)
    marksOutdated = plan.cacheRows.contains(where: \.revalidates)
    versions = Table(
      plan.versioned.map { row in
        let name = plan.serviceNames[Int(row.service)]
        return VersionStore(
          firstStation: row.firstStation, replicas: row.replicas,
          map: row.moves ? plan.sharding.mapOf[name] ?? -1 : -1)
      })
    versionUses = Table(plan.versionUses)
    keepsVersions = !plan.versioned.isEmpty
    fetchNotes = Table(repeating: FetchNote(), count: 0)
    noteColumns = Int(plan.noteColumns)
    workLeft = Table(
      repeating: 0, count: plan.services.reduce(0) { $1.readsWork ? max($0, Int($1.replicas)) : $0 }
    )
    fabric = Fabric(plan)
    clusters = ClusterDesk(plan)
    zones = ZoneDesk(plan.zones)
    mishaps = MishapDesk(plan.mishaps)
    facts = Table(repeating: FactRow(), count: 0)
    readsVisits = plan.readsVisits || plan.maxDepth > 0
    maxDepth = plan.maxDepth
    tooDeep = Table(repeating: 0, count: plan.maxDepth > 0 ? plan.services.count : 0)
    visitKeys = plan.visitKeys
    jobs = Table(repeating: JobRow(), count: 0)
    loads = Table(repeating: 0, count: plan.loadCount)
    bookings = Table(plan.bookings)
    bookedSlots = Table(repeating: 0, count: plan.bookedSlots)
    returns = Table((0..<(plan.foreseesLoads ? plan.loadCount : 0)).map { _ in Ring() })
    horizon = plan.horizon
    endsEarly = plan.endsEarly
    hasClosedLoops = !plan.clients.isEmpty
    lines = Table(plan.delayLines.map { DelayLine(delay: $0) })
    attemptPolicies = Table(plan.attemptPolicies)
    retryBudgets = Table(plan.retryBudgets)
    callerStates = Table(plan.callerStates)
    limits = LimitDesk(plan)
    permits = PermitDesk(plan)
    guards = GuardDesk(plan)
    recentLatencies = Table(repeating: 0, count: RecentLatencies.cells(of: plan.callerStates))
    let repeats = !plan.attemptPolicies.isEmpty
    attemptSums = Table(repeating: AttemptSum(), count: repeats ? plan.edges.count : 0)
    stationAttempts = Table(repeating: AttemptSum(), count: repeats ? plan.stations.count : 0)
    policies = plan.policies
    blocks = Table(repeating: -1, count: 1024)
    freeBlocks = Table(repeating: -1, count: plan.steps.count)
    freeGathers = Table(repeating: -1, count: plan.scatterGroups.isEmpty ? 0 : plan.steps.count)
    scatterGroups = Table(plan.scatterGroups)
    stragglers = StragglerTable(plan.scatterPairs)
    completeness = CompletenessTable(plan.scatterPairs)
    keepsPauses =
      plan.cacheRows.contains(where: \.locks) || plan.steps.contains { $0.deadlineLine >= 0 }
    accounts = Table(repeating: Account(), count: plan.stations.count)
    wastedWork = Table(repeating: 0, count: plan.stations.count)
    waitRows = Table(plan.waitRows)
    waits = WaitTable(count: plan.waitHistograms)
    foresights = Table(plan.foresights)
    tally = Tally(
      sources: plan.sources.count, components: plan.components.count, hasApart: plan.sumsApart)
    calls = Table(repeating: CallSum(), count: plan.edges.count)
    startStreams()
    for i in 0..<sources.count {
      sources[i].base = Luck.base(seed: plan.seed, source: sources[i].name)
      planNextArrival(i)
    }
    startClients()
    startFaults()
    startClusters()
    startCaches()
  }

  deinit {
    for i in 0..<lines.count { lines[i].entries.deallocate() }
    for i in 0..<queues.count { queues[i].deallocate() }
    for i in 0..<bookings.count { bookings[i].starts.deallocate() }
    for i in 0..<returns.count { returns[i].deallocate() }
    for i in 0..<hitEnds.count { hitEnds[i].deallocate() }
    for i in 0..<caches.count { caches[i].deallocate() }
    for i in 0..<versions.count { versions[i].deallocate() }
    ready.deallocate()
  }

  // MARK: The clock and what is to come

  @inline(__always) mutating func moveClock(to instant: UInt64) {
    time = instant
    if instant &- window.lowerBound < windowLength {
      cutTime = instant
      inWindow = 1
    } else {
      cutTime = clipped(instant)
      inWindow = 0
    }
  }

  /// Adds an event that may fall on this instant: then it takes at least the rank in progress.
  @inline(__always) mutating func post(_ key: EventKey, _ word: UInt64) {
    agenda.push(max(key, agenda.now), word)
  }

  @inline(__always) mutating func isCurrent(_ word: UInt64) -> Bool {
    let f = Int32(truncatingIfNeeded: word & 0xfff_ffff)
    return UInt32(truncatingIfNeeded: word &>> 28) == frames[f].generation
  }

  @inline(__always) mutating func word(_ happening: Happening, _ f: Int32) -> UInt64 {
    happening.word(frames[f].generation, f)
  }
}
