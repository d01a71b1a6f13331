import TailraceCatalog
import TailraceModel

/// Who owns which keys.
public struct ShardByDeclaration: Declared {
  public static let kind = "shard_by"
  public static let summary = "The key that decides about a call's shard, and how."
  public static let keys: [Key<Self>] = [
    Key("key", \.key, .name, "The key space; not needed where the file declares one."),
    Key("policy", \.policy, .sharding, "Which shard owns a key."),
    Key(
      "table", \.table, .list(.pair(.firstKey, .integer(0...99_999))),
      "For TABLE: [first key, shard] of each range of keys, the first from key 0."),
    Key(
      "hot_keys", \.hotKeys, .object(HotKeysDeclaration.self),
      "Keys of which several shards hold a copy."),
    Key(
      "reshard", \.reshard, .object(ReshardDeclaration.self),
      "Another number of shards from an instant on."),
    Key(
      "copy_bandwidth", \.copyBandwidth, .bandwidth(1...1e13),
      "How fast 'reshard' copies the keys that move, which need a 'size'; calls go to the old owner "
        + "until their key is there. Without it all move at once, and a cache there is cold."),
  ]
  public static let laterKeys = ["rebalance"]
  public static let misplacedKeys = [
    "hash_balance_factor":
      "a key has one owner, so no other shard can take its load; replicas can: write it beside the "
      + "service's 'lb_policy' and 'hash_by', or copy the hottest keys with 'hot_keys'"
  ]
  var key: Located<String>?
  var policy = RingHash.name
  var table: Located<[Pair<Int, Int>]>?
  var hotKeys: Located<HotKeysDeclaration>?
  var reshard: Located<ReshardDeclaration>?
  var copyBandwidth: Located<Double>?
  public init() {}
}

/// A change of the number of shards.
public struct ReshardDeclaration: Declared {
  public static let kind = "reshard"
  public static let summary =
    "The number of shards changes once: keys find other owners. Copies of hot keys follow their "
    + "owner; a scatter to all shards asks those that may own a key when it begins: while keys are "
    + "copied, the old ones and the new. Shards below others (child_shards) cannot change, since "
    + "nothing says how they would be dealt out anew."
  public static let keys: [Key<Self>] = [
    Key("at", \.at, .duration(1...QuantityScanner.runMax), required: true, "When."),
    Key("shards", \.shards, .integer(1...100_000), required: true, "How many from then on."),
    Key(
      "table", \.table, .list(.pair(.firstKey, .integer(0...99_999))),
      "For TABLE, which needs it: who owns which keys from then on, as 'table' of 'shard_by' says "
        + "before. The number of shards may stay: a range moves, or a hot one is split."),
    Key(
      "double_reads", \.doubleReads, .boolean,
      "While a key is being copied, a call with it asks the new owner first, which lacks it, and "
        + "then the old one: two calls in turn, each with the policy of the step. Needs "
        + "'copy_bandwidth'."),
  ]
  var at: UInt64?
  var shards: Located<Int>?
  var table: Located<[Pair<Int, Int>]>?
  var doubleReads = false
  public init() {}
}

/// Keys of which several shards hold a copy.
public struct HotKeysDeclaration: Declared {
  public static let kind = "hot_keys"
  public static let summary =
    "Keys held by several shards, so that each call draws one of them; all calls are reads."
  public static let keys: [Key<Self>] = [
    Key("keys", \.listed, .list(.firstKey), "These keys."),
    Key(
      "top", \.top, .integer(1...Int64(HotKeys.keysMax)),
      "So many keys, the most popular by the key space's 'popularity', instead of 'keys'."),
    Key(
      "ways", \.ways, .integer(2...100_000), required: true,
      "Shards that hold each of them: its owner and the next ones by number."),
  ]
  var listed: Located<[Int]>?
  var top: Located<Int>?
  var ways: Located<Int>?
  public init() {}
}

/// The sharding policies by name; a new one is a file and a line.
public enum ShardingPolicies {
  public static let all: [any ShardingPolicy.Type] = [
    Modulo.self, KeyRanges.self, Jump.self, HashSlots.self, ShardTable.self, RingHash.self,
    Maglev.self, Rendezvous.self,
  ]
}

extension ShardTable {
  /// The table of rows as they are written.
  init(_ written: [Pair<Int, Int>]) {
    self.init()
    rows = written.map { (UInt64($0.first), Int32($0.second)) }
  }
}

extension ValueForm where Value == Int {
  /// The first key of a range.
  static var firstKey: ValueForm { .integer(0...((1 << 40) - 1)) }
}

extension ValueForm where Value == String {
  /// The name of a sharding policy.
  static var sharding: ValueForm { .choice(ShardingPolicies.all.map { ($0.name, $0.name) }) }
}

extension RingHash: Declared {
  public static let kind = "ring_hash_lb_config"
  public static let keys: [Key<Self>] = [
    Key(
      "minimum_ring_size", \.minimumSize, .integer(1...Int64(pointsMax)),
      "Fewest points on the ring; every shard or replica has the same number of them, rounded up."),
    Key(
      "maximum_ring_size", \.maximumSize, .integer(1...Int64(pointsMax)),
      "Most points on the ring."),
  ]
  public static let laterKeys = ["hash_function"]
}

extension Maglev: Declared {
  public static let kind = "maglev_lb_config"
  public static let keys: [Key<Self>] = [
    Key(
      "table_size", \.tableSize, .integer(2...Int64(sizeMax)),
      "Slots of the table, a prime number.")
  ]
}

extension ServiceDeclaration {
  /// The most shards that it comes to have.
  var shardCount: Int { max(shards, shardBy?.reshard?.value.shards?.value ?? 0) }

  /// A sharding policy with its settings.
  func sharding(_ declared: ShardByDeclaration) -> any ShardingPolicy {
    guard declared.policy == ShardTable.name else { return keyed(declared.policy) }
    return ShardTable(declared.table?.value ?? [])
  }

  /// The function of that name from keys to shards or replicas, with its settings.
  func keyed(_ name: String) -> any ShardingPolicy {
    switch name {
    case RingHash.name: return ringHash
    case Maglev.name: return maglev
    default:
      let type = ShardingPolicies.all.first { $0.name == name } ?? Modulo.self
      return type.init()
    }
  }
}
