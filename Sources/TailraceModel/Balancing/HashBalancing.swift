import TailraceEngine

/// Replicas chosen by the hash of a key, so that calls with one key meet at one replica.
///
/// The replicas of a shard are numbered from 0 and hashed as `service/replica-0` and so on, so that
/// a service whose shards are hashed by the same key deals each shard's keys out anew.
public struct HashBalancing: Sendable {
  /// The key space; of several keys that a request carries the first decides.
  public var key: String
  /// A policy of hashes: RING_HASH, MAGLEV or RENDEZVOUS.
  public var policy: any ShardingPolicy
  /// How far above the mean a replica may go; nil is any distance.
  public var bound: LoadBound?

  public init(key: String, policy: any ShardingPolicy = RingHash(), bound: LoadBound? = nil) {
    self.key = key
    self.policy = policy
    self.bound = bound
  }

  /// The replicas of a shard of a service, as the policy sees them.
  public func replicas(of service: ServiceSpec) -> Shards {
    Self.replicas(of: service.name, count: service.replicas)
  }

  /// So many replicas of a service, as a hash policy sees them.
  public static func replicas(of service: String, count: Int) -> Shards {
    var replicas = Shards(service: "\(service)/replica", count: count)
    replicas.noun = "replicas"
    return replicas
  }
}

/// Consistent hashing with bounded loads (Mirrokni, Thorup and Zadimoghaddam 2018).
///
/// With a call added, no replica has more of a balancer's calls out than a percentage of their mean,
/// rounded up. What its own replica has no room for goes to the first that has, in an order that is
/// drawn from the key (Chen, Coleman and Shrivastava 2021; as Envoy): a full replica burdens all
/// others, not its neighbour. The bound is compared with the call added, as in the paper and in
/// HAProxy; Envoy compares without it, and so lets one more in.
public struct LoadBound: BitwiseCopyable, Sendable {
  /// Most calls out to a replica, in percent of the mean; at least 100.
  public var percent: Int64

  public init(percent: Int64) {
    precondition(percent >= 100, "below the mean no replica has room")
    self.percent = percent
  }

  /// Most calls out to one of `replicas`, when `total` are out to all, this one among them.
  func most(of total: Int64, replicas: Int64) -> Int64 {
    let all = 100 &* replicas
    return (percent &* total &+ all &- 1) / all
  }

  /// The first replica with room: the key's own, then the others in the key's order.
  ///
  /// Looks at all replicas unless the first is idle: time linear in their number.
  ///
  /// - Parameters:
  ///   - owner: the key's own replica.
  ///   - hash: decides about the order of the others.
  ///   - replicas: all of them.
  ///   - order: rows for as many numbers as there are replicas; overwritten.
  /// - Returns: the replica that takes the call.
  func replica(
    owner: Int32, hash: UInt64, _ replicas: Replicas, _ order: borrowing Table<Int32>
  ) -> Int32 {
    // The mean is at least a part of a call, so that an idle replica has room in any case.
    if replicas.load(owner) == 0 { return owner }
    var total: Int64 = 1
    for i in 0..<replicas.count { total &+= Int64(replicas.load(i)) }
    let most = most(of: total, replicas: Int64(replicas.count))
    if Int64(replicas.load(owner)) < most { return owner }
    for i in 0..<replicas.count { order[i] = i }
    var draws = KeyedRandom(state: hash)
    for i in 0..<replicas.count {
      let other = i &+ Int32(truncatingIfNeeded: draws.below(UInt64(replicas.count &- i)))
      let next = order[other]
      order[other] = order[i]
      if Int64(replicas.load(next)) < most { return next }
    }
    // Were all at the bound, together they would have more calls out than there are.
    preconditionFailure("no replica has room")
  }
}

/// What became of calls whose balancers hash a key.
public struct AffinitySum: BitwiseCopyable, Sendable, Equatable {
  /// Attempts for which a replica was chosen by a key.
  public var calls: UInt64 = 0
  /// Those of them that went to the key's own replica.
  public var atOwner: UInt64 = 0

  public init() {}

  /// The share that went to the key's own replica; nil without any.
  public var share: Double? { calls == 0 ? nil : Double(atOwner) / Double(calls) }

  /// All of some together; nil where there is none.
  public static func total(_ sums: [AffinitySum?]) -> AffinitySum? {
    let known = sums.compactMap { $0 }
    guard !known.isEmpty else { return nil }
    return known.reduce(into: AffinitySum()) {
      $0.calls += $1.calls
      $0.atOwner += $1.atOwner
    }
  }
}

extension ServiceSpec {
  /// Whether its balancers count calls out.
  var readsLoad: Bool {
    cluster != nil
      || replicas > 1 && (hashing.map { $0.bound != nil } ?? balancing.readsLoad)
  }
}
