/// Where the time of a request goes, before anybody has said how long queues are.
indirect enum LatencyNode: Sendable {
  /// Time of the request's own, independent of everything else.
  case time(TimeDistribution)
  /// A piece of work that may have to wait for it, at a service by its number.
  case visit(Int, work: TimeDistribution, requestClass: String)
  /// One after the other.
  case series([LatencyNode])
  /// One of them, by chance.
  case choice([(weight: Double, node: LatencyNode)])
  /// All at once, until so many have come back.
  case join([(node: LatencyNode, count: Int)], needed: Int)
  /// What theory cannot say, and why.
  case unknown(String)

  /// The parts of a series, however deep.
  var flattened: [LatencyNode] {
    if case .series(let nodes) = self { nodes.flatMap(\.flattened) } else { [self] }
  }

  /// The first thing that is not known.
  var gap: String? {
    switch self {
    case .unknown(let why): why
    case .time, .visit: nil
    case .series(let nodes): nodes.lazy.compactMap(\.gap).first
    case .choice(let arms): arms.lazy.compactMap(\.node.gap).first
    case .join(let branches, _): branches.lazy.compactMap(\.node.gap).first
    }
  }

  /// The time it takes if no request ever waits for another.
  ///
  /// - Throws: what is not known.
  func unloaded() throws(Unknown) -> TimeDistribution {
    switch self {
    case .time(let law), .visit(_, let law, _): return law
    case .series(let nodes):
      var laws: [TimeDistribution] = []
      for node in nodes { laws.append(try node.unloaded()) }
      return try Self.affordable(.sum(of: laws))
    case .choice(let arms):
      var laws: [(weight: Double, law: TimeDistribution)] = []
      for arm in arms where arm.weight > 0 { laws.append((arm.weight, try arm.node.unloaded())) }
      return laws.isEmpty ? .constant(0) : .mixture(laws)
    case .join(let branches, let needed):
      var laws: [(law: TimeDistribution, count: Int)] = []
      for branch in branches { laws.append((try branch.node.unloaded(), branch.count)) }
      return try Self.affordable(.order(laws, needed: needed))
    case .unknown(let why): throw Unknown(why)
    }
  }

  /// A law that does not take too long to compute.
  static func affordable(_ law: TimeDistribution) throws(Unknown) -> TimeDistribution {
    if law.cost <= TimeDistribution.costMax { return law }
    throw Unknown("it takes too many random times one after the other to add up")
  }

  /// Services at which it may wait, each as often as it stands there.
  var visited: [Int] {
    switch self {
    case .visit(let service, _, _): [service]
    case .time, .unknown: []
    case .series(let nodes): nodes.flatMap(\.visited)
    case .choice(let arms): arms.flatMap(\.node.visited)
    case .join(let branches, _):
      branches.flatMap { branch in
        branch.count > 1 ? branch.node.visited + branch.node.visited : branch.node.visited
      }
    }
  }
}
