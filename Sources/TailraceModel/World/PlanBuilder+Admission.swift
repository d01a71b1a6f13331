import TailraceEngine

extension PlanBuilder {
  /// Gives each replica of a service with admission control a door of its own.
  static func layOutGates(
    _ topology: Topology, _ services: [ServiceSpec], _ plan: inout Plan
  ) {
    guard services.contains(where: { $0.admission != nil }) else { return }
    plan.gateOf = Array(repeating: -1, count: plan.stations.count)
    let priorities = Set(plan.classPriorities).sorted()
    for (index, service) in services.enumerated() {
      guard var policy = service.admission else { continue }
      policy.begin(classes: Int32(priorities.count))
      let first = Int(plan.services[index].firstStation)
      for s in first..<(first + service.shards * service.replicas) {
        plan.gateOf[s] = Int32(plan.admissions.count)
        plan.admissions.append(policy)
      }
      if policy.readsLevels && plan.userRoute < 0 {
        plan.classRanks = plan.classPriorities.map { Int32(priorities.firstIndex(of: $0) ?? 0) }
        let client = BuiltInKeys.client.rawValue
        guard let space = plan.keySpaces.firstIndex(of: client) else {
          preconditionFailure("no key space \(client)")
        }
        plan.userRoute = Int32(plan.routes.count)
        plan.routes.append(RouteRow(space: Int32(space), map: -1, isEach: false))
      }
    }
  }
}

extension ServiceSpec {
  /// The key space that tells users apart at its door; nil where none is asked for.
  public var userKey: String? {
    admission?.readsLevels == true ? BuiltInKeys.client.rawValue : nil
  }
}
