import TailraceCatalog
import TailraceModel

/// Something that goes wrong at replicas, or between them, once or again and again.
public struct FaultDeclaration: Declared {
  public static let kind = "fault"
  public static let summary =
    "What goes wrong at replicas (crash, pause, slow_down, load, fail), with messages to them (loss, "
    + "delay, partition) or with a cache (flush): one of them."
  public static let keys: [Key<Self>] = [
    Key("service", \.service, .text, "The service it strikes; this, 'zone' or 'cache'."),
    Key(
      "zone", \.zone, .text,
      "Only replicas in this zone; without 'service' those of all services, at the same time."),
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
    Key("at", \.at, .duration(0...QuantityScanner.runMax), "When it begins; this or 'every'."),
    Key(
      "every", \.every, .law,
      "Time from its last end (or the start) to the next time; needs 'for'."),
    Key("for", \.length, .law, "How long it lasts; to the end of the run if not given."),
    Key("together", \.together, .boolean, "Whether all replicas it strikes have one clock."),
    Key(
      "crash", \.crash, .boolean, "The replica is gone, with all visits to it and its caches."),
    Key(
      "connections", \.drops, .choice([("refused", false), ("dropped", true)]),
      "What callers of a crashed replica, or beyond a partition, meet: a failure as soon as messages "
        + "take, or silence."),
    Key("pause", \.pause, .boolean, "No work is done; it goes on where it stopped."),
    Key("slow_down", \.slowDown, .real(1...1_000_000), "Work takes that many times as long."),
    Key(
      "load", \.load, .share(0...0.999),
      "A neighbour takes that share of the capacity, at most 99.9%: work takes 1 / (1 - share) times "
        + "as long."),
    Key("fail", \.fail, .real(0...1), "Visits fail on arrival with this chance."),
    Key(
      "loss", \.loss, .real(0...0.99),
      "Chance that a message to the replica is lost; it goes again as its link says, or after 200 ms, "
        + "doubling. Messages are requests, and answers to its own calls."),
    Key("delay", \.delay, .law, "Added to each message to the replica."),
    Key(
      "partition", \.partition, .boolean,
      "Messages do not arrive: those between 'from' and 'to', or between what it strikes and all "
        + "others."),
    Key(
      "from", \.from, .object(FaultEndDeclaration.self),
      "Who is cut off from 'to'; all others if not given."),
    Key(
      "to", \.to, .object(FaultEndDeclaration.self),
      "Whom messages of 'from' do not reach; all others if not given."),
    Key(
      "both_ways", \.bothWays, .boolean,
      "Whether messages from 'to' do not reach 'from' either."),
    Key("flush", \.flush, .boolean, "The cache loses all it holds, at one instant."),
    Key("enabled", \.enabled, .boolean, "Whether it happens at all."),
  ]
  public static let laterKeys = ["version", "node", "queue"]
  /// The words that say what happens.
  static let verbs = [
    "crash", "pause", "slow_down", "load", "fail", "loss", "delay", "partition", "flush",
  ]

  var service: Located<String>?
  var zone: Located<String>?
  var cache: Located<String>?
  var load: Double?
  var loss: Double?
  var delay: LawSpec?
  var partition = false
  var from: FaultEndDeclaration?
  var to: FaultEndDeclaration?
  var bothWays = true
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
    if let load { verbs.append(.load(load)) }
    if let loss { verbs.append(.loss(loss)) }
    if let delay { verbs.append(.delay(delay)) }
    if partition {
      var spec = PartitionSpec()
      (spec.bothWays, spec.drops) = (bothWays, drops)
      verbs.append(.partition(spec))
    }
    if let fail { verbs.append(.fail(fail)) }
    if flush, let cache { verbs.append(.flush(cache: cache.value)) }
    return verbs.count == 1 ? verbs[0] : nil
  }
}

/// One side of a partition.
public struct FaultEndDeclaration: Declared {
  public static let kind = "side of a partition"
  public static let summary = "Replicas, and the clients of a zone, on one side of a partition."
  public static let keys: [Key<Self>] = [
    Key("service", \.service, .text, "Replicas of this service; this or 'zone'."),
    Key(
      "zone", \.zone, .text,
      "Only replicas in this zone; without 'service' those of all services, and its clients."),
    Key("shard", \.shard, .integer(0...99_999), "Only this shard, counted from 0."),
    Key(
      "replica", \.replica, .integer(0...99_999), "Only this replica of each shard, counted from 0."
    ),
    Key("group", \.group, .text, "Only replicas of this group."),
  ]
  public static let laterKeys = ["version", "node", "cache", "queue", "fraction"]

  var service: Located<String>?
  var zone: Located<String>?
  var shard: Int?
  var replica: Int?
  var group: Located<String>?

  public init() {}
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
