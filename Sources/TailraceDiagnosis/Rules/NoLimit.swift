import TailraceExperiment
import TailraceModel

extension DiagnosisRule {
  static let noLimit = DiagnosisRule(
    name: "no-limit", question: .limit,
    summary: "Says that arrivals or clients limit throughput, where nothing is near its own limit.",
    looksAt:
      "the busiest service or port below 50 %, under 0.1 % failed requests; in a closed loop "
      + "fewer clients than fill the busiest one",
    search: .run(Slack.find))
}

enum Slack {
  @Sendable static func find(_ facts: Facts) -> Claim? {
    guard facts.result.steadiness == .steady, facts.hasRates, facts.errorsShare < 0.001,
      let first = facts.bottlenecks.first,
      // Where one is not known, it may be the one that limits.
      facts.stations.allSatisfy({ $0.busy != nil || $0.servers == nil })
    else { return nil }
    let busy = Evidence("utilization", first.busy, .share)
    if let closed = ClosedClients(facts) { return clients(closed, first, busy) }
    guard first.busy < Saturation.busyLeast, facts.shapes.allSatisfy({ $0 != .closed }),
      HeldSlots.find(facts) == nil, Bursts.find(facts) == nil, PeakLoad.find(facts) == nil,
      Amplification.find(facts) == nil
    else { return nil }
    let offered = Evidence("offered", facts.offered, .perSecond)
    return Claim(
      subject: first.subject, weight: 0.3,
      sentence:
        """
        Nothing but the arrivals limits throughput (\(offered)): the busiest, \(first.words), is \
        \(busy) busy.
        """)
  }

  private static func clients(
    _ closed: ClosedClients, _ first: Bottleneck, _ busy: Evidence
  ) -> Claim? {
    guard let knee = closed.knee(first), closed.clients < knee else { return nil }
    let clients = Evidence("clients", closed.clients, .count)
    let think = Evidence("think_time", closed.think, .time)
    let enough = Evidence("clients_enough", knee, .count)
    let most = Evidence("throughput_max", closed.throughput / first.busy, .perSecond)
    return Claim(
      subject: Subject(.workload, closed.workload.name), weight: max(0.6, first.busy),
      sentence:
        """
        The clients limit throughput: \(clients) of them, each pausing for \(think), keep \
        \(first.words) \(busy) busy; the \(most) that it can serve take at least \(enough) clients.
        """)
  }
}
