import TailraceExperiment
import TailraceModel

extension DiagnosisRule {
  static let idleReplicas = DiagnosisRule(
    name: "idle-replicas", question: .idle,
    summary: "Says how many replicas would carry the load of a service at 70 % busy.",
    looksAt: "services with several replicas below 20 % busy and a steady load; silent where slots "
      + "are held by waiting, load is uneven, replicas keep data, caches or quorums, or fewer than ten "
      + "servers would be left",
    search: .run(Idleness.find))
}

enum Idleness {
  static let target = 0.7
  /// With fewer servers at 70 % it is chance that makes a queue: of ten one visit in five waits.
  static let serversLeast = 10.0

  @Sendable static func find(_ facts: Facts) -> Claim? {
    guard facts.result.steadiness == .steady, facts.isSteadyLoad, facts.hasRates,
      facts.topology.faults.isEmpty, facts.errorsShare < 0.001
    else { return nil }
    let found = facts.stations.compactMap { station in needed(station, facts).map { (station, $0) }
    }
    guard let (station, needed) = found.max(by: { $0.1.saved < $1.1.saved }) else { return nil }
    let busy = Evidence("utilization", needed.busy, .share)
    let replicas = Evidence("replicas", Double(station.outcome.replicas), .count)
    let enough = Evidence("replicas_enough", needed.replicas, .count)
    let after = Evidence(
      "utilization_then", needed.busy * replicas.value / needed.replicas, .share)
    var sentence: Sentence = """
      \(station.name) is \(busy) busy: of \(replicas) replicas \(enough) would carry the load at \
      \(after) (\(replicas) × \(busy) / \(enough))
      """
    if needed.replicas == 1 { sentence += ", with none to spare if it fails" }
    return Claim(
      subject: Subject(.service, station.name), weight: needed.saved / replicas.value,
      sentence: sentence + ".")
  }

  private struct Needed {
    var busy: Double
    var replicas: Double
    var saved: Double
  }

  private static func needed(_ station: Station, _ facts: Facts) -> Needed? {
    let outcome = station.outcome
    guard outcome.replicas > 1, let busy = station.busy, busy > 0, busy < 0.2,
      !station.holdsSlots, station.ownShare != nil, station.busiest == nil, outcome.shed == 0,
      station.spec.groups.isEmpty, station.spec.versionedBy == nil, station.spec.hashing == nil,
      !facts.isKeptForMore(station.name), let servers = station.servers
    else { return nil }
    let own = servers / Double(station.units)
    let total = Double(outcome.replicas) * busy
    let least = max((total / target).rounded(.up), (serversLeast / own).rounded(.up))
    // A margin of replicas that a busy shard of several may need.
    guard least < Double(outcome.replicas) else { return nil }
    return Needed(busy: busy, replicas: least, saved: Double(outcome.replicas) - least)
  }
}

extension Facts {
  /// Whether replicas are there for more than load: calls go to all of them, or caches live in them.
  fileprivate func isKeptForMore(_ service: String) -> Bool {
    var found = false
    func look(_ steps: [StepSpec], in owner: String?) {
      steps.eachStep(disabled: false) { step in
        switch step.verb {
        case .scatter(let call, .replicas, _), .scatter(let call, .peers, _):
          if call.service == service { found = true }
        case .call(let call), .scatter(let call, _, _):
          // A copy wants another replica.
          if call.service == service, call.hedge != nil || call.retry != nil { found = true }
        case .cache(let use):
          let cache = topology.caches.first { $0.name == use.cache && $0.enabled }
          if owner == service, cache?.placement == .perReplica { found = true }
          if cache?.host?.service == service { found = true }
        default: break
        }
      }
    }
    for workload in topology.workloads { look(workload.steps, in: nil) }
    for spec in topology.services {
      for handler in spec.handlers { look(handler.steps, in: spec.name) }
    }
    return found
  }
}
