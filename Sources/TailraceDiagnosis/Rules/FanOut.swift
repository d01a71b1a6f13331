import TailraceExperiment
import TailraceModel

extension DiagnosisRule {
  static let fanOut = DiagnosisRule(
    name: "fan-out", question: .tail,
    summary: "Says that the slowest of many calls makes the tail, while the others are fast.",
    looksAt: "scatters to five or more whose time until the last answer is at least 1.5 times that "
      + "until 95 % of them at p99, or twice the median call's, and who is last most often",
    search: .workload(FanOut.find))
}

enum FanOut {
  static let membersLeast = 5

  @Sendable static func find(_ facts: Facts, _ tail: Tail) -> Claim? {
    let own = facts.result.stragglers.filter { report in
      (report.workload ?? report.from) == tail.workload.name || facts.result.workloads.count == 1
    }
    let candidates = own.filter { report in
      // Who goes on without some answers does not wait for the slowest.
      let waitsForAll = !facts.result.completeness.contains {
        $0.workload == report.workload && $0.from == report.from && $0.to == report.to
      }
      return waitsForAll && report.members >= membersLeast && report.joins >= 1_000
        && tail.share(at: report.to) >= 0.4
    }
    guard
      let report = candidates.max(by: { tail.share(at: $0.to) < tail.share(at: $1.to) }),
      let last = report.times.first(where: { $0.share == 1 })?.p99, last > 0
    else { return nil }
    let most = report.times.first { $0.share == 0.95 }?.p99
    let share = Evidence("tail_share", tail.share(at: report.to), .share)
    let members = Evidence("members", Double(report.members), .count)
    var sentence: Sentence
    if report.members >= 20, let most, Double(last) >= 1.5 * Double(most) {
      let all = Evidence("time_p99_all", Double(last), .time)
      let fewer = Evidence("time_p99_95_percent", Double(most), .time)
      sentence =
        """
        The slowest of \(members) calls to \(report.to) makes the tail (\(share) of the time above \
        p99): p99 until the last is \(all), until 95 % of them \(fewer)
        """
    } else if let over = report.overMedian, let mean = tail.workload.latencyMean.value,
      over >= 0.5 * mean
    {
      let late = Evidence("over_median", over, .time)
      sentence =
        """
        The slowest of \(members) calls to \(report.to) makes the tail (\(share) of the time above \
        p99): it comes \(late) after the median one
        """
    } else {
      return nil
    }
    if let (member, count) = report.ranking.first {
      let part = Double(count) / Double(report.joins)
      let often = Evidence("most_often_last", part, .share)
      let kind = report.isByReplica ? "replica" : "shard"
      if part >= max(3 * report.fairShare, report.fairShare + 0.1) {
        sentence += ". Last most often: \(kind) \(String(member)), \(often)"
      } else {
        let fair = Evidence("fair_share", report.fairShare, .share)
        sentence += ". No \(kind) stands out (\(often) at most, fair \(fair))"
      }
    }
    return Claim(
      subject: Subject(.service, report.to), weight: tail.share(at: report.to),
      sentence: sentence + ".")
  }
}
