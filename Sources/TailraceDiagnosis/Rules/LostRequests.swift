import TailraceExperiment
import TailraceModel

extension DiagnosisRule {
  static let lostRequests = DiagnosisRule(
    name: "lost-requests", question: .limit,
    summary: "Says how many requests fail, how, and which service turns them away.",
    looksAt: "outcomes of each workload from 0.1 % and 100 failures on, visits shed and failed",
    search: .run(Losses.find))
}

enum Losses {
  @Sendable static func find(_ facts: Facts) -> Claim? {
    let losing = facts.result.workloads.filter { $0.errorsShare ?? 0 >= 0.001 && $0.errors >= 100 }
    guard let workload = losing.max(by: { $0.errorsShare ?? 0 < $1.errorsShare ?? 0 }),
      let share = workload.errorsShare,
      let outcome = Outcome.failures.max(by: { workload.count(of: $0) < workload.count(of: $1) })
    else { return nil }
    let failed = Evidence("errors", share, .share)
    let subject = Subject(.workload, workload.name)
    let weight = min(1, 0.5 + 5 * share)
    if outcome == .shed,
      let station = facts.stations.max(by: { $0.outcome.shed < $1.outcome.shed }),
      station.outcome.shed > 0
    {
      let part = Double(station.outcome.shed) / Double(max(1, station.outcome.requests))
      let shed = Evidence("shed", part, .share)
      var sentence: Sentence =
        """
        \(failed) of \(workload.name) fail, most of them shed by \(station.name), which turns \
        \(shed) of its visits away
        """
      if let busy = station.busy {
        let use = Evidence("utilization", busy, .share)
        sentence += " at \(use) busy"
      }
      return Claim(subject: subject, weight: weight, sentence: sentence + ".")
    }
    let words = outcome.word.replacing("_", with: " ")
    let kind = Evidence("errors_of_this_kind", workload.share(of: outcome) ?? 0, .share)
    var sentence: Sentence = "\(failed) of \(workload.name) fail"
    sentence =
      kind.value == share ? sentence + ", all by \(words)" : sentence + ", \(kind) by \(words)"
    if outcome == .connectionFailure,
      let station = facts.stations.max(by: {
        $0.outcome.down.value ?? 0 < $1.outcome.down.value ?? 0
      }), let time = station.outcome.down.value, time > 0
    {
      let down = Evidence("down", time, .share)
      sentence += " (replicas of \(station.name) are down \(down) of the time)"
    }
    if share >= 0.01 {
      sentence += ": p99 of all requests is a failure, whatever the answered ones took"
    }
    return Claim(subject: subject, weight: weight, sentence: sentence + ".")
  }
}
