import TailraceEngine

/// The number of a service's shards changes at an instant.
///
/// Keys whose owner changes move. Without a bandwidth all move at once, to an owner that knows
/// nothing of them: so a cache grows. With one they are copied first, in an order of their own:
/// calls go to the old owner until their key is there. A scatter to all shards asks those there are:
/// from the instant on new ones too, and old ones until the last key has left. Copying takes no time
/// of the shards, and shards that are not there yet, or no longer, count as idle ones.
public struct Reshard: Sendable {
  /// When, in nanoseconds; above 0.
  public var at: UInt64
  /// Shards before and after.
  public var from: Int
  public var to: Int
  /// Says which shard owns a key afterwards; nil where the same policy does.
  public var policy: (any ShardingPolicy)?
  /// Whether a call with a key that is being copied asks its new owner first, which lacks it.
  public var readsTwice = false
  /// Bytes of all keys together and how many are copied in a second; nil where nothing is copied.
  public var copy: Copy?

  public struct Copy: Sendable {
    public var bytes: Double
    public var bytesPerSecond: Double

    public init(bytes: Double, bytesPerSecond: Double) {
      (self.bytes, self.bytesPerSecond) = (bytes, bytesPerSecond)
    }
  }

  public init(at: UInt64, from: Int, to: Int, copy: Copy? = nil) {
    (self.at, self.from, self.to, self.copy) = (at, from, to, copy)
  }
}

/// What a change of the number of shards moves.
public struct ReshardOutcome: Sendable, Equatable {
  public var at: UInt64
  public var from: Int
  public var to: Int
  /// Share of the keys whose owner changes; of many keys within 0.15 %.
  public var movedShare: Double
  /// Bytes that are copied; nil where nothing is.
  public var copiedBytes: Double?
  /// How long that takes, in nanoseconds.
  public var copyTime: UInt64
}

/// How a sharding function changes; rows by function.
struct ReshardRow: BitwiseCopyable, Sendable {
  /// `never` where it stays.
  var at: UInt64 = never
  /// The function afterwards.
  var map: Int32 = -1
  /// Nanoseconds until the last key is copied.
  var length: UInt64 = 0
  /// Shards before and after.
  var from: Int32 = 1
  var to: Int32 = 1

  /// Shards that may own a key at an instant.
  func shards(at time: UInt64) -> Int32 {
    time < at ? from : time &- at < length ? max(from, to) : to
  }

  /// When a key is at its new owner: evenly over the time that copying takes.
  func arrival(of key: UInt64) -> UInt64 {
    // Another hash than that which decides about the owner.
    let place = XXHash64.avalanche(XXHash64.hash(key) ^ 0x9e37_79b9_7f4a_7c15)
    return at &+ length.multipliedFullWidth(by: place).high
  }
}

/// How many keys change their owner.
public enum MovedKeys {
  /// More keys than this are sampled.
  static let sampleMax: UInt64 = 1 << 17

  /// The share of the keys that a policy gives another owner when so many shards become others.
  ///
  /// - Parameters:
  ///   - policy: the sharding policy.
  ///   - later: the one afterwards; nil if it is the same.
  ///   - service: whose shards they are.
  ///   - from: shards before.
  ///   - to: shards after.
  ///   - keyCount: how many keys there are; nil where only a trace knows.
  /// - Returns: a share from 0 to 1; linear in the keys, at most 2^17.
  public static func share(
    _ policy: any ShardingPolicy, then later: (any ShardingPolicy)? = nil, of service: String,
    from: Int, to: Int, keyCount: UInt64?
  ) -> Double {
    var memory = ShardMemory()
    let before = policy.map(
      Shards(service: service, count: from, keyCount: keyCount), &memory)
    let after = (later ?? policy).map(
      Shards(service: service, count: to, keyCount: keyCount), &memory)
    let tables = ShardTables(memory)
    let all = keyCount ?? 1 << 40
    let looked = min(all, sampleMax)
    var moved = 0
    for i in 0..<looked {
      let key = all <= sampleMax ? i : XXHash64.hash(i) % all
      if before.shard(of: key, tables) != after.shard(of: key, tables) { moved += 1 }
    }
    return Double(moved) / Double(looked)
  }
}

extension PlanBuilder {
  /// The function of a service whose number of shards changes, after the change.
  static func layOut(
    _ reshard: Reshard?, of service: ServiceSpec, _ sharding: Sharding, _ plan: inout Plan
  ) {
    guard let reshard else {
      let count = Int32(service.shards)
      plan.sharding.reshards.append(ReshardRow(from: count, to: count))
      return
    }
    let moved = MovedKeys.share(
      sharding.policy, then: reshard.policy, of: service.name, from: reshard.from, to: reshard.to,
      keyCount: sharding.keyCount)
    var row = ReshardRow(at: reshard.at, map: Int32(plan.sharding.laterMaps.count))
    (row.from, row.to) = (Int32(reshard.from), Int32(reshard.to))
    var outcome = ReshardOutcome(
      at: reshard.at, from: reshard.from, to: reshard.to, movedShare: moved, copyTime: 0)
    if let copy = reshard.copy {
      let bytes = moved * copy.bytes
      row.length = TimeRounding.nanoseconds(bytes / copy.bytesPerSecond * 1e9)
      outcome.copiedBytes = bytes
      outcome.copyTime = row.length
    }
    plan.sharding.reshards.append(row)
    plan.sharding.reshardOutcomes[service.name] = outcome
    let shards = Shards(service: service.name, count: reshard.to, keyCount: sharding.keyCount)
    let later = reshard.policy ?? sharding.policy
    plan.sharding.laterMaps.append(later.map(shards, &plan.sharding.memory))
  }
}

extension Machine {
  /// The shard that owns a key at the present instant.
  @inline(__always) mutating func owner(of key: UInt64, _ map: Int32) -> Int32 {
    if _slowPath(time >= reshards[map].at) { return laterOwner(of: key, map) }
    return shardMaps[Int(map)].shard(of: key, shardTables)
  }

  /// The same once a change of the number of shards has begun.
  @inline(never) private mutating func laterOwner(of key: UInt64, _ map: Int32) -> Int32 {
    let row = reshards[map]
    return time >= row.arrival(of: key)
      ? laterShardMaps[Int(row.map)].shard(of: key, shardTables)
      : shardMaps[Int(map)].shard(of: key, shardTables)
  }

  /// The number of shards among which a key finds its owner at the present instant.
  mutating func shardCount(for key: UInt64, _ map: Int32) -> Int32 {
    let row = reshards[map]
    return time >= row.at && time >= row.arrival(of: key) ? row.to : row.from
  }

  /// Whether the key of a frame's call is on its way to another owner.
  mutating func isBeingCopied(_ f: Int32, _ e: Int32) -> Bool {
    let r = edges[e].route
    let (at, map) = (reshards[routes[r].map].at, routes[r].map)
    if time < at || time &- at >= reshards[map].length { return false }
    let key = key(route: r, parent: f, root: frames[f].root, branch: frames[f].branch)
    let row = reshards[map]
    return time < row.arrival(of: key)
      && shardMaps[Int(map)].shard(of: key, shardTables)
        != laterShardMaps[Int(row.map)].shard(of: key, shardTables)
  }

  /// How many shards a scatter to all of them asks, where their number changes.
  ///
  /// That holds until its join ends, so it stands in the second cell behind the block.
  mutating func shardsAsked(by f: Int32) -> Int32 {
    let step = steps[frames[f].pc]
    let block = frames[f].block
    return block >= 0
      ? blocks[block &+ step.count &+ 1] : reshards[arms[step.law].start].shards(at: time)
  }
}
