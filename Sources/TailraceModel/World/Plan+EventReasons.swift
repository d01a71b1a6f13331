// Why departures are events, in words for people: each is the end of "events, since …".
extension Plan {
  /// Whether only clients of closed loops call a service: they go on when it ends, so that its
  /// departures are events in any case.
  func servesClosedLoopsAlone(_ i: Int) -> Bool {
    let closed = Set(sources.filter { $0.kind == .closed }.map(\.component))
    let callers = edges.indices.filter { Int(edges[$0].service) == i }.map { edgeCallers[$0] }
    return !callers.isEmpty && callers.allSatisfy(closed.contains)
  }

  /// What the steps of a service look at that is not known on arrival; nil if nothing.
  func reasonOfProgram(_ program: Range<Int>) -> String? {
    if steps[program].contains(where: { $0.op == .admit }) {
      return "its door follows how visits fare"
    }
    return steps[program].contains { $0.op == .skipQueue } ? "its steps look at its queue" : nil
  }

  /// What a replica's queue must know that is not known on arrival; nil where it knows all.
  func reasonOfQueue(_ service: ServiceRow) -> String? {
    let first = Int(service.firstStation)
    let members = first..<(first + Int(service.shards) * Int(service.replicas))
    switch stations[first].order {
    case .fifo: return nil
    case .sharing: return "its visits share cores"
    case .codel: return "its visits may be dropped in the queue"
    case .lifo, .priority, .sjf, .srpt, .random, .adaptive, .fair:
      return "who comes later may be served first"
    case .attended: break
    }
    let plans = members.map { queues[Int(stations[$0].queue)] }
    if plans.contains(where: { $0.patience >= 0 }) { return "its visits may give up waiting" }
    if plans.contains(where: \.dropsExpired) { return "its visits may be dropped in the queue" }
    if plans.contains(where: { $0.managed >= 0 }) { return "its queue has a bound for each class" }
    if plans.contains(where: \.isMeasured) { return "its balancers read the work that is left" }
    if plans.contains(where: { $0.speed != 1 }) { return "its replicas have speeds of their own" }
    if service.cluster >= 0 && clusters[Int(service.cluster)].restarts {
      return "its liveness checks may restart it"
    }
    return "a fault may strike it"
  }
}
