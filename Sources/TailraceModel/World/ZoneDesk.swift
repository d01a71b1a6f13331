import TailraceEngine

/// Where replicas and clients stand, as the plan has it.
struct ZonePlan: Sendable {
  /// How many zones there are.
  var count = 0
  /// By station, its zone; -1 is none. Empty where no replica stands in one.
  var stations: [Int32] = []
  /// By workload.
  var sources: [SourceZones] = []
  var rows: [ZoneRow] = []
}

/// The zones that a workload's clients stand in, and the name of the draw among them.
struct SourceZones: BitwiseCopyable, Sendable {
  var first: Int32
  /// 0 where they stand in none.
  var count: Int32
  var base: UInt64
  var salt: UInt64
  /// Whether a request's number names its client, who stays where he is.
  var isClosed: Bool
}

/// A zone of a workload's clients: taken if the draw lies below `bound`.
struct ZoneRow: BitwiseCopyable, Sendable {
  var bound: Double
  var zone: Int32
}

/// Where replicas and clients stand: nothing of it is used in a scenario without zones.
struct ZoneDesk: ~Copyable {
  let count: Int
  let stations: Table<Int32>
  let sources: Table<SourceZones>
  let rows: Table<ZoneRow>

  init(_ plan: ZonePlan) {
    count = plan.count
    stations = Table(plan.stations)
    sources = Table(plan.sources)
    rows = Table(plan.rows)
  }
}

extension PlanBuilder {
  /// Notes where replicas and clients stand; services are laid out.
  mutating func layOutZones(_ workloads: [WorkloadSpec]) {
    plan.zones.count = topology.zones.count
    if services.contains(where: \.hasZones) {
      plan.zones.stations = services.flatMap { service in
        let zones = service.zoneOf
        return zones.isEmpty
          ? Array(repeating: -1, count: service.shards * service.replicas)
          : zones.map { Int32($0) }
      }
    }
    for workload in workloads {
      let name = StreamName.hash("workloads", workload.name)
      plan.zones.sources.append(
        SourceZones(
          first: Int32(plan.zones.rows.count), count: Int32(workload.zones.count),
          base: Luck.base(seed: plan.seed, source: name),
          salt: StreamName.hash("workloads", workload.name, "zone"),
          isClosed: !workload.arrivals.isOpenLoop))
      let total = workload.zones.reduce(0) { $0 + $1.weight }
      var sum = 0.0
      for (i, share) in workload.zones.enumerated() {
        sum += share.weight
        plan.zones.rows.append(
          ZoneRow(
            bound: i == workload.zones.count - 1 ? .infinity : sum / total,
            zone: Int32(share.zone)))
      }
    }
  }

  /// Whether what a call's messages meet depends on where its ends stand.
  func dependsOnZones(_ caller: Caller, to callee: ServiceSpec) -> Bool {
    guard callee.zoneLinks != nil, callee.hasZones else { return false }
    if caller.service >= 0 { return spec(of: caller.service).hasZones }
    return topology.workloads.contains { $0.name == caller.name && !$0.zones.isEmpty }
  }
}

// Zones of callers and callees, and which link lies between them.
extension Machine {
  /// The zone of a replica; -1 is none.
  @inline(__always) mutating func zone(of station: Int32) -> Int32 {
    zones.stations.count == 0 ? -1 : zones.stations[station]
  }

  /// The zone of whoever makes a call for a request; -1 is none.
  mutating func callerZone(_ parent: Int32, root: Root) -> Int32 {
    var f = parent
    while f >= 0 && frames[f].kind == .call { f = frames[f].parent }
    return f < 0 || frames[f].station < 0
      ? clientZone(source: root.source, number: root.number) : zone(of: frames[f].station)
  }

  /// The zone of the client of a request, drawn for each request or client of a closed loop; -1 is
  /// none.
  @inline(never) mutating func clientZone(source: Int32, number: UInt64) -> Int32 {
    let own = zones.sources[source]
    if own.count == 0 { return -1 }
    if own.count == 1 { return zones.rows[own.first].zone }
    let name = own.isClosed ? number &>> 32 : TracedNumber.plain(number)
    var draws = Luck.draw(Luck.root(base: own.base, request: name), salt: own.salt)
    let draw = draws.unit()
    var row = own.first
    while draw >= zones.rows[row].bound { row &+= 1 }
    return zones.rows[row].zone
  }

  /// Goes on with the messages of the link that lies between a visit's caller and its replica.
  @inline(never) mutating func chooseLink(_ f: Int32) {
    let pc = frames[f].pc
    if steps[pc].count == 0 { noteTravel(f) }
    frames[f].pc = arms[steps[pc].law &+ relation(f)].start
  }

  /// The link of a visit whose messages meet more than a delay.
  mutating func fabricRow(of f: Int32) -> Int32 {
    let back = edges[frames[f].edge].back
    return steps[back].target &+ (steps[back].op == .chooseLink ? relation(f) : 0)
  }

  /// How a visit's caller and replica stand to each other: 0 where one of them has no zone, 1 in the
  /// same, 2 in different ones.
  private mutating func relation(_ f: Int32) -> Int32 {
    let first = edges[frames[f].edge].callerStation
    let caller =
      first < 0
      ? clientZone(source: Int32(frames[f].source), number: frames[f].number)
      : zone(of: first &+ fabric.travels[f].caller)
    let own = zone(of: frames[f].station)
    return caller < 0 || own < 0 ? 0 : caller == own ? 1 : 2
  }
}
