import TailraceExperiment
import TailraceModel

extension DiagnosisRule {
  static let heldSlots = DiagnosisRule(
    name: "held-slots", question: .limit,
    summary: "Names a service whose slots are full of visits that wait for others.",
    looksAt: "threads whose slots are at least half in use, less than half of that by their own "
      + "work, and the callee at which requests spend most",
    search: .run(HeldSlots.find))
}

enum HeldSlots {
  /// The busiest of those whose slots are held by waiting; nil where none is half full.
  static func station(_ facts: Facts) -> Station? {
    let held = facts.stations.filter { station in
      station.holdsSlots && station.busy ?? 0 >= 0.5 && station.spec.doesMore
        && facts.fault(at: station.name) == nil
    }
    return held.max { $0.busy ?? 0 < $1.busy ?? 0 }
  }

  @Sendable static func find(_ facts: Facts) -> Claim? {
    let isSteady = facts.result.steadiness == .steady
    guard let station = station(facts), let busy = station.busy, let own = station.ownShare,
      isSteady ? !facts.tails.isEmpty : busy >= 0.9,
      let callee = slowest(behind: station, facts, atLeast: isSteady ? 0.1 : 0)
    else { return nil }
    let taken = Evidence("utilization", busy, .share)
    let ownShare = Evidence("own_work", own, .share)
    var claim = Claim(
      subject: Subject(.service, station.name), weight: min(0.99, busy + 0.02),
      sentence:
        """
        \(station.name)'s slots are \(taken) taken, but only \(ownShare) of that is its own work: \
        they wait for \(callee.name)
        """)
    if isSteady, facts.bend(station) == nil {
      // The slot time of a visit does not fall as the load grows.
      claim.also.append(Evidence("load_max", facts.offered / busy, .perSecond))
    }
    let calleeBusy = callee.station?.busyMost
    if let calleeBusy { claim.also.append(Evidence("callee_utilization", calleeBusy, .share)) }
    if let calleeBusy, calleeBusy >= 0.9 || callee.queue > callee.work {
      let full = Evidence("callee_utilization", calleeBusy, .share)
      claim.sentence +=
        ", which is \(full) busy. More slots would only move the queue; more of \(callee.name) would "
        + "help."
    } else if !isSteady {
      claim.sentence += """
        . More comes than they hold; more slots or shorter work of \(callee.name) would help, more \
        replicas of it would not.
        """
    } else {
      let work = Evidence("callee_work", callee.work, .share)
      claim.sentence += """
        , whose work is \(work) of all time. More slots or shorter work of \(callee.name) would \
        help, more replicas of it would not.
        """
    }
    return claim
  }

  private struct Callee {
    var name: String
    var station: Station?
    /// Parts of the mean latency.
    var work = 0.0
    var queue = 0.0
  }

  /// Of the services that it calls, however deep: where requests spend most of their time.
  private static func slowest(
    behind station: Station, _ facts: Facts, atLeast least: Double
  ) -> Callee? {
    var callees: [Callee] = []
    for name in facts.topology.callees(of: station.name) {
      callees.append(Callee(name: name, station: facts.station(name)))
    }
    guard let workload = facts.result.workloads.max(by: { $0.requests < $1.requests }) else {
      return nil
    }
    for row in workload.breakdown {
      guard let place = callees.firstIndex(where: { $0.name == row.entity }) else { continue }
      if row.phase == Phase.work.word { callees[place].work += row.share }
      if row.phase == Phase.queue.word { callees[place].queue += row.share }
    }
    return callees.filter { $0.work + $0.queue > least }
      .max { $0.work + $0.queue < $1.work + $1.queue }
  }
}

extension Topology {
  /// The services that a service calls, however deep, without itself; in the order of the topology.
  func callees(of name: String) -> [String] {
    var found: Set<String> = []
    var due = [name]
    func note(_ call: CallSpec?) {
      if let call, found.insert(call.service).inserted { due.append(call.service) }
    }
    while let next = due.popLast() {
      for handler in services.first(where: { $0.name == next })?.handlers ?? [] {
        handler.steps.eachStep(disabled: false) { step in
          switch step.verb {
          case .call(let call): note(call)
          case .scatter(let call, _, _): note(call)
          case .cache(let use): note(use.host)
          default: break
          }
        }
      }
    }
    return services.map(\.name).filter { found.contains($0) && $0 != name }
  }
}
