/// Keys of which several shards hold a copy, so that a call may go to any of them.
///
/// Copies lie at the owner and at the shards that follow it by number; each call draws one of them.
/// Where the number of shards changes, copies follow the key: they lie next to its owner of the time,
/// among the shards of the time.
/// Who keeps the copies alike is not modelled: every call is a read.
public struct HotKeys: Sendable {
  /// Most keys that are copied.
  public static let keysMax = 1_024

  public var keys: [UInt64]
  /// Shards that hold each of them, from 2 to all.
  public var ways: Int

  public init(keys: [UInt64], ways: Int) {
    self.keys = keys
    self.ways = ways
  }
}

/// The copied keys of a service: words of the sharding tables, in rising order.
struct HotKeysRow: BitwiseCopyable, Sendable {
  var first: Int32 = 0
  /// 0 where no key is copied.
  var count: Int32 = 0
  var ways: Int32 = 1
  var salt: UInt64 = 0

  /// Whether a key is among them: halving, at most ten reads.
  func contains(_ key: UInt64, _ tables: borrowing ShardTables) -> Bool {
    var low = first
    var length = count
    while length > 1 {
      let half = length &>> 1
      if tables.words[low &+ half] <= key { low &+= half }
      length &-= half
    }
    return tables.words[low] == key
  }
}
