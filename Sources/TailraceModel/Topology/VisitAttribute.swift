/// What a `linear` law can be linear in beside the attributes of a workload: facts of the visit that
/// draws from it.
public enum VisitAttribute: String, CaseIterable, Sendable {
  /// Answers that the latest scatter or parallel of this program had when it went on.
  case responses
  /// One over the calls of the scatter that made this visit, times the share of its caller.
  case share
  /// How many keys this visit is about.
  case keys
  /// Bytes of them.
  case size
  /// Instances of a cache that held the key which this program has invalidated last.
  case holders

  /// Its bit among those that a law reads.
  var bit: UInt8 { 1 << UInt8(index) }

  /// Its place among the terms of laws: attributes of workloads have places from 0 on.
  var place: Int32 { -1 - Int32(index) }

  private var index: Int {
    switch self {
    case .responses: 0
    case .share: 1
    case .keys: 2
    case .size: 3
    case .holders: 4
    }
  }
}

extension LawSpec {
  /// The attributes that it is linear in, with those of the laws it is made of.
  public var linearAttributes: [String] {
    switch self {
    case .linear(let base, let terms):
      base.linearAttributes + terms.flatMap { [$0.attribute] + $0.law.linearAttributes }
    case .mixture(let parts): parts.flatMap(\.law.linearAttributes)
    case .byClass(let laws): laws.keys.sorted().flatMap { laws[$0]?.linearAttributes ?? [] }
    default: []
    }
  }
}
