import TailraceExperiment
import TailraceModel

extension DiagnosisRule {
  static let busyButNotTail = DiagnosisRule(
    name: "busy-but-not-tail", question: .tail,
    summary: "Says where the busiest service is not what makes the tail.",
    looksAt:
      "the busiest service or port from 50 % on with less than a fifth of the time above p99, "
      + "where something else has 40 % or more",
    search: .workload(BusyButNotTail.find))
}

enum BusyButNotTail {
  @Sendable static func find(_ facts: Facts, _ tail: Tail) -> Claim? {
    guard let busiest = facts.bottlenecks.first, let station = busiest.station,
      busiest.busy >= 0.5, let leading = tail.leading, leading.entity != station.name,
      // What others hold while they wait for it is its doing.
      !facts.topology.callees(of: leading.entity).contains(station.name) || leading.kind == .work
    else { return nil }
    let part = tail.share(at: station.name)
    guard part < 0.2 else { return nil }
    let busy = Evidence("utilization", busiest.busy, .share)
    let share = Evidence("tail_share_of_busiest", part, .share)
    return Claim(
      subject: Subject(.service, station.name), weight: 0.35 + 0.1 * busiest.busy,
      sentence:
        """
        \(station.name), the busiest (\(busy)), has only \(share) of the time above p99: more of it \
        would not shorten the tail.
        """)
  }
}
