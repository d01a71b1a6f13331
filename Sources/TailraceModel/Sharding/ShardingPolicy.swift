/// Says which shard of a service owns a key.
///
/// A pure function of the key and the number of shards, with at most 24 bytes of settings.
public protocol ShardingPolicy: Sendable {
  /// Its name in scenario files.
  static var name: String { get }
  /// What it does, in one sentence.
  static var summary: String { get }
  init()
  /// The owner of a key, from 0 to `shards - 1`; `shards` is at least 1.
  func shard(of key: UInt64, among shards: Int32) -> Int32
}
