import TailraceExperiment
import TailraceModel

extension DiagnosisRule {
  static let cacheDependence = DiagnosisRule(
    name: "cache-dependence", question: .limit,
    summary: "Names a cache without which the service behind it could not carry the load.",
    looksAt: "use of each service times the visits that it would get if every lookup missed; from "
      + "95 % of its capacity on",
    search: .run(CacheDependence.find))
}

enum CacheDependence {
  @Sendable static func find(_ facts: Facts) -> Claim? {
    guard facts.result.steadiness == .steady, facts.hasRates else { return nil }
    var worst: (cache: CacheResult, station: Station, busy: Double, need: Double)?
    for cache in facts.result.caches where cache.lookups >= 1_000 {
      guard cache.hitRatio.value ?? 0 >= 0.2 else { continue }
      for station in facts.stations where !station.holdsSlots {
        guard let busy = station.busyMost, busy < 0.95 else { continue }
        let need = busy * facts.growth(of: station.name, without: cache.name)
        if need >= 0.95, need > busy * 1.05, need > worst?.need ?? 0 {
          worst = (cache, station, busy, need)
        }
      }
    }
    guard let worst else { return nil }
    let busy = Evidence("utilization", worst.busy, .share)
    let hits = Evidence("hit_ratio", worst.cache.hitRatio.value ?? 0, .share)
    let need = Sentence.work("demand_without_cache", worst.need)
    return Claim(
      subject: Subject(.cache, worst.cache.name), weight: min(0.5, 0.3 * worst.need),
      sentence:
        """
        \(worst.station.name) is \(busy) busy only because \(worst.cache.name) hits \(hits): \
        without it the work would be \(need).
        """)
  }
}
