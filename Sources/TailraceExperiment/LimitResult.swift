import TailraceModel

/// What a rate limit did in the measured window, over all replications.
public struct RateLimitResult: Sendable {
  public var name: String
  /// By class of requests; only those that asked.
  public var classes: [(name: String, sum: LimitSum)]
  /// The same together.
  public var total: LimitSum
  /// Each class in each replication in which it asked.
  public var rows: [LimitClassRow] = []
  /// Refused requests over all that asked.
  public var refused: Estimate
  /// Whole tokens that remained after each request, or that were too few for it, in the mean.
  public var remaining: Estimate

  public init(
    name: String, classes: [(name: String, sum: LimitSum)], total: LimitSum, refused: Estimate,
    remaining: Estimate
  ) {
    self.name = name
    self.classes = classes
    self.total = total
    self.refused = refused
    self.remaining = remaining
  }
}

/// What a rate limit did to requests of one class in one replication.
public struct LimitClassRow: Sendable {
  public var replication: Int
  public var requestClass: String
  public var sum: LimitSum

  public init(replication: Int, requestClass: String, sum: LimitSum) {
    self.replication = replication
    self.requestClass = requestClass
    self.sum = sum
  }
}

/// What a pool of permits did in the measured window, over all replications.
public struct PoolResult: Sendable {
  public var name: String
  /// Permits of an instance; nil where each key has its own.
  public var size: Int?
  public var instances: Int
  public var total: PermitSum
  /// Permits held over all there are; nil where each key has its own.
  public var utilization: Estimate
  /// The same of each instance over all replications.
  public var instanceUtilization: [Double?]
  /// Permits held, mean over time, all instances together.
  public var held: Estimate
  /// Time that those waited who got a permit, in nanoseconds.
  public var waitMean: Estimate
  public var waitP99: Estimate
  public var waits = Waits()

  public init(
    name: String, size: Int?, instances: Int, total: PermitSum, utilization: Estimate,
    instanceUtilization: [Double?], held: Estimate, waitMean: Estimate, waitP99: Estimate
  ) {
    self.name = name
    self.size = size
    self.instances = instances
    self.total = total
    self.utilization = utilization
    self.instanceUtilization = instanceUtilization
    self.held = held
    self.waitMean = waitMean
    self.waitP99 = waitP99
  }
}

/// What breakers and throttles between a caller and a service did, over all replications.
public struct BreakerResult: Sendable {
  public var from: String
  public var to: String
  /// Whether there is a breaker, or a throttle.
  public var hasBreaker: Bool
  public var hasThrottle: Bool
  public var sum: GuardSum
  /// Time that breakers were not closed over the time of all of them.
  public var open: Estimate

  public init(
    from: String, to: String, hasBreaker: Bool, hasThrottle: Bool, sum: GuardSum, open: Estimate
  ) {
    self.from = from
    self.to = to
    self.hasBreaker = hasBreaker
    self.hasThrottle = hasThrottle
    self.sum = sum
    self.open = open
  }

  /// Attempts that were not sent.
  public var rejected: UInt64 { sum.rejectedByBreaker + sum.rejectedByThrottle }
}

extension LimitSum {
  /// Requests that asked.
  public var asked: UInt64 { admitted + refused }
}

extension Merge {
  func rateLimits() -> [RateLimitResult] {
    (replications.first?.limits.indices ?? 0..<0).map { l in
      let own = replications.map { $0.limits[l] }
      var classes: [(name: String, sum: LimitSum)] = []
      for c in own[0].classes.indices {
        var sum = LimitSum()
        for part in own { sum += part.sums[c] }
        if sum.asked > 0 { classes.append((own[0].classes[c], sum)) }
      }
      let totals = own.map { part in part.sums.reduce(into: LimitSum()) { $0 += $1 } }
      let total = totals.reduce(into: LimitSum()) { $0 += $1 }
      func mean(_ part: (LimitSum) -> UInt64) -> Estimate {
        estimate(
          Self.ratio(Double(part(total)), total.asked),
          totals.map { Self.ratio(Double(part($0)), $0.asked) })
      }
      var result = RateLimitResult(
        name: own[0].name, classes: classes, total: total, refused: mean(\.refused),
        remaining: mean(\.remaining))
      for (number, part) in own.enumerated() {
        for (name, sum) in zip(part.classes, part.sums) where sum.asked > 0 {
          result.rows.append(LimitClassRow(replication: number, requestClass: name, sum: sum))
        }
      }
      return result
    }
  }

  func pools() -> [PoolResult] {
    (replications.first?.pools.indices ?? 0..<0).map { p in
      let own = replications.map { $0.pools[p] }
      let first = own[0]
      let totals = own.map { part in part.sums.reduce(into: PermitSum()) { $0 += $1 } }
      let total = totals.reduce(into: PermitSum()) { $0 += $1 }
      let waits = own.indices.map { Waits(own[$0].waits, starts: totals[$0].granted) }
      let all = waits.reduce(into: Waits()) { $0.add($1) }
      let measured = replications.reduce(0.0) { $0 + Double($1.measured.count) }
      let permits = first.size.map { Double($0 * first.sums.count) }
      var result = PoolResult(
        name: first.name, size: first.size, instances: first.sums.count, total: total,
        utilization: permits.map { all in
          all == 0
            ? Estimate(value: nil, halfWidth: nil, perReplication: [])
            : perWindow { Double(totals[$0].heldArea) / $1 / all }
        } ?? Estimate(value: nil, halfWidth: nil, perReplication: []),
        instanceUtilization: first.sums.indices.map { i in
          guard let size = first.size, measured > 0 else { return nil }
          return own.reduce(0.0) { $0 + Double($1.sums[i].heldArea) } / measured / Double(size)
        },
        held: perWindow { Double(totals[$0].heldArea) / $1 },
        waitMean: estimate(
          Self.ratio(Double(total.waitTime), total.granted),
          totals.map { Self.ratio(Double($0.waitTime), $0.granted) }),
        waitP99: estimate(all.p99, waits.map(\.p99)))
      result.waits = all
      return result
    }
  }

  func breakers() -> [BreakerResult] {
    (replications.first?.guards.indices ?? 0..<0).map { g in
      let own = replications.map { $0.guards[g] }
      let first = own[0]
      let components = replications[0].components
      return BreakerResult(
        from: components[first.from], to: components[first.to], hasBreaker: first.hasBreaker,
        hasThrottle: first.hasThrottle,
        sum: own.reduce(into: GuardSum()) { $0 += $1.sum },
        open: first.hasBreaker
          ? perWindow { Double(own[$0].sum.openTime) / $1 / Double(first.breakers) }
          : Estimate(value: nil, halfWidth: nil, perReplication: own.map { _ in nil }))
    }
  }
}

extension Digest {
  /// The words of limits, pools and breakers.
  static func limitWords(_ replication: Replication) -> [UInt64] {
    var words: [UInt64] = []
    for sum in replication.limits.flatMap(\.sums) {
      words += [sum.admitted, sum.refused, sum.delayed, sum.delay, sum.remaining]
    }
    for pool in replication.pools {
      for sum in pool.sums {
        words += [sum.granted, sum.refused, sum.timedOut, sum.waitTime, sum.heldArea]
      }
    }
    for sum in replication.guards.map(\.sum) {
      words += [sum.asked, sum.rejectedByBreaker, sum.rejectedByThrottle, sum.trips, sum.openTime]
    }
    return words
  }
}
