import TailraceExperiment
import TailraceModel

extension DiagnosisRule {
  static let cacheMisses = DiagnosisRule(
    name: "cache-misses", question: .tail,
    summary: "Says that the slow requests are those that a cache misses.",
    looksAt:
      "the time above p99 at services that only misses of a cache reach, from 50 % of it on, "
      + "where between 1 % and 80 % of the lookups miss",
    search: .workload(CacheMisses.find))
}

enum CacheMisses {
  @Sendable static func find(_ facts: Facts, _ tail: Tail) -> Claim? {
    var worst: (cache: CacheResult, origin: String, share: Double)?
    for cache in facts.result.caches where cache.lookups >= 1_000 {
      guard let hits = cache.hitRatio.value, hits >= 0.2, hits < 0.99 else { continue }
      for origin in facts.origins(of: cache.name).sorted() {
        let share = tail.share(at: origin)
        if share >= 0.5, share > worst?.share ?? 0 { worst = (cache, origin, share) }
      }
    }
    guard let worst, let hits = worst.cache.hitRatio.value else { return nil }
    let share = Evidence("tail_share", worst.share, .share)
    let misses = Evidence("miss_ratio", 1 - hits, .share)
    let queue = tail.share(at: worst.origin, .queue)
    let work = tail.share(at: worst.origin, .work)
    let what: Sentence
    if work >= 0.9 * worst.share {
      let part = Evidence("tail_work", work, .share)
      what = "\(part) of the time is work of \(worst.origin)"
    } else if queue > work {
      let part = Evidence("tail_waiting", queue, .share)
      what = "\(share) of the time is spent at \(worst.origin), \(part) waiting for a slot"
    } else {
      let part = Evidence("tail_work", work, .share)
      what = "\(share) of the time is spent at \(worst.origin), \(part) its work"
    }
    var sentence: Sentence =
      "The slow requests are misses of \(worst.cache.name): above p99, " + what
    // Where a request looks up once at most, a miss is a request.
    let workloads = facts.result.workloads
    if workloads.count == 1, worst.cache.lookups <= workloads[0].requests / 100 * 101 {
      let part = Double(worst.cache.misses) / Double(workloads[0].requests)
      if part >= 0.01 {
        let missing = Evidence("requests_missing", part, .share)
        sentence += ". \(missing) of all requests miss; p99 stays a miss until fewer than 1 % do"
      }
    }
    return Claim(
      subject: Subject(.cache, worst.cache.name), weight: worst.share, sentence: sentence + ".",
      also: [share, misses])
  }
}
