/// The key's remainder on division by the number of shards.
public struct Modulo: ShardingPolicy {
  public static let name = "MODULO"
  public static let summary =
    "The key's remainder on division by the number of shards: growing moves most keys."

  public init() {}

  @inline(__always)
  public func shard(of key: UInt64, among shards: Int32) -> Int32 {
    Int32(truncatingIfNeeded: key % UInt64(shards))
  }
}
