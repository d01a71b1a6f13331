import TailraceExperiment
import TailraceModel

extension DiagnosisRule {
  static let unevenLoad = DiagnosisRule(
    name: "uneven-load", question: .limit,
    summary: "Names a shard or replica that is much busier than the mean.",
    looksAt:
      "slot time of each shard or replica from 1.25 times the mean and 50 % on, and how busy "
      + "its hottest key alone keeps a shard; silent where a fault takes replicas away",
    search: .run(Unevenness.find))
}

enum Unevenness {
  @Sendable static func find(_ facts: Facts) -> Claim? {
    let uneven = facts.stations.compactMap { station -> (Station, BusiestUnit)? in
      // Where a fault takes some away the others are busier for that time: it is the fault's.
      if facts.loses(station) { return nil }
      return station.busiest.flatMap { unit in unit.busy >= 0.5 ? (station, unit) : nil }
    }
    guard let (station, unit) = uneven.max(by: { $0.1.busy < $1.1.busy }) else { return nil }
    let busy = Evidence("utilization_most", unit.busy, .share)
    let mean = Evidence("utilization_mean", unit.mean, .share)
    let factor = Evidence("imbalance", unit.factor, .factor)
    var claim = Claim(
      subject: Subject(.service, station.name), weight: min(0.98, unit.busy + 0.01),
      sentence:
        """
        \(station.name) is loaded unevenly: its \(unit.words) is \(busy) busy, \(factor) the mean \
        of \(mean)
        """)
    if let floor = keyFloor(station), floor >= 0.1 {
      let alone = Evidence("hottest_key_utilization", floor, .share)
      claim.sentence +=
        ". However many shards there are, the hottest key alone keeps one \(alone) busy."
    } else if let waiting = unit.waitingShare {
      let part = Evidence("waiting_share", waiting, .share)
      let fault = facts.fault(at: station.name)
      let why =
        fault.map { "Fault '\($0.name)' strikes replicas of it" }
        ?? (station.spec.hashing == nil
          ? "More replicas do not help this one" : "Keys decide, not load")
      claim.sentence += ", with \(part) of all who wait"
      if let crowded = unit.crowded {
        let most = Evidence("waiting_share_most", crowded.share, .share)
        claim.sentence += "; \(most) wait at its \(crowded.words)."
      } else {
        claim.sentence += ". \(why)."
      }
    } else {
      claim.sentence += "."
    }
    return claim
  }

  /// How busy the hottest key alone keeps the replicas of a shard; nil where that is not known.
  static func keyFloor(_ station: Station) -> Double? {
    guard let load = station.outcome.shardLoad, let top = load.hotKeys.first,
      let mean = station.outcome.utilization.value
    else { return nil }
    return (top.workShare ?? top.share) * mean * Double(station.outcome.shards)
  }
}

extension Facts {
  /// Whether a fault takes replicas of a service away, or nobody reaches them, for a time.
  fileprivate func loses(_ station: Station) -> Bool {
    // A shard's work goes nowhere else.
    station.outcome.shards == 1
      && topology.faults.contains { fault in
        guard fault.strikes(station.spec) else { return false }
        switch fault.verb {
        case .crash, .pause, .partition: return true
        case .slowDown, .load, .fail, .flush, .loss, .delay: return false
        }
      }
  }
}
