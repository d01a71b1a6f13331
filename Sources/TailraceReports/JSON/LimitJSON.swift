import TailraceExperiment
import TailraceModel

/// A rate limit's part of the summary document.
struct RateLimitJSON: Encodable {
  let limit: RateLimitResult

  init(_ limit: RateLimitResult) { self.limit = limit }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(limit.name, forKey: .name)
    try Self.encode(limit.total, to: &document)
    try document.encode(limit.refused.finite(), forKey: .refusedShare)
    try document.encode(limit.refused.finiteHalfWidth(), forKey: .refusedShareInterval)
    try document.encode(limit.remaining.finite(), forKey: .remaining)
    try document.encode(limit.remaining.finiteHalfWidth(), forKey: .remainingInterval)
    var classes = document.nestedUnkeyedContainer(forKey: .classes)
    for entry in limit.classes {
      var own = classes.nestedContainer(keyedBy: Key.self)
      try own.encode(entry.name, forKey: .name)
      try Self.encode(entry.sum, to: &own)
      let asked = Double(entry.sum.asked)
      try own.encode(Finite(Double(entry.sum.refused) / asked), forKey: .refusedShare)
      try own.encode(Finite(Double(entry.sum.remaining) / asked), forKey: .remaining)
    }
  }

  private static func encode(
    _ sum: LimitSum, to document: inout KeyedEncodingContainer<Key>
  ) throws {
    try document.encode(sum.admitted, forKey: .admitted)
    try document.encode(sum.refused, forKey: .refused)
    try document.encode(sum.delayed, forKey: .delayed)
    let delay = sum.delayed == 0 ? nil : Double(sum.delay) / Double(sum.delayed) / 1e6
    try document.encode(delay, forKey: .delay)
    try document.encode(sum.asked == 0 ? nil : sum.leastRemaining, forKey: .leastRemaining)
  }

  private enum Key: String, CodingKey {
    case name, admitted, refused, delayed, classes
    case delay = "delay_mean_ms"
    case refusedShare = "refused_ratio"
    case refusedShareInterval = "refused_ratio_ci95"
    case remaining = "remaining_mean"
    case remainingInterval = "remaining_mean_ci95"
    case leastRemaining = "remaining_min"
  }
}

/// A pool's part of the summary document.
struct PoolJSON: Encodable {
  let pool: PoolResult

  init(_ pool: PoolResult) { self.pool = pool }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(pool.name, forKey: .name)
    try document.encode(pool.size, forKey: .size)
    try document.encode(pool.instances, forKey: .instances)
    try document.encode(pool.total.granted, forKey: .granted)
    try document.encode(pool.total.waited, forKey: .waited)
    try document.encode(pool.total.refused, forKey: .refused)
    try document.encode(pool.total.timedOut, forKey: .timedOut)
    try document.encode(pool.total.longest, forKey: .longest)
    try document.encode(pool.utilization.finite(), forKey: .utilization)
    try document.encode(pool.utilization.finiteHalfWidth(), forKey: .utilizationInterval)
    try document.encode(pool.held.finite(), forKey: .held)
    try document.encode(pool.waitMean.finite(per: 1e6), forKey: .waitMean)
    try document.encode(pool.waitMean.finiteHalfWidth(per: 1e6), forKey: .waitMeanInterval)
    try document.encode(pool.waitP99.finite(per: 1e6), forKey: .waitP99)
  }

  private enum Key: String, CodingKey {
    case name, size, instances, granted, waited, refused
    case timedOut = "timed_out"
    case longest = "waiting_max"
    case utilization = "utilization_ratio"
    case utilizationInterval = "utilization_ratio_ci95"
    case held = "held_mean"
    case waitMean = "pool_wait_mean_ms"
    case waitMeanInterval = "pool_wait_mean_ms_ci95"
    case waitP99 = "pool_wait_p99_ms"
  }
}

/// The part of the breakers and throttles between a caller and a service.
struct BreakerJSON: Encodable {
  let breaker: BreakerResult

  init(_ breaker: BreakerResult) { self.breaker = breaker }

  func encode(to encoder: any Encoder) throws {
    var document = encoder.container(keyedBy: Key.self)
    try document.encode(breaker.from, forKey: .from)
    try document.encode(breaker.to, forKey: .to)
    try document.encode(breaker.sum.asked, forKey: .attempts)
    if breaker.hasBreaker {
      try document.encode(breaker.sum.rejectedByBreaker, forKey: .rejectedByBreaker)
      try document.encode(breaker.sum.trips, forKey: .trips)
      try document.encode(breaker.open.finite(), forKey: .open)
      try document.encode(breaker.open.finiteHalfWidth(), forKey: .openInterval)
    }
    if breaker.hasThrottle {
      try document.encode(breaker.sum.rejectedByThrottle, forKey: .rejectedByThrottle)
    }
  }

  private enum Key: String, CodingKey {
    case from, to, attempts, trips
    case rejectedByBreaker = "rejected_by_breaker"
    case rejectedByThrottle = "rejected_by_throttle"
    case open = "open_ratio"
    case openInterval = "open_ratio_ci95"
  }
}
