/// Equal blocks of consecutive keys.
public struct KeyRanges: ShardingPolicy {
  public static let name = "RANGE"
  public static let summary =
    "Equal blocks of consecutive keys: neighbours stay together, and so do popular ones."
  public static let movedFromTenToEleven: Double? = 50

  public init() {}

  public func mistake(_ shards: Shards) -> String? {
    shards.keyCount == nil ? "RANGE divides the keys, so it needs their 'count'" : nil
  }

  public func map(_ shards: Shards, _ memory: inout ShardMemory) -> any ShardMap {
    Map(keys: max(1, shards.keyCount ?? 1), count: UInt64(shards.count))
  }

  /// Keys are at most 2^40 and shards 100,000: their product fits a word.
  private struct Map: ShardMap {
    var keys: UInt64
    var count: UInt64

    func shard(of key: UInt64, _ tables: borrowing ShardTables) -> Int32 {
      Int32(truncatingIfNeeded: min(key, keys &- 1) &* count / keys)
    }
  }
}
