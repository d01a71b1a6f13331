import TailraceExperiment
import TailraceModel

extension DiagnosisRule {
  /// Demand per request decides: of all stations the one with the most of it is full first.
  static let saturatedStation = DiagnosisRule(
    name: "saturated-station", question: .limit,
    summary: "Names the service, port or pool that is full first, and the load at which it is.",
    looksAt:
      "use of slots, cores and ports from 50 % on, of the hottest shard or replica where one "
      + "stands out; no load is given where load per request changes with the load",
    search: .run(Saturation.find))
}

enum Saturation {
  static let busyLeast = 0.5
  static let full = 0.99

  @Sendable static func find(_ facts: Facts) -> Claim? {
    for part in facts.bottlenecks {
      if let pool = part.pool, pool.isStuck { return stuck(pool, part, facts) }
    }
    guard let first = facts.bottlenecks.first, first.busy >= busyLeast, facts.hasRates else {
      return nil
    }
    // Where the clients do not let it become full, `noLimit` says so.
    if let closed = ClosedClients(facts), let knee = closed.knee(first), closed.clients < knee {
      return nil
    }
    let busy = Evidence("utilization", first.busy, .share)
    var claim = Claim(
      subject: first.subject, weight: first.busy,
      sentence: "\(first.words) is \(busy) \(first.pool == nil ? "busy" : "held")")
    if let pool = first.pool { claim.sentence += " by \(pool.holders.joined(separator: ", "))" }
    if first.words != first.subject.name, first.subject.kind == .service {
      claim.also.append(Evidence("utilization_mean", first.mean, .share))
    }
    switch facts.result.steadiness {
    case .growing(let mean, let end):
      guard first.busy >= 0.9 else { return nil }
      let growth = Evidence("in_flight_end", end, .count)
      let average = Evidence("in_flight_mean", mean, .count)
      claim.sentence += """
        , and more comes than it serves: \(growth) requests in flight at the end, \(average) on \
        average.
        """
    case .backlog(let service, let mean, let end):
      guard first.busy >= 0.9 else { return nil }
      claim.sentence += ", and more comes than it serves"
      if service == first.subject.name {
        let growth = Evidence("queue_end", end, .count)
        let average = Evidence("queue_mean", mean, .count)
        claim.sentence += ": \(growth) visits wait at the end, \(average) on average"
      }
      claim.sentence += "."
    case .overcrowded, .unfinished:
      guard first.busy >= 0.9 else { return nil }
      claim.sentence += ", and more comes than it serves."
    case .steady: addLimit(first, facts, busy, &claim)
    }
    return claim
  }

  /// All permits are held by those who wait: for each other, or for ever.
  private static func stuck(_ pool: HeldPool, _ first: Bottleneck, _ facts: Facts) -> Claim {
    let held = Evidence("utilization", first.busy, .share)
    let given = Evidence("permits_given", pool.grants, .count)
    let others = facts.heldPools.filter { $0.isStuck && $0.name != pool.name }.map(\.name)
    let names = ([pool.name] + others).joined(separator: " and ")
    let what = others.isEmpty ? "pool \(names)" : "pools \(names)"
    return Claim(
      subject: first.subject, weight: 1,
      sentence:
        """
        The permits of \(what) are \(held) held, and \(given) were given in all the time: none \
        comes back, since who has one waits as well\(others.isEmpty ? "" : ", for the other's").
        """)
  }

  private static func addLimit(
    _ first: Bottleneck, _ facts: Facts, _ busy: Evidence, _ claim: inout Claim
  ) {
    if let closed = ClosedClients(facts) {
      let most = Evidence("throughput_max", closed.throughput / first.busy, .perSecond)
      claim.sentence += ": no more than \(most) can be served"
      if let knee = closed.knee(first) {
        let enough = Evidence("clients_enough", knee, .count)
        let clients = Evidence("clients", closed.clients, .count)
        claim.sentence += "; of \(clients) clients all beyond \(enough) only add waiting"
      }
      claim.sentence += "."
      return
    }
    if first.busy >= full {
      claim.sentence += ": it limits throughput."
      return
    }
    if let station = first.station, let bend = facts.bend(station) {
      claim.sentence +=
        ", the most of all; at which load it is full cannot be told, since \(bend)."
      return
    }
    if first.pool != nil {
      claim.sentence += ", the most of all."
      return
    }
    if first.station == nil, !facts.isSteadyLoad || !facts.topology.faults.isEmpty {
      claim.sentence += ", the most of all."
      return
    }
    let room = Evidence("load_factor_max", 1 / first.busy, .factor)
    let load = Evidence("load_max", facts.offered / first.busy, .perSecond)
    // Held slots may be full before it.
    let isFirst = HeldSlots.station(facts)?.busy ?? 0 < first.busy
    claim.sentence +=
      (isFirst
        ? " and the first to be full: at \(load), \(room) today's load"
        : " and would be full at \(load), \(room) today's load")
    let rest = facts.bottlenecks.dropFirst().first { $0.busy >= 0.3 }
    if let next = rest {
      let other = Evidence("next_utilization", next.busy, .share)
      claim.sentence += " (next: \(next.words), \(other))"
    }
    claim.sentence += "."
  }
}
