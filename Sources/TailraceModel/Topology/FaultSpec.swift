/// Something that goes wrong at some replicas, or between them, for a time.
public struct FaultSpec: Sendable {
  public var name: String
  public var target: FaultTarget
  public var verb: Verb
  /// When it begins for the only time, in nanoseconds; nil where it comes again and again.
  public var at: UInt64?
  /// Time from the end of the last occurrence (or the start of the run) to the next.
  public var every: LawSpec?
  /// How long it lasts; nil is to the end of the run.
  public var length: LawSpec?
  /// Whether all replicas it strikes have one clock.
  public var isTogether = false

  public enum Verb: Sendable {
    /// The replica is gone, with all that was in it; `drops` makes it silent instead of refusing.
    case crash(drops: Bool)
    /// No work is done.
    case pause
    /// Work takes that many times as long.
    case slowDown(Double)
    /// A neighbour takes that share of a replica's capacity, below 1.
    case load(Double)
    /// Visits fail on arrival with this chance.
    case fail(Double)
    /// All entries of a cache are lost; it strikes no service.
    case flush(cache: String)
    /// A message to a replica is lost with this chance, and goes again as one that its link loses.
    case loss(Double)
    /// Each message to a replica takes longer by that.
    case delay(LawSpec)
    /// Messages between some ends do not arrive; its ends stand in the place of a target.
    case partition(PartitionSpec)
  }

  public init(name: String, target: FaultTarget, verb: Verb, at: UInt64) {
    self.name = name
    self.target = target
    self.verb = verb
    self.at = at
  }

  public init(name: String, target: FaultTarget, verb: Verb, every: LawSpec, length: LawSpec) {
    self.name = name
    self.target = target
    self.verb = verb
    self.every = every
    self.length = length
  }
}

/// How slow a replica is when it has started.
public struct WarmUpSpec: Sendable, Equatable {
  /// How many times as long work takes at first, at least 1; eases linearly to 1.
  public var slowDown: Double
  /// Until it is warm, in nanoseconds.
  public var length: UInt64

  public init(slowDown: Double, length: UInt64) {
    self.slowDown = slowDown
    self.length = length
  }
}

/// Who does not hear of whom.
///
/// A side that is not given is everybody whom the other does not name: then the others are cut off.
public struct PartitionSpec: Sendable {
  /// Who sends what does not arrive.
  public var from: FaultTarget?
  /// Who would receive it.
  public var to: FaultTarget?
  /// Whether messages from `to` to `from` do not arrive either.
  public var bothWays = true
  /// Whether callers meet silence instead of a failure.
  public var drops = false

  public init(from: FaultTarget? = nil, to: FaultTarget? = nil) {
    self.from = from
    self.to = to
  }
}

/// The replicas that a fault strikes: all that match what is given.
public struct FaultTarget: Sendable {
  /// Empty for all services with replicas in the zone, or where no service is struck.
  public var service: String
  public var shard: Int?
  /// Number within its shard.
  public var replica: Int?
  public var group: String?
  /// Number of the zone that they stand in.
  public var zone: Int?
  /// Share of those that match, drawn once; at least one replica.
  public var fraction = 1.0

  public init(_ service: String) { self.service = service }
}

extension FaultTarget {
  /// Whether it may name replicas of a service.
  public func names(_ service: ServiceSpec) -> Bool {
    if !self.service.isEmpty { return self.service == service.name }
    return zone.map { service.zoneOf.contains($0) } ?? false
  }

  /// Whether some replica of a service matches.
  public func matchesAny(of service: ServiceSpec) -> Bool { !places(in: service).isEmpty }

  /// Places among a service's replicas, shard by shard, that match.
  func places(in service: ServiceSpec) -> [Int] {
    guard names(service) else { return [] }
    let group = group.flatMap { service.places(of: $0) }
    let zones = zone == nil ? [] : service.zoneOf
    return (0..<(service.shards * service.replicas)).filter { place in
      let (shard, replica) = (place / service.replicas, place % service.replicas)
      return shard == self.shard ?? shard && replica == self.replica ?? replica
        && group?.contains(replica) ?? true
        && (zone == nil || !zones.isEmpty && zones[place] == zone)
    }
  }
}

extension FaultSpec.Verb {
  /// Whether it strikes messages and not who sends or receives them.
  public var isOfMessages: Bool {
    switch self {
    case .loss, .delay, .partition: true
    case .crash, .pause, .slowDown, .load, .fail, .flush: false
    }
  }
}

extension FaultSpec {
  /// Whether it may change how a service serves, or who reaches it.
  public func strikes(_ service: ServiceSpec) -> Bool {
    switch verb {
    case .flush: false
    case .partition(let partition):
      [partition.from, partition.to].contains { $0.map { $0.names(service) } ?? true }
    default: target.names(service)
    }
  }
}
