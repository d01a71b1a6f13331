import TailraceExperiment
import TailraceModel

extension DiagnosisRule {
  static let amplifiedLoad = DiagnosisRule(
    name: "amplified-load", question: .limit,
    summary: "Says how much retries, copies and work for nobody add to the load of a service.",
    looksAt:
      "attempts beyond the first, work whose caller had gone, what first attempts alone need, "
      + "and whether failures outlast the faults; where that fills half of the service",
    search: .run(Amplification.find))
}

enum Amplification {
  @Sendable static func find(_ facts: Facts) -> Claim? {
    // Slots that wait for another service are full of that one's doing, not of further attempts.
    let working = facts.stations.filter { !$0.holdsSlots }
    let found = working.compactMap { station in load(station).map { (station, $0) } }
    guard let (station, load) = found.max(by: { $0.1.weight < $1.1.weight }) else { return nil }
    let busy = Evidence("utilization", load.busy, .share)
    var sentence: Sentence = "\(station.name) is \(busy) busy"
    if let first = station.firstDemand {
      let need = Evidence("first_attempts_demand", first, .share)
      sentence += "; the work of first attempts needs \(need)"
    }
    if load.extra >= 0.05 {
      let extra = Evidence("extra_load", load.extra, .share)
      sentence += ", further attempts add \(extra)"
    }
    if load.wasted >= 0.05 {
      let wasted = Evidence("wasted", load.wasted, .share)
      sentence += "; \(wasted) of its work is for callers that have gone"
    }
    var claim = Claim(
      subject: Subject(.service, station.name), weight: load.weight, sentence: sentence)
    if let (fault, failed) = outlasted(facts) {
      let part = Evidence("fault_time", fault, .share)
      let errors = Evidence("errors", failed, .share)
      claim.sentence +=
        ". The overload outlives its trigger: \(errors) fail, the fault takes \(part) of the time."
      claim.weight = 1
    } else {
      claim.sentence += "."
    }
    return claim
  }

  private struct Load {
    var busy: Double
    var extra: Double
    var wasted: Double
    /// As heavy as a full service where it is what fills it, so that it stands beside that.
    var weight: Double {
      let added = busy * (extra + wasted) / (1 + extra) + 0.2
      return busy >= 0.95 && added >= 0.6 ? 1 : min(0.97, added)
    }
  }

  private static func load(_ station: Station) -> Load? {
    guard let busy = station.busy, busy >= 0.5, station.outcome.requests >= 1_000 else {
      return nil
    }
    let load = Load(
      busy: busy, extra: station.extraWork,
      wasted: station.outcome.givenUp?.wastedShare ?? 0)
    return load.extra >= 0.05 || load.wasted >= 0.05 ? load : nil
  }

  /// The parts of the window that faults take, and of the requests that fail, if far more; nil where
  /// faults come again and again or never end.
  private static func outlasted(_ facts: Facts) -> (fault: Double, failed: Double)? {
    let (start, end) = (facts.result.warmUp, facts.result.duration)
    var sum: UInt64 = 0
    for fault in facts.topology.faults {
      guard let at = fault.at, case .constant(let length) = fault.length else { return nil }
      let last = at &+ UInt64(length)
      if last > start, at < end { sum += min(last, end) - max(at, start) }
    }
    guard sum > 0, end > start else { return nil }
    let part = Double(sum) / Double(end - start)
    return facts.errorsShare >= 3 * part + 0.05 ? (part, facts.errorsShare) : nil
  }
}

extension Station {
  /// Visits that were let in beyond the number of first attempts, over that number; 0 without
  /// further attempts. One that was shed at the door did no work: a retry in its place adds none.
  fileprivate var extraWork: Double {
    guard let sum = outcome.attempts, sum.retries + sum.hedges > 0 else { return 0 }
    let first = sum.attempts - sum.retries - sum.hedges
    let served = outcome.requests - min(outcome.requests, outcome.shed)
    return first == 0 ? 0 : max(0, Double(served) / Double(first) - 1)
  }
}
