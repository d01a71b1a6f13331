import TailraceCatalog
import TailraceModel

/// Something that goes wrong at replicas of a service, once or again and again.
public struct FaultDeclaration: Declared {
  public static let kind = "fault"
  public static let summary =
    "What goes wrong at a service (crash, pause, slow_down, fail) or a cache (flush): one of them."
  public static let keys: [Key<Self>] = [
    Key("service", \.service, .text, "The service it strikes; this or 'cache'."),
    Key("cache", \.cache, .text, "The cache that is emptied, in all its instances."),
    Key(
      "shard", \.shard, .faultShard,
      "Only this shard, counted from 0; \"hottest\" is the one that owns most of what the workloads "
        + "draw, each workload counted alike, as popularity stands at the start."),
    Key(
      "replica", \.replica, .faultReplica,
      "Only this replica of each shard, counted from 0."),
    Key("group", \.group, .text, "Only replicas of this group."),
    Key(
      "fraction", \.fraction, .real(Double.leastNonzeroMagnitude...1),
      "Share of the matching replicas, at least one, drawn once."),
    Key("at", \.at, .duration(0...(1 << 57)), "When it begins; this or 'every'."),
    Key(
      "every", \.every, .law,
      "Time from its last end (or the start) to the next time; needs 'for'."),
    Key("for", \.length, .law, "How long it lasts; to the end of the run if not given."),
    Key("together", \.together, .boolean, "Whether all replicas it strikes have one clock."),
    Key(
      "crash", \.crash, .boolean, "The replica is gone, with all visits to it and its caches."),
    Key(
      "connections", \.drops, .choice([("refused", false), ("dropped", true)]),
      "What callers of a crashed replica meet: a failure at once, or silence."),
    Key("pause", \.pause, .boolean, "No work is done; it goes on where it stopped."),
    Key("slow_down", \.slowDown, .real(1...1_000_000), "Work takes that many times as long."),
    Key("fail", \.fail, .real(0...1), "Visits fail on arrival with this chance."),
    Key("flush", \.flush, .boolean, "The cache loses all it holds, at one instant."),
    Key("enabled", \.enabled, .boolean, "Whether it happens at all."),
  ]
  public static let laterKeys = [
    "version", "zone", "node", "queue", "load", "loss", "delay", "partition",
    "from", "to",
  ]
  /// The words that say what happens.
  static let verbs = ["crash", "pause", "slow_down", "fail", "flush"]

  var service: Located<String>?
  var cache: Located<String>?
  var flush = false
  var shard: FaultShard?
  var replica: Int?
  var group: Located<String>?
  var fraction = 1.0
  var at: UInt64?
  var every: LawSpec?
  var length: LawSpec?
  var together = false
  var crash = false
  var drops = false
  var pause = false
  var slowDown: Double?
  var fail: Double?
  var enabled = true

  public init() {}

  /// What happens; nil unless it is exactly one thing.
  var verb: FaultSpec.Verb? {
    var verbs: [FaultSpec.Verb] = []
    if crash { verbs.append(.crash(drops: drops)) }
    if pause { verbs.append(.pause) }
    if let slowDown { verbs.append(.slowDown(slowDown)) }
    if let fail { verbs.append(.fail(fail)) }
    if flush, let cache { verbs.append(.flush(cache: cache.value)) }
    return verbs.count == 1 ? verbs[0] : nil
  }
}

/// A shard that a fault strikes.
public enum FaultShard: Sendable, Equatable {
  case number(Int)
  /// The one with the largest share of the keys that are drawn.
  case hottest
}

extension ValueForm where Value == FaultShard {
  static var faultShard: ValueForm {
    let number = ValueForm<Int>.integer(0...99_999)
    return ValueForm(
      "\(number.meaning), or \"hottest\"",
      schema: .anyOf([number.schema, .choice(["hottest"])]),
      write: { shard in
        switch shard {
        case .number(let number): "\(number)"
        case .hottest: "\"hottest\""
        }
      },
      read: { node, key, reading in
        guard node.string != nil else {
          return number.read(node, key, &reading).map { .number($0) }
        }
        if node.string == "hottest" { return .hottest }
        reading.report(.unknownChoice(node, key: key, among: ["hottest"]))
        return nil
      })
  }
}

extension ValueForm where Value == Int {
  /// A replica by its number; there are no leaders yet.
  fileprivate static var faultReplica: ValueForm {
    let number = ValueForm<Int>.integer(0...99_999)
    return ValueForm(
      number.meaning, schema: number.schema, write: number.write,
      read: { node, key, reading in
        if node.string == "leader" {
          reading.report(
            .notInThisVersion, at: node, "'\(key)' \"leader\" is not in this version")
          return nil
        }
        return number.read(node, key, &reading)
      })
  }
}
