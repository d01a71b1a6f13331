import TailraceEngine

/// Calls of one component to many members of a service at once; several sites of a pair are one,
/// unless some go to shards and others to the replicas of one.
struct ScatterGroup: BitwiseCopyable, Sendable, Equatable {
  /// The caller among the components, and the callee among the services.
  var from: Int32
  var to: Int32
  /// Its first row among pairs of a group and a workload.
  var firstPair: Int32 = 0
  /// Whether each workload has a pair; else there is one for all.
  var isPerWorkload = false
  /// Shards of the callee, or replicas of a shard.
  var members: Int32
  /// Whether its calls go to one shard, so that replicas are told apart.
  var isByReplica: Bool
  /// Replicas of a shard.
  var width: Int32
  var firstStation: Int32

  /// The member that a station of the callee is, or is part of.
  @inline(__always) func member(_ station: Int32) -> Int32 {
    let place = station &- firstStation
    return isByReplica ? place % width : place / width
  }
}

/// A group as one workload, or all, made use of it.
struct ScatterPair: BitwiseCopyable, Sendable {
  var group: Int32
  /// The workload; -1 for all.
  var source: Int32
  /// Members told apart; 1 where there would be too many rows.
  var members: Int32
}

/// Why the last answer of a scatter was last: the largest part of its time.
///
/// Phases keep their numbers; a replica that was slow or stood still goes before queue and work.
public enum StragglerCause {
  public static let slowNode = Phase.allCases.count
  public static let pause = Phase.allCases.count + 1
  /// It was not sent before others had come back.
  public static let turn = Phase.allCases.count + 2
  public static let count = Phase.allCases.count + 3

  /// The word of reports.
  public static func word(_ cause: Int) -> String {
    switch cause {
    case slowNode: "slow_node"
    case pause: "pause"
    case turn: "turn"
    default: Phase(rawValue: cause)?.word ?? ""
    }
  }
}

/// How often a member was last for one cause, and how late.
struct StragglerRow: BitwiseCopyable, Sendable {
  var count: UInt64 = 0
  var overSecond: UInt64 = 0
}

/// Who was last in the joins of scatters on the critical paths of answered requests.
///
/// A pair's rows take memory when it first has a join: members x 12 causes x 16 B. All pairs
/// together have at most `rowsMax` rows (32 MB); those beyond, in the order of names, do not tell
/// their members apart.
struct StragglerTable: ~Copyable {
  static let rowsMax = 1 << 21
  /// Most pairs of a scatter and a workload.
  static let pairsMax = 10_000

  private let pairs: Table<ScatterPair>
  private let firsts: Table<Int32>
  private var rows: Table<StragglerRow>
  private var used = 0
  var samples: JoinSamples

  init(_ plan: [ScatterPair]) {
    pairs = Table(plan)
    firsts = Table(repeating: -1, count: plan.count)
    rows = Table(repeating: StragglerRow(), count: 0)
    samples = JoinSamples(pairs: plan.count)
  }

  mutating func note(_ p: Int32, member: Int32, cause: Int, overSecond: UInt64) {
    if firsts[p] < 0 { addRows(p) }
    let row = rows.row(Int(firsts[p]) + place(p, member) * StragglerCause.count + cause)
    row.count &+= 1
    row.overSecond &+= overSecond
  }

  private func place(_ p: Int32, _ member: Int32) -> Int {
    pairs[p].members == 1 ? 0 : Int(member)
  }

  private mutating func addRows(_ p: Int32) {
    let count = Int(pairs[p].members) * StragglerCause.count
    if used + count > rows.count {
      rows.grow(to: max(used + count, rows.count * 2), with: StragglerRow())
    }
    firsts[p] = Int32(used)
    used += count
  }

  /// What a pair has seen; nil without a join.
  mutating func outcome(_ p: Int32, _ group: ScatterGroup) -> StragglerOutcome? {
    let pair = pairs[p]
    guard firsts[p] >= 0 else { return nil }
    let (joins, leastLot) = samples.sample(p)
    var outcome = StragglerOutcome(
      workload: pair.source < 0 ? nil : Int(pair.source), from: Int(group.from),
      to: Int(group.to), members: Int(group.members), isByReplica: group.isByReplica,
      tellsMembers: pair.members == group.members, joins: joins, leastLot: leastLot)
    for member in 0..<Int(pair.members) {
      for cause in 0..<StragglerCause.count {
        let row = rows[Int(firsts[p]) + member * StragglerCause.count + cause]
        if row.count == 0 { continue }
        outcome.parts.append(
          StragglerPart(
            member: member, cause: cause, count: row.count, overSecond: row.overSecond))
      }
    }
    return outcome
  }
}

/// Who was last in one scatter in one replication.
public struct StragglerOutcome: Sendable, Equatable {
  /// The workload whose requests these are; nil for those of all.
  public var workload: Int?
  /// The caller among the components, and the callee among the services.
  public var from: Int
  public var to: Int
  /// Shards of the callee, or replicas of a shard where all calls go to one.
  public var members: Int
  public var isByReplica: Bool
  /// Whether members were told apart; else all stand under the first.
  public var tellsMembers: Bool
  /// By member and cause.
  public var parts: [StragglerPart] = []
  /// Joins of which all answers were kept: all, or those of requests with a lot of `leastLot` or
  /// more, which one in 2^`leastLot` has.
  public var joins: [GatheredJoin]
  public var leastLot: UInt8
}

/// A member that was last for one cause; times in nanoseconds.
public struct StragglerPart: Sendable, Equatable {
  public var member: Int
  /// See `StragglerCause`.
  public var cause: Int
  public var count: UInt64 = 0
  /// Sum of its distances to the second last answer.
  public var overSecond: UInt64 = 0

  public init(member: Int, cause: Int, count: UInt64 = 0, overSecond: UInt64 = 0) {
    (self.member, self.cause) = (member, cause)
    (self.count, self.overSecond) = (count, overSecond)
  }

  /// Adds what another one has counted.
  public mutating func add(_ other: StragglerPart) {
    count += other.count
    overSecond &+= other.overSecond
  }
}
