import TailraceExperiment
import TailraceModel

/// What formulas ask of a service: all their assumptions are checked on this value.
struct Station: Sendable {
  var spec: ServiceSpec
  var outcome: ServiceResult
  /// Visits per second.
  var rate: Double
  /// Why the rate is the run's; nil where the scenario says it.
  var rateIsMeasured: String?
  /// What a visit keeps a slot busy with, in nanoseconds; of all visits.
  var work: TimeDistribution?
  var workGap: String?
  /// Pieces of work of a visit that each wait for a slot.
  var piecesPerVisit = 1.0
  /// Visits by class, each with its rate, its priority and its work; empty where not known.
  var classes: [StationClass] = []
  var branches: [Branch] = []
  var branchGap: String?
  /// Why arrivals are no Poisson stream.
  var arrivalGap: String?
  /// Whether requests come back to it.
  var returns = false
  /// How requests come that go nowhere else before; nil where they do.
  var direct: ArrivalNature?
  /// How long messages to it take.
  var delay = Delay.none
  /// Whether visits do more than their work: call others, or wait.
  var doesMore = false
  /// Balancers in front of it.
  var balancers = 1
  /// Whether each call goes to all replicas.
  var isBroadcast = false
  var disturbance: String?
  /// Whether nobody ever waits, by the scenario or in this run.
  var isUnqueued = false

  enum Delay: Sendable { case none, constant, random }

  /// Most visits that a FIXED limit lets into a replica; nil where the door keeps out none, or not
  /// by their number.
  ///
  /// A limit of L at c slots of threads is the queue's bound of L - c, or one of min(c, L) slots.
  var doorLimit: Int? {
    guard let limit = (spec.admission as? FixedLimit)?.limit, spec.slots != nil,
      spec.concurrencyModel == .threads, spec.discipline != .ps, spec.cores == nil
    else { return nil }
    return Int(limit)
  }
  /// Visits that a replica serves at a time.
  var slots: Int { min(spec.slots ?? .max, doorLimit ?? .max) }
  /// The part of all slots that a limit at the door leaves in use.
  var slotsUsable: Double { spec.slots.map { Double(slots) / Double($0) } ?? 1 }
  /// Most that may wait at a replica; nil is unlimited, 0 makes a loss system.
  var queueLimit: Int? {
    guard let doorLimit else { return spec.queueLimit }
    return min(spec.queueLimit ?? .max, doorLimit - slots)
  }
  /// Whether some are turned away where more comes than can be served.
  var mayShed: Bool {
    queueLimit != nil || spec.admission != nil || spec.queueTimeout != nil
      || spec.discipline.sheds || !spec.classLimits.isEmpty
  }
  var sheds: Bool { outcome.shed > 0 }
  var replicas: Int { branches.map(\.replicas).max() ?? spec.replicas }

  /// Arrivals in a nanosecond at one replica of a branch where they are dealt evenly.
  func arrivalRate(_ branch: Branch) -> Double {
    rate / 1e9 * branch.share * piecesPerVisit / Double(branch.replicas)
  }

  /// Work of a visit at a replica of a branch.
  func work(_ branch: Branch) -> TimeDistribution? { work?.scaled(by: 1 / branch.speed) }

  /// Servers that do the work of a replica: slots, or the cores that they share.
  var servers: Int { spec.discipline == .ps ? spec.cores ?? 1 : slots }

  /// Whether each replica gets as many visits as any other, however fast it is.
  var dealsEvenly: Bool {
    branches.allSatisfy { $0.speed == 1 } || isBroadcast || spec.balancing is RandomChoice
      || spec.balancing is RoundRobin
  }

  /// Busy servers over all of the busiest replicas, if arrivals are dealt evenly; nil if unknown.
  var peakLoad: (load: Double, branch: Branch)? {
    guard let work, dealsEvenly, spec.slots != nil || spec.discipline == .ps else { return nil }
    let loads = branches.map { (load: arrivalRate($0) * work.mean / $0.speed, branch: $0) }
    return loads.max { $0.load < $1.load }.map { ($0.load / Double(servers), $0.branch) }
  }
}

/// Visits of requests of one class.
struct StationClass: Sendable {
  var name: String
  var priority: Int
  /// Per second.
  var rate: Double
  var work: TimeDistribution
}

/// Everything that formulas are chosen by.
struct Facts: Sendable {
  let network: Network
  let rates: Rates
  let arrivals: Arrivals
  let stations: [Station?]
  let tree: ProgramTree

  init(_ topology: Topology, _ result: RunResult) {
    let network = Network(topology, result)
    let rates = Rates(network)
    var works = network.topology.services.indices.map { StationWorks(network, rates, $0) }
    let unqueued = Set(works.indices.filter { works[$0].isUnqueued(network, $0) })
    let tree = ProgramTree(network: network, unqueued: unqueued)
    for s in works.indices { works[s].read(network, rates, tree, s) }
    var stations: [Station?] = works.indices.map { s in
      works[s].station(network, rates, s, isUnqueued: unqueued.contains(s))
    }
    let stops = stations.map { $0.flatMap(\.stop) }
    let arrivals = Arrivals(network, stops: stops, unqueued: unqueued)
    for s in stations.indices {
      stations[s]?.arrivalGap = arrivals.gap(of: s)
      stations[s]?.returns = arrivals.returns.contains(s)
      stations[s]?.balancers = arrivals.balancers[s]
      stations[s]?.delay = network.delay(to: s, arrivals.callers[s])
      stations[s]?.direct = network.direct(to: s, arrivals.callers[s])
    }
    self.network = network
    self.rates = rates
    self.arrivals = arrivals
    self.stations = stations
    self.tree = tree
  }
}

extension Network {
  /// How long messages of any caller to a service take.
  func delay(to number: Int, _ callers: Set<String>) -> Station.Delay {
    var found = Station.Delay.none
    for caller in callers.sorted() {
      let from = caller.hasPrefix("/") ? nil : service(named: caller)
      let wires = wires(from: from, to: service(number))
      if wires.isZoned { return .random }
      guard let law = wires.there else { continue }
      guard case .constant(let time) = law else { return .random }
      if time > 0 { found = .constant }
    }
    return found
  }

  /// How the requests of the only caller come, if it is a workload that calls this service first.
  func direct(to number: Int, _ callers: Set<String>) -> ArrivalNature? {
    let name = service(number).name
    guard callers.count == 1, let caller = callers.first, caller.hasPrefix("/"),
      let workload = topology.workloads.first(where: { "/" + $0.name == caller })
    else { return nil }
    let steps = workload.steps.filter { $0.enabled && $0.probability > 0 }
    guard let first = steps.first, first.probability == 1, first.classes == nil,
      case .call(let call) = first.verb, call.service == name,
      steps.dropFirst().allSatisfy({ $0.verb.call == nil && $0.inner.isEmpty })
    else { return nil }
    if delay(to: number, callers) == .random { return nil }
    return ArrivalNature(workload.arrivals)
  }
}
