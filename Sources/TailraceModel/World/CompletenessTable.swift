import TailraceEngine

/// How complete the answers of joins are that may go on without some of them.
///
/// A pair of a scatter and a workload takes memory when its first join of that kind ends: 4 KB and
/// 8 B a member.
struct CompletenessTable: ~Copyable {
  /// Shares of the answers are told apart in steps of a thousandth.
  static let steps = 1_000

  private let pairs: Table<ScatterPair>
  private let sums: Table<CompletenessSum>
  private var shares = Table<UInt32>(repeating: 0, count: 0)
  private var missing = Table<UInt64>(repeating: 0, count: 0)
  private var sharesUsed = 0
  private var missingUsed = 0

  init(_ plan: [ScatterPair]) {
    pairs = Table(plan)
    sums = Table(repeating: CompletenessSum(), count: plan.count)
  }

  /// A join that asked for so many answers ended with some of them.
  mutating func note(_ p: Int32, answers: Int32, of asked: Int32) {
    let sum = sums.row(p)
    if sum.firstShare < 0 { makeRoom(p) }
    let (answers, asked) = (UInt64(answers), UInt64(asked))
    sum.joins &+= 1
    if answers == asked { sum.complete &+= 1 }
    sum.asked &+= asked
    sum.answers &+= answers
    sum.ratios &+= answers &<< 32 / asked
    let step = Int(answers &* UInt64(Self.steps) / asked)
    shares[sum.firstShare &+ step] &+= 1
  }

  /// It ended without the answer of a member.
  mutating func noteMissing(_ p: Int32, member: Int32) {
    missing[sums[p].firstMissing &+ (pairs[p].members == 1 ? 0 : Int(member))] &+= 1
  }

  private mutating func makeRoom(_ p: Int32) {
    let members = Int(pairs[p].members)
    if sharesUsed + Self.steps + 1 > shares.count {
      shares.grow(to: max(sharesUsed + Self.steps + 1, shares.count * 2), with: 0)
    }
    if missingUsed + members > missing.count {
      missing.grow(to: max(missingUsed + members, missing.count * 2), with: 0)
    }
    sums[p].firstShare = sharesUsed
    sums[p].firstMissing = missingUsed
    sharesUsed += Self.steps + 1
    missingUsed += members
  }

  /// What a pair has seen; nil without a join that may go on without some answers.
  mutating func outcome(_ p: Int32, _ group: ScatterGroup) -> CompletenessOutcome? {
    let (pair, sum) = (pairs[p], sums[p])
    guard sum.joins > 0 else { return nil }
    return CompletenessOutcome(
      workload: pair.source < 0 ? nil : Int(pair.source), from: Int(group.from),
      to: Int(group.to), members: Int(group.members), isByReplica: group.isByReplica,
      joins: sum.joins, complete: sum.complete, asked: sum.asked, answers: sum.answers,
      ratios: sum.ratios, shares: (0...Self.steps).map { UInt64(shares[sum.firstShare + $0]) },
      missing: pair.members == group.members
        ? (0..<Int(pair.members)).map { missing[sum.firstMissing + $0] } : [])
  }
}

/// Joins of one pair.
struct CompletenessSum: BitwiseCopyable {
  var joins: UInt64 = 0
  var complete: UInt64 = 0
  var asked: UInt64 = 0
  var answers: UInt64 = 0
  /// Sum of answers over asked, in 2^-32: the same in whatever order they are added.
  var ratios: UInt64 = 0
  var firstShare = -1
  var firstMissing = -1
}

/// How complete the answers of a scatter were in one replication.
///
/// Joins of counted requests that ended while somebody waited for them, but for those that failed
/// their program.
public struct CompletenessOutcome: Sendable, Equatable {
  /// The workload whose requests these are; nil for those of all.
  public var workload: Int?
  /// The caller among the components, and the callee among the services.
  public var from: Int
  public var to: Int
  /// Shards of the callee, or replicas of a shard where all calls go to one.
  public var members: Int
  public var isByReplica: Bool
  public var joins: UInt64
  /// Those that had every answer.
  public var complete: UInt64
  /// Answers asked for, and those that were there when the joins ended.
  public var asked: UInt64
  public var answers: UInt64
  /// Sum of the joins' answers over asked, in 2^-32.
  public var ratios: UInt64
  /// Joins by share of the answers, in thousandths rounded down.
  public var shares: [UInt64]
  /// How often each member's answer was not there; empty where they are too many to be told apart.
  public var missing: [UInt64]
}
