import TailraceModel

/// The metrics of thresholds by name; a new one is a line here.
public enum ThresholdMetrics {
  /// Words of the language that this version does not measure yet.
  public static let later = [
    "age", "delivery_latency", "replicas",
    "cold_starts", "backlog", "lost", "duplicates", "dead_lettered", "messages",
    "leader_gap", "unavailable",
  ]
  /// Labels of the language that nothing is measured by yet.
  public static let laterLabels = [
    "class", "version", "zone", "node", "queue", "subscription",
  ]

  private static let users: [ThresholdLabel] = [.workload]
  private static let whole: [ThresholdLabel] = [.service]
  private static let parts: [ThresholdLabel] = [.service, .shard, .replica]
  private static let shards: [ThresholdLabel] = [.service, .shard]
  private static let stores: [ThresholdLabel] = [.cache]
  private static let limits: [ThresholdLabel] = [.rateLimit]
  private static let pools: [ThresholdLabel] = [.pool]
  private static let disturbances: [ThresholdLabel] = [.fault]

  public static let all: [ThresholdMetric] = [
    .init(
      sample: "latency",
      "Of a workload: from a request's intended start to its end. Of a service or a shard: from the"
        + " call to the answer, in buckets of 1.6 %. What failed or did not end is later than every"
        + " bound.", [users, shards]
    ) { $0.isAboutServices ? $0.visitLatency($1) : $0.latency($1) },
    .init(
      sample: "wait", "Time that visits waited for a slot, within 6.25 %, of those that got one.",
      [whole]
    ) { $0.wait($1) },
    .init(
      sample: "completeness", as: .share,
      "Share of the answers that a scatter had when it went on; a request without an answer has 0.",
      [whole, [.workload, .service]]
    ) { $0.completeness($1) },
    .init(
      "errors", .share, "Failed requests of a workload, or failed visits of a service.",
      [users, parts], track: .errors
    ) { selection in
      selection.isAboutServices
        ? .init(shares: selection.rows.map { ($0.errors, $0.requests) })
        : .init(
          shares: selection.workloads.map { workload in
            (workload.sum(Outcome.failures), workload.requests)
          })
    },
    outcome("timeouts", .timeout, "Requests that ended as a timeout."),
    .init(
      "shed", .share, "Requests that ended as shed, or visits that a service turned away.",
      [users, parts]
    ) { selection in
      selection.isAboutServices
        ? .init(shares: selection.rows.map { ($0.shed, $0.requests) })
        : .init(shares: selection.workloads.map { ($0.sum([.shed]), $0.requests) })
    },
    outcome("rejected", .rejected, "Requests that ended as rejected by their own side."),
    outcome("degraded", .degraded, "Requests answered without all that belongs to the answer."),
    outcome("unfinished", .unfinished, "Requests that had not ended when the run did."),
    .init(
      "goodput", .perSecond,
      "Requests begun in the measured time and answered well, however late, over that time.",
      [users], track: .goodput
    ) { .init(levels: $0.workloads.map(\.goodput.value)) },
    .init(
      "throughput", .perSecond, "Requests that ended, or visits that a service did not turn away.",
      [users, whole], track: .throughput
    ) { $0.throughput },
    .init(
      "in_flight", .number, "Mean number of requests in flight.", [users], track: .inFlight
    ) { .init(levels: $0.workloads.map(\.inFlight.value)) },
    .init(
      "utilization", .share, "Used slots over all slots, or permits of a pool that are held.",
      [parts, pools], track: .utilization
    ) { $0.isAboutPools ? $0.poolUtilization : $0.utilization },
    .init(
      sample: "pool_wait",
      "Time that steps waited for a permit of a pool, within 6.25 %, of those that got one.",
      [pools]
    ) { $0.poolWait($1) },
    .init(
      "remaining", .number,
      "Whole tokens or passes that a rate limit had left after a request passed it, or had too few"
        + " of: the mean over all that asked; 'min' is the least that one met, 'max' the most.",
      [limits]
    ) { $0.remaining },
    .init(
      "rate_limited", .share, "Requests that a rate limit refused, over all that asked one.",
      [limits]
    ) { selection in
      .init(shares: selection.rateLimits.map(\.total).map { ($0.refused, $0.asked) })
    },
    .init(
      "limit", .number,
      "Visits that admission control lets into one replica: the mean over time and replicas; 'min' is"
        + " the least that was in force, 'max' the most.", [whole]
    ) { $0.admissionLimit },
    balanced(
      "capped",
      "Calls not sent since their balancer had as many out as its cap allows, over all calls.",
      \.capped),
    balanced(
      "hostless", "Calls not sent since their balancer had no replica in rotation, over all calls.",
      \.hostless),
    balanced(
      "panicked",
      "Calls for which a balancer ignored health, since too few replicas were in rotation, over all"
        + " calls.", \.panicked),
    .init(
      "ejections", .number,
      "Times that a balancer left a replica out for its answers, in one replication, the mean of all.",
      [whole]
    ) { $0.perReplication(\.ejections) },
    .init(
      "restarts", .number,
      "Replicas that liveness checks restarted, in one replication, the mean of all.", [whole]
    ) { $0.perReplication(\.restarts) },
    .init(
      "queue_length", .number,
      "Mean number waiting, all replicas together; 'min' is the least mean of one of them, 'max' the"
        + " most that waited at one.", [parts]
    ) { $0.queueLength },
    attempts("retries", "Retries over first attempts, of callers that repeat calls.", \.retries),
    attempts("hedges", "Hedges over first attempts, of callers that repeat calls.", \.hedges),
    attempts(
      "extra_load", "Attempts beyond the first over first ones, of callers that repeat calls.",
      \.beyondFirst),
    .init(
      "amplification", .number,
      "Visits to a service, repeated ones among them, over the requests of all workloads.",
      [whole]
    ) { selection in
      let requests = selection.result.workloads.reduce(UInt64(0)) { $0 + $1.requests }
      return .init(
        levels: selection.services.map { service in
          requests == 0 ? nil : Double(service.requests) / Double(requests)
        })
    },
    .init(
      "wasted", .share,
      "Work of visits that nobody waited for when they ended, since their caller had given up or had"
        + " its answer from another copy, over all work.", [parts]
    ) { selection in
      .init(shares: selection.rows.compactMap(\.givenUp).map { ($0.wasted, $0.worked) })
    },
    .init(
      "imbalance", .number,
      "Requests of the busiest shard over the mean of all shards; of replicas where there is one"
        + " shard.", [whole]
    ) { selection in
      let all = selection.services.map(selection.imbalance)
      return .init(all.compactMap { $0 }.max(), all)
    },
    .init(
      "affinity", .share,
      "Calls that went to their key's own replica over all whose balancers hash a key.", [whole]
    ) { selection in
      .init(
        shares: selection.services.compactMap(\.affinity).map { ($0.atOwner, $0.calls) })
    },
    .init(
      "handshakes", .perSecond,
      "Connections opened to a service, resumed sessions among them, per second.", [whole]
    ) { selection in
      .init(
        levels: selection.services.map { service in
          guard let sum = service.connections, let seconds = selection.seconds else { return nil }
          return Double(sum.handshakes) / seconds
        })
    },
    .init(
      "stale", .share,
      "Reads answered with an older version than a write that had been answered when they began, over"
        + " all reads of a service that is written, or over all hits of a cache that keeps what is.",
      [whole, stores]
    ) { selection in
      selection.isAboutCaches
        ? selection.shares(of: \.outdatedHits, in: { $0.keepsVersions ? $0.hits : 0 })
        : .init(shares: selection.services.compactMap(\.versions).map { ($0.stale, $0.reads) })
    },
    .init(
      "moved_keys", .share,
      "Keys whose owner changes where the number of shards does, over all keys.", [whole]
    ) { .init(levels: $0.services.map { $0.reshard?.movedShare }) },
    .init("hit_ratio", .share, "Hits over lookups.", [stores]) { selection in
      selection.shares(of: \.hits, in: { $0.hits + $0.misses })
    },
    .init("byte_hit_ratio", .share, "Bytes of the hits over those of all lookups.", [stores]) {
      $0.shares(of: \.hitBytes, in: { $0.hitBytes + $0.missBytes })
    },
    .init("origin_load", .perSecond, "Times that a miss or a renewal asked the origin.", [stores]) {
      selection in
      .init(
        levels: selection.caches.map { cache in
          selection.seconds.map { Double(cache.fetches) / $0 }
        })
    },
    .init(
      "recovery", .time,
      "From the end of a fault that strikes once to the first of five intervals in a row that are well:"
        + " at least 90 % as many requests answered as before it, in at most twice the mean time.",
      [disturbances]
    ) { $0.recovery },
    .init(
      "cost", .number, "Price per hour, of all parts or of one; needs 'price' in the file.",
      [whole, stores]
    ) { $0.cost },
  ]

  private static func outcome(
    _ name: String, _ outcome: Outcome, _ summary: String
  ) -> ThresholdMetric {
    .init(name, .share, summary, [users]) { selection in
      .init(shares: selection.workloads.map { ($0.sum([outcome]), $0.requests) })
    }
  }

  private static func balanced(
    _ name: String, _ summary: String, _ part: KeyPath<ClusterSum, UInt64> & Sendable
  ) -> ThresholdMetric {
    .init(name, .share, summary, [whole]) { selection in
      .init(
        shares: selection.services.compactMap(\.balancing).map {
          ($0[keyPath: part], $0.calls)
        })
    }
  }

  private static func attempts(
    _ name: String, _ summary: String, _ part: @escaping @Sendable (AttemptSum) -> UInt64
  ) -> ThresholdMetric {
    .init(name, .share, summary, [parts]) { selection in
      .init(
        shares: selection.rows.map { row in
          guard let sum = row.attempts else { return (0, row.requests) }
          return (part(sum), sum.attempts - sum.beyondFirst)
        })
    }
  }
}

extension AttemptSum {
  fileprivate var beyondFirst: UInt64 { retries + hedges }
}

extension WorkloadResult {
  /// Counted requests that ended in one of these ways.
  func sum(_ kinds: [Outcome]) -> UInt64 {
    kinds.reduce(0) { sum, kind in
      Outcome.allCases.firstIndex(of: kind).map { sum + outcomes[$0] } ?? sum
    }
  }
}
