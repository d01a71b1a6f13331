import TailraceExperiment
import TailraceModel

extension DiagnosisRule {
  static let tailCause = DiagnosisRule(
    name: "tail-cause", question: .tail,
    summary: "Names what requests above p99 spend most of their time with.",
    looksAt: "parts of the critical path above p99 beside those of all requests, from 100 requests "
      + "above p99 on; silent where fan-out or cache-misses says more",
    search: .workload(TailCause.find))
}

enum TailCause {
  @Sendable static func find(_ facts: Facts, _ tail: Tail) -> Claim? {
    if FanOut.find(facts, tail) != nil || CacheMisses.find(facts, tail) != nil { return nil }
    guard let leading = tail.leading else { return mixed(facts, tail) }
    if leading.kind == .work, let station = facts.station(leading.entity), station.sharesCores {
      return shared(station, leading)
    }
    let share = Evidence("tail_share", leading.share, .share)
    let all = Evidence("all_share", leading.shareOfAll, .share)
    var sentence: Sentence =
      "Above p99, \(share) of the time is \(words(leading, facts)) (\(all) over all requests)"
    let station = facts.station(leading.entity)
    if leading.kind == .work, let station, station.hasOwnServers,
      facts.fault(at: station.name) == nil
    {
      let waiting = tail.share(at: leading.entity, .queue)
      if waiting < 0.1 {
        let queue = Evidence("tail_waiting", waiting, .share)
        sentence += ", \(queue) waiting for it: more replicas would not shorten it, less work would"
      }
    } else if leading.kind == .queue, let pool = facts.pool(before: leading.entity) {
      if let busy = pool.busy {
        let held = Evidence("permits_held", busy, .share)
        sentence += "; \(held) of its permits are held"
      }
    } else if leading.kind == .queue, let unit = station?.busiest, unit.busy >= 0.5,
      let place = unit.waitedFor
    {
      sentence += ", most of it at its \(place)"
    } else if leading.kind == .queue, station?.holdsSlots == true {
      sentence += ", which visits hold while they wait for others"
    }
    return Claim(
      subject: Self.subject(leading, tail), weight: leading.share, sentence: sentence + ".")
  }

  /// Where all in service share cores, waiting for each other is part of the work.
  private static func shared(_ station: Station, _ leading: Tail.Cause) -> Claim {
    let share = Evidence("tail_share", leading.share, .share)
    var sentence: Sentence =
      "Above p99, \(share) of the time is work at \(station.name), slowed by those who share its cores"
    if let busy = station.busy {
      let use = Evidence("utilization", busy, .share)
      sentence += " (\(use) busy)"
    }
    return Claim(
      subject: Subject(.service, station.name), weight: leading.share, sentence: sentence + ".")
  }

  private static func mixed(_ facts: Facts, _ tail: Tail) -> Claim? {
    guard tail.causes.count > 1 else { return nil }
    let (first, second) = (tail.causes[0], tail.causes[1])
    let share = Evidence("tail_share", first.share, .share)
    let next = Evidence("tail_share_second", second.share, .share)
    return Claim(
      subject: subject(first, tail), weight: 0.3,
      sentence:
        """
        No single cause makes the tail: above p99, \(share) of the time is \(words(first, facts)), \
        \(next) \(words(second, facts)).
        """)
  }

  private static func subject(_ cause: Tail.Cause, _ tail: Tail) -> Subject {
    cause.entity.isEmpty || cause.entity == tail.workload.name
      ? Subject(.workload, tail.workload.name) : Subject(.service, cause.entity)
  }

  private static func words(_ cause: Tail.Cause, _ facts: Facts) -> String {
    let entity = cause.entity.isEmpty ? "the client" : cause.entity
    return switch cause.kind {
    case .queue:
      facts.pool(before: cause.entity).map { "waiting at \(entity) for permits of \($0.name)" }
        ?? "waiting for a slot of \(entity)"
    case .work: "the work of \(entity) itself"
    case .network: "the network to and from \(entity)"
    case .wait: "pauses at \(entity)"
    case .coalesced: "waiting at \(entity) for another request's fetch"
    case .attempts: "failed attempts and pauses before the next at \(entity)"
    case .deadline: "waiting at \(entity) for answers that the join went without"
    }
  }
}
