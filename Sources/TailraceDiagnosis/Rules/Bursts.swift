import TailraceExperiment
import TailraceModel

extension DiagnosisRule {
  static let bursts = DiagnosisRule(
    name: "bursts", question: .limit,
    summary: "Says that a service is full at times, though not on average.",
    looksAt:
      "a load that changes or is replayed, a service below 70 % busy, and waiting there that "
      + "makes more than half of the time above p99",
    search: .run(Bursts.find))
}

enum Bursts {
  @Sendable static func find(_ facts: Facts) -> Claim? {
    let changes = facts.shapes.contains { if case .changing = $0 { true } else { false } }
    guard changes, PeakLoad.find(facts) == nil else { return nil }
    for tail in facts.tails {
      guard let cause = tail.leading, cause.kind == .queue, cause.share >= 0.5,
        let station = facts.station(cause.entity), let busy = station.busyMost, busy < 0.7,
        station.busiest == nil
      else { continue }
      let mean = Evidence("utilization", busy, .share)
      let longest = Evidence("queue_length_max", Double(station.outcome.queueMax), .count)
      let part = Evidence("tail_waiting", cause.share, .share)
      return Claim(
        subject: Subject(.service, station.name), weight: 0.8,
        sentence:
          """
          \(station.name) is \(mean) busy on average and yet full at times: up to \(longest) wait \
          at a replica, which is \(part) of the time above p99. The load comes in bursts.
          """)
    }
    return nil
  }
}
