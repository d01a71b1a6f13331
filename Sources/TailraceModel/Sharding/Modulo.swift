/// The key's remainder on division by the number of shards.
public struct Modulo: ShardingPolicy {
  public static let name = "MODULO"
  public static let summary =
    "The key's remainder on division by the number of shards: growing moves most keys."
  public static let movedFromTenToEleven: Double? = 90.9

  public init() {}

  public func map(_ shards: Shards, _ memory: inout ShardMemory) -> any ShardMap {
    Map(count: UInt64(shards.count))
  }

  private struct Map: ShardMap {
    var count: UInt64

    func shard(of key: UInt64, _ tables: borrowing ShardTables) -> Int32 {
      Int32(truncatingIfNeeded: key % count)
    }
  }
}
