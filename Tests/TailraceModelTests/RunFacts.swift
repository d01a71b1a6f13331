import TailraceStatistics

@testable import TailraceModel

extension Replication {
  /// Everything a run leaves behind, by name.
  var facts: [(String, [UInt64])] {
    var facts: [(String, [UInt64])] = []
    for w in workloads {
      facts.append((w.name + " outcomes", w.outcomes))
      facts.append((w.name + " blame", w.blame))
      facts.append(
        (
          w.name + " tail",
          w.tail.parts.flatMap { [UInt64($0.bucket), UInt64($0.cell), $0.nanoseconds] }
        ))
      facts.append((w.name + " present", [w.presentArea]))
      facts.append((w.name + " latencies", [w.latencies.count, UInt64(w.latencies.sum)]))
    }
    for s in services {
      for (i, row) in s.rows.enumerated() {
        facts.append(
          (
            "\(s.name) \(i)",
            [
              row.requests, row.refused, row.aborted, row.starts, row.queueArea, row.busyArea,
              row.failed, row.longest, row.downTime, row.connections?.handshakes ?? 0,
              row.connections?.resumed ?? 0, row.connections?.reused ?? 0,
              row.connections?.refused ?? 0, row.lost, row.expired ?? 0, row.worked ?? 0,
              row.wasted ?? 0,
            ]
          ))
      }
      let doors = s.admissions
      facts.append(
        (
          s.name + " doors",
          doors.map(\.refused) + doors.map { UInt64($0.limits?.area ?? 0) }
            + doors.map { UInt64($0.limits?.last ?? 0) }
        ))
      facts.append((s.name + " waits", s.waits.flatMap { $0 }))
      for (shard, part) in s.latencies.enumerated() {
        facts.append(
          ("\(s.name) latencies \(shard)", [part.count, UInt64(part.sum)] + part.counts))
      }
      if let keys = s.hotKeys {
        facts.append((s.name + " keys", [keys.total, keys.cut, keys.work]))
        for part in keys.keys { facts.append(("key \(part.key)", [part.count, part.work])) }
      }
      if let sum = s.versions {
        facts.append((s.name + " versions", [sum.reads, sum.stale, sum.writes]))
      }
    }
    for scatter in stragglers {
      let joins = scatter.joins.flatMap {
        [$0.time, $0.time99, $0.time95, $0.secondOverMedian, UInt64($0.member), UInt64($0.cause)]
      }
      facts.append(("last \(scatter.from) \(scatter.to) of \(scatter.workload ?? -1)", joins))
      for part in scatter.parts {
        facts.append(
          ("last \(part.member) since \(part.cause)", [part.count, part.overSecond]))
      }
    }
    for scatter in completeness {
      facts.append(
        (
          "complete \(scatter.from) \(scatter.to) of \(scatter.workload ?? -1)",
          [scatter.joins, scatter.complete, scatter.asked, scatter.answers, scatter.ratios]
            + scatter.shares + scatter.missing
        ))
    }
    for cache in caches {
      for (i, sums) in cache.rows.enumerated() {
        facts.append(
          (
            "cache \(cache.name) \(i)",
            [
              sums.hits, sums.misses, sums.hitBytes, sums.missBytes, sums.staleHits, sums.coalesced,
              sums.fetches, sums.fills,
              sums.evictions, sums.expirations, sums.entryArea,
            ] + sums.events.map(\.count)
          ))
      }
    }
    for limit in limits {
      for sum in limit.sums {
        facts.append(
          (
            "limit " + limit.name,
            [
              sum.admitted, sum.refused, sum.delayed, sum.delay, sum.remaining, sum.leastRemaining,
              sum.mostRemaining,
            ]
          ))
      }
    }
    for pool in pools {
      for sum in pool.sums {
        facts.append(
          (
            "pool " + pool.name,
            [
              sum.granted, sum.waited, sum.refused, sum.timedOut, sum.waitTime, sum.heldArea,
              sum.longest,
            ]
          ))
      }
      facts.append(("waits " + pool.name, pool.waits))
    }
    for row in guards {
      let sum = row.sum
      facts.append(
        (
          "guards \(row.from) \(row.to)",
          [sum.asked, sum.rejectedByBreaker, sum.rejectedByThrottle, sum.trips, sum.openTime]
        ))
    }
    for call in calls {
      let latencies = call.latencies.flatMap { [$0.count, UInt64($0.sum)] }
      facts.append(
        ("calls \(call.from) \(call.to)", [call.calls, call.timeouts, call.errors] + latencies))
      if let sum = call.attempts {
        facts.append(
          ("attempts", [sum.attempts, sum.retries, sum.hedges, sum.hedgeWins, sum.refusals]))
      }
    }
    for (s, service) in (intervals?.services ?? []).enumerated() {
      for (i, part) in service.enumerated() {
        facts.append(("service \(s) \(i)", [part.queueArea, part.busyArea, part.refused]))
      }
    }
    for (s, service) in (intervals?.stations ?? []).enumerated() {
      for (station, parts) in service.enumerated() {
        let areas = parts.flatMap { [$0.queueArea, $0.busyArea] }
        facts.append(("station \(s) \(station)", areas))
      }
    }
    for (c, lookups) in (intervals?.caches ?? []).enumerated() {
      facts.append(("lookups \(c)", lookups.flatMap { [$0.hits, $0.misses] }))
    }
    for r in requests {
      facts.append(
        (
          "request \(r.workload) \(r.number)",
          [
            r.began, r.ended, UInt64(r.outcome.rawValue), r.queued, r.worked, r.network,
            UInt64(bitPattern: Int64(r.critical)),
          ]
        ))
    }
    return facts
  }
}
