import TailraceEngine
import TailraceStatistics

/// Calls of one component to many members of a service at once; several sites of a pair are one.
struct ScatterGroup: BitwiseCopyable, Sendable, Equatable {
  /// The caller among the components, and the callee among the services.
  var from: Int32
  var to: Int32
  /// Its first row among pairs of a group and a workload.
  var firstPair: Int32 = 0
  /// Whether each workload has a pair; else there is one for all.
  var isPerWorkload = false
  /// Shards of the callee, or the replicas of its one shard.
  var members: Int32
  var isByReplica: Bool
  /// Replicas that make up a member.
  var width: Int32
  var firstStation: Int32
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
  public static let count = Phase.allCases.count + 2

  /// The word of reports.
  public static func word(_ cause: Int) -> String {
    switch cause {
    case slowNode: "slow_node"
    case pause: "pause"
    default: Phase(rawValue: cause)?.word ?? ""
    }
  }
}

/// How often a member was last for one cause, and how late.
struct StragglerRow: BitwiseCopyable, Sendable {
  var count: UInt64 = 0
  var overSecond: UInt64 = 0
  /// Those of them of which all answers were gathered.
  var gathered: UInt64 = 0
  var overMedian: UInt64 = 0
}

/// Who was last in the joins of scatters on the critical paths of answered requests.
///
/// A pair's rows take memory when it first has a join: members x 11 causes x 32 B. All pairs
/// together have at most `rowsMax` rows (64 MB); those beyond, in the order of names, do not tell
/// their members apart.
struct StragglerTable: ~Copyable {
  static let rowsMax = 1 << 21
  /// Most pairs of a scatter and a workload, 1 KB each for their histograms.
  static let pairsMax = 10_000

  private let pairs: Table<ScatterPair>
  private let firsts: Table<Int32>
  private var rows: Table<StragglerRow>
  private var used = 0
  /// Times of gathered joins: to the last answer, to 99 % and to 95 % of them.
  private var times: HistogramPile

  init(_ plan: [ScatterPair]) {
    pairs = Table(plan)
    firsts = Table(repeating: -1, count: plan.count)
    rows = Table(repeating: StragglerRow(), count: 0)
    times = HistogramPile(count: 3 * plan.count)
  }

  mutating func note(
    _ p: Int32, member: Int32, cause: Int, overSecond: UInt64, _ gathered: GatheredJoin?
  ) {
    if firsts[p] < 0 { addRows(p) }
    let place = pairs[p].members == 1 ? 0 : Int(member)
    let row = rows.row(Int(firsts[p]) + place * StragglerCause.count + cause)
    row.count &+= 1
    row.overSecond &+= overSecond
    guard let gathered else { return }
    row.gathered &+= 1
    row.overMedian &+= gathered.overMedian
    let last = gathered.time
    times.record(last, in: Int(p) * 3)
    times.record(last &- gathered.over99, in: Int(p) * 3 + 1)
    times.record(last &- gathered.over95, in: Int(p) * 3 + 2)
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
    var outcome = StragglerOutcome(
      workload: pair.source < 0 ? nil : Int(pair.source), from: Int(group.from),
      to: Int(group.to), members: Int(group.members), isByReplica: group.isByReplica,
      tellsMembers: pair.members == group.members,
      times: (0..<3).map { times.snapshot(Int(p) * 3 + $0) })
    for member in 0..<Int(pair.members) {
      for cause in 0..<StragglerCause.count {
        let row = rows[Int(firsts[p]) + member * StragglerCause.count + cause]
        if row.count == 0 { continue }
        outcome.parts.append(StragglerPart(member: member, cause: cause, row))
      }
    }
    return outcome
  }
}

/// How far the answers of a join of which all were gathered lie before its last; nanoseconds.
struct GatheredJoin: BitwiseCopyable {
  /// From its start to the last answer.
  var time: UInt64
  var overMedian: UInt64
  var over95: UInt64
  var over99: UInt64
}

/// Who was last in one scatter in one replication.
public struct StragglerOutcome: Sendable, Equatable {
  /// The workload whose requests these are; nil for those of all.
  public var workload: Int?
  /// The caller among the components, and the callee among the services.
  public var from: Int
  public var to: Int
  /// Shards of the callee, or replicas where it has one shard.
  public var members: Int
  public var isByReplica: Bool
  /// Whether members were told apart; else all stand under the first.
  public var tellsMembers: Bool
  /// By member and cause.
  public var parts: [StragglerPart] = []
  /// Times of gathered joins, in nanoseconds: to the last answer, to 99 % and to 95 % of them.
  public var times: [HistogramSnapshot]
}

/// A member that was last for one cause; times in nanoseconds.
public struct StragglerPart: Sendable, Equatable {
  public var member: Int
  /// See `StragglerCause`.
  public var cause: Int
  public var count: UInt64 = 0
  /// Sum of its distances to the second last answer.
  public var overSecond: UInt64 = 0
  /// Joins of which all answers were gathered, and the sum of its distances to their medians.
  public var gathered: UInt64 = 0
  public var overMedian: UInt64 = 0

  /// One of which nothing is counted yet.
  public init(member: Int, cause: Int) {
    self.member = member
    self.cause = cause
  }

  init(member: Int, cause: Int, _ row: StragglerRow) {
    self.init(member: member, cause: cause)
    (count, overSecond) = (row.count, row.overSecond)
    (gathered, overMedian) = (row.gathered, row.overMedian)
  }

  /// Adds what another one has counted.
  public mutating func add(_ other: StragglerPart) {
    count += other.count
    overSecond &+= other.overSecond
    gathered += other.gathered
    overMedian &+= other.overMedian
  }
}
