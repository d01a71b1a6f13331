/// Every shard bids a hash of itself and the key; the highest owns it (Thaler and Ravishankar 1998).
///
/// A lookup looks at all shards: about two nanoseconds for each.
public struct Rendezvous: ShardingPolicy {
  public static let name = "RENDEZVOUS"
  public static let summary =
    "The shard with the highest hash of itself and the key; a lookup looks at every shard."
  public static let movedFromTenToEleven: Double? = 9.1
  // A hash in the plan and in the machine.
  public static let entryBytes = 2 * 8

  /// Most shards: with so many a lookup takes some 20 microseconds, a hundred times the rest of a
  /// call.
  public static let shardsMax = 10_000

  public init() {}

  public func mistake(_ shards: Shards) -> String? {
    if shards.count <= Self.shardsMax { return nil }
    return "RENDEZVOUS looks at every one of the \(shards.noun) for each key, 2 ns each: it takes "
      + "at most \(Self.shardsMax), not \(shards.count); RING_HASH and MAGLEV take more"
  }

  public func tableEntries(shards: Int) -> Int { shards }

  public func map(_ shards: Shards, _ memory: inout ShardMemory) -> any ShardMap {
    let map = Map(first: Int32(memory.words.count), count: Int32(shards.count))
    for shard in 0..<shards.count { memory.words.append(XXHash64.hash(shards.name(shard))) }
    return map
  }

  private struct Map: ShardMap {
    var first: Int32
    var count: Int32

    func shard(of key: UInt64, _ tables: borrowing ShardTables) -> Int32 {
      let hash = XXHash64.hash(key)
      var best: Int32 = 0
      var highest: UInt64 = 0
      for shard in 0..<count {
        let bid = XXHash64.avalanche(hash ^ tables.words[first &+ shard])
        if bid > highest {
          highest = bid
          best = shard
        }
      }
      return best
    }
  }
}
