/// Something that goes wrong at some replicas of a service, for a time.
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
    /// Visits fail on arrival with this chance.
    case fail(Double)
    /// All entries of a cache are lost; it strikes no service.
    case flush(cache: String)
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

/// The replicas of a service that a fault strikes: all that match what is given.
public struct FaultTarget: Sendable {
  /// Empty where no service is struck.
  public var service: String
  public var shard: Int?
  /// Number within its shard.
  public var replica: Int?
  public var group: String?
  /// Share of those that match, drawn once; at least one replica.
  public var fraction = 1.0

  public init(_ service: String) { self.service = service }
}
