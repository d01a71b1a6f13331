import TailraceExperiment
import TailraceModel

/// What rules ask of a service.
struct Station {
  let spec: ServiceSpec
  let outcome: ServiceResult
  /// Busy servers over all: of slots, or of the cores that slots share; nil where it is unlimited or
  /// the run does not support a number.
  let busy: Double?
  /// Servers of all replicas: slots or cores; nil where unlimited.
  let servers: Double?
  /// Mean work of a visit itself at speed 1, in nanoseconds; nil where the scenario does not say it.
  let work: Double?
  /// The part of the slot time that is its own work; nil where unknown.
  let ownShare: Double?
  /// The busiest shard or replica; nil where none stands out.
  let busiest: BusiestUnit?

  var name: String { outcome.name }
  var units: Int { outcome.shards * outcome.replicas }

  /// Busy servers of the part that is full first.
  var busyMost: Double? { busiest.map { max($0.busy, busy ?? 0) } ?? busy }

  /// Whether visits in service slow each other down.
  var sharesCores: Bool { spec.discipline == .ps || spec.cores != nil }

  /// Whether a visit in service has a server of the usual speed for itself.
  var hasOwnServers: Bool { servers != nil && !sharesCores && spec.groups.isEmpty }

  /// Work of first attempts over what all servers can do; nil where unknown.
  let firstDemand: Double?

  /// Whether visits hold their slot while they wait for others, for more than half of its time.
  var holdsSlots: Bool {
    guard spec.concurrencyModel == .threads, let ownShare else { return false }
    return ownShare < 0.5
  }

  init(_ spec: ServiceSpec, _ outcome: ServiceResult, _ result: RunResult, _ traffic: Traffic) {
    let (visits, work) = (traffic.visits[spec.name], traffic.work[spec.name])
    (self.spec, self.outcome, self.work) = (spec, outcome, work)
    let units = Double(outcome.shards * outcome.replicas)
    let speed = spec.speedMean
    let seconds = Double(result.measuredTime) / 1e9
    let served = Double(outcome.requests - min(outcome.requests, outcome.shed))
    let cores = spec.discipline == .ps ? spec.cores ?? 1 : spec.cores
    let servers = (cores ?? spec.slots).map { Double($0) * units }
    self.servers = servers
    func demand(_ perSecond: Double) -> Double? {
      guard let work, let servers, servers > 0 else { return nil }
      return perSecond * work / 1e9 / servers / speed
    }
    firstDemand = visits.flatMap(demand)
    let slotBusy = outcome.utilization.value
    if served < 1_000 || !outcome.utilization.isNarrow(served) {
      busy = nil
    } else {
      // Pieces of work that each ask for a slot are more than the visits.
      let isPieces =
        spec.doesMore && (spec.concurrencyModel == .eventLoop || spec.discipline == .ps)
      let isOnce = outcome.attempts?.extraLoad ?? 0 < 0.01 && outcome.shed == 0
      busy =
        cores == nil
        ? slotBusy : isPieces ? (isOnce ? firstDemand : nil) : demand(served / seconds)
    }
    // Times as many slots as were busy on average, over visits: the slot time of a visit.
    let slots = spec.slots.map { Double($0) * units }
    if let slotBusy, let slots, let work, served > 0, slotBusy > 0 {
      ownShare = min(1, work / speed / 1e9 * served / (slotBusy * slots * seconds))
    } else {
      ownShare = nil
    }
    busiest = busy == nil ? nil : BusiestUnit(outcome)
  }
}

extension ServiceSpec {
  /// Mean speed of the replicas.
  fileprivate var speedMean: Double {
    if groups.isEmpty { return 1 }
    let all = groups.reduce(0) { $0 + $1.replicas }
    return groups.reduce(0) { $0 + $1.speed * Double($1.replicas) } / Double(max(1, all))
  }

  /// Whether visits do more than work: call others, wait, or look into caches.
  var doesMore: Bool {
    var found = false
    for handler in handlers {
      handler.steps.eachStep(disabled: false) { step in
        if case .work = step.verb { return }
        found = true
      }
    }
    return found
  }
}

extension Estimate {
  /// Whether it is known within a tenth; one replication has to have ten thousand visits.
  func isNarrow(_ visits: Double) -> Bool {
    guard let value else { return true }
    if let halfWidth { return halfWidth <= max(0.1 * value, 0.01) }
    return perReplication.count == 1 && visits >= 10_000
  }
}
