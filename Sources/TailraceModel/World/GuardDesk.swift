import TailraceEngine

/// What keeps the attempts of a step back: its breaker, its throttle or both.
struct GuardRow: BitwiseCopyable, Sendable {
  var breaker: BreakerLaw?
  /// Attempts that go for each that is accepted; 0 without a throttle.
  var k = 0.0
  /// A tenth of the throttle's window, in nanoseconds.
  var slice: UInt64 = 1
  /// Of the throttle's draw.
  var salt: UInt64 = 0
  /// The state of its first caller replica; the others follow.
  var firstState: Int32
  /// Its row among the results.
  var pair: Int32
}

/// What a caller's replica remembers for a step.
struct GuardState: BitwiseCopyable, Sendable {
  var breaker = BreakerState()
  /// Attempts, those rejected here among them, and those accepted.
  var throttle = RecentCalls()
}

/// What breakers and throttles of a caller's calls to a service did in the window.
public struct GuardSum: BitwiseCopyable, Sendable, Equatable {
  /// Attempts that asked.
  public var asked: UInt64 = 0
  /// Attempts that an open breaker, or the throttle, rejected.
  public var rejectedByBreaker: UInt64 = 0
  public var rejectedByThrottle: UInt64 = 0
  /// Times that a breaker opened.
  public var trips: UInt64 = 0
  /// Nanoseconds that breakers were not closed, all together; while it runs it wraps.
  public var openTime: UInt64 = 0

  public init() {}

  public static func += (sum: inout GuardSum, part: GuardSum) {
    sum.asked += part.asked
    sum.rejectedByBreaker += part.rejectedByBreaker
    sum.rejectedByThrottle += part.rejectedByThrottle
    sum.trips += part.trips
    sum.openTime += part.openTime
  }
}

/// A caller and a service with the breakers between them.
struct GuardPair: Sendable, Hashable {
  var caller: Int32
  var service: Int32
}

struct GuardDesk: ~Copyable {
  let rows: Table<GuardRow>
  let states: Table<GuardState>
  /// By pair of a caller and a service.
  let sums: Table<GuardSum>

  init(_ plan: Plan) {
    rows = Table(plan.guards)
    states = Table(repeating: GuardState(), count: plan.guardStates.count)
    sums = Table(repeating: GuardSum(), count: plan.guardPairs.count)
  }
}

/// What breakers and throttles did in one replication, within the window.
public struct GuardOutcome: Sendable {
  /// The caller among `Replication.components`, and the callee among the services.
  public var from: Int
  public var to: Int
  /// Steps with a breaker times replicas of the caller.
  public var breakers: Int
  /// Whether there is a breaker, or a throttle.
  public var hasBreaker: Bool
  public var hasThrottle: Bool
  public var sum: GuardSum
}
