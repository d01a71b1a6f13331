import TailraceEngine

/// Chooses the replica of a shard that serves a call.
///
/// A policy has at most 24 bytes of state, one copy per balancer; it sees `Replicas` and nothing else.
public protocol BalancingPolicy: Sendable {
  /// Its name in scenario files.
  static var name: String { get }
  /// What it does, in one sentence.
  static var summary: String { get }
  /// Whether it reads loads, which decides what the compiler may leave out.
  var readsLoad: Bool { get }
  /// Whether it reads how much work is left at the replicas.
  var readsWork: Bool { get }
  init()
  /// Begins somewhere else than at the first replica: several balancers must not go in step.
  mutating func start(at offset: Int32)
  /// Whether it reads or writes more of each replica than its load: `Replicas.hosts`.
  var readsHosts: Bool { get }
  /// Whether it reads what the replicas themselves say of their load.
  var readsServers: Bool { get }
  /// The chosen replica, from 0 to `replicas.count - 1`.
  mutating func pick(_ replicas: Replicas, _ luck: inout KeyedRandom) -> Int32
  /// A call to a replica, counted over all of the shard's, has ended so; only policies that read
  /// hosts hear of it.
  mutating func heard(_ outcome: Outcome, from replica: Int32)
}

extension BalancingPolicy {
  /// Policies without a position have nowhere to start.
  public mutating func start(at offset: Int32) {}

  public var readsWork: Bool { false }

  public var readsHosts: Bool { readsServers }

  public var readsServers: Bool { false }

  public mutating func heard(_ outcome: Outcome, from replica: Int32) {}
}

/// What a policy may see of the replicas it chooses from.
@safe public struct Replicas {
  /// How many there are; at least 2.
  public let count: Int32
  /// Calls out to them.
  let loads: UnsafeMutablePointer<Int32>
  /// When further calls out will be back; nil if none is known ahead.
  let returns: UnsafeMutablePointer<Ring<UInt64>>?
  /// Work left at the replicas to choose from, for policies that read it.
  let work: UnsafeMutablePointer<Double>
  /// The present instant.
  let now: UInt64
  /// What a balancer with more to go by knows of each; nil where it has not.
  var hosts: UnsafeMutablePointer<HostRow>?
  /// By such a replica, its row among `hosts`, which is also its place in the shard.
  var places: UnsafeMutablePointer<Int32>?
  /// Requests in flight at the replicas and their latency, as they say themselves.
  var servers: ServerView?

  init(
    count: Int32, loads: UnsafeMutablePointer<Int32>,
    returns: UnsafeMutablePointer<Ring<UInt64>>?, work: UnsafeMutablePointer<Double>, now: UInt64
  ) {
    self.count = count
    unsafe self.loads = unsafe loads
    unsafe self.returns = unsafe returns
    unsafe self.work = unsafe work
    self.now = now
  }

  /// Attempts this balancer has out at a replica.
  @inline(__always) public func load(_ i: Int32) -> Int32 {
    precondition(i >= 0 && i < count)
    let out = unsafe loads[Int(i)]
    guard let returns = unsafe returns else { return out }
    unsafe returns[Int(i)].drop(through: now)
    return unsafe out &+ Int32(truncatingIfNeeded: returns[Int(i)].count)
  }

  /// Nanoseconds until a replica has done all pieces of work that are at it.
  ///
  /// Only for policies that say they read it; infinite where a replica stands still.
  public func timeLeft(_ i: Int32) -> Double {
    precondition(i >= 0 && i < count)
    return unsafe work[Int(i)]
  }
}
