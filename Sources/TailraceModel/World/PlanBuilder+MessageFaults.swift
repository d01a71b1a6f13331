import TailraceEngine

extension PlanBuilder {
  /// Lays out a fault that strikes messages.
  static func layOutMessages(
    of fault: FaultSpec, _ services: [ServiceSpec], _ row: inout FaultRow, _ plan: inout Plan
  ) {
    var message = MessageFaultRow(
      verb: .loss, salt: StreamName.hash("faults", fault.name, "message"))
    switch fault.verb {
    case .loss(let chance):
      message.chance = chance
      message.to = set(of: [], &plan)
    case .delay(let delay):
      message.verb = .delay
      message.law = law(delay, &plan)
      message.to = set(of: [], &plan)
    case .partition(let partition):
      message.verb = .partition
      message.bothWays = partition.bothWays
      message.drops = partition.drops
      precondition(partition.from != nil || partition.to != nil, "\(fault.name) parts nobody")
      if let from = partition.from { message.from = set(of: from, services, row.base, &plan) }
      if let to = partition.to { message.to = set(of: to, services, row.base, &plan) }
    case .crash, .pause, .slowDown, .load, .fail, .flush: preconditionFailure("not of messages")
    }
    row.verb = message.verb
    row.message = Int32(plan.mishaps.rows.count)
    plan.mishaps.rows.append(message)
  }

  private static func set(
    of target: FaultTarget, _ services: [ServiceSpec], _ base: UInt64, _ plan: inout Plan
  ) -> EndSet {
    var found = set(of: replicas(matching: target, services, base, plan).map(\.station), &plan)
    if target.service.isEmpty { found.zone = target.zone.map { Int32($0) } ?? -1 }
    return found
  }

  private static func set(of stations: [Int32], _ plan: inout Plan) -> EndSet {
    let first = plan.mishaps.words.count
    plan.mishaps.words += Array(repeating: 0, count: (plan.stations.count + 63) / 64)
    for s in stations { plan.mishaps.words[first + Int(s) / 64] |= 1 << UInt64(s % 64) }
    return EndSet(first: Int32(first))
  }

  /// Numbers, in the order of their names, of the faults that may strike messages of a call.
  func messageFaults(from caller: Caller, to callee: ServiceSpec) -> [Int32] {
    let faults = topology.faults.filter(\.verb.isOfMessages).sorted { $0.name < $1.name }
    let ends = caller.service < 0 ? [callee] : [callee, spec(of: caller.service)]
    return faults.indices.filter { i in ends.contains { faults[i].strikes($0) } }.map { Int32($0) }
  }

  /// Notes how replicas start, and which of them hand on the address that they see.
  mutating func layOutStarts() {
    func byStation<Row>(_ row: (ServiceSpec) -> Row) -> [Row] {
      services.flatMap { Array(repeating: row($0), count: $0.shards * $0.replicas) }
    }
    let restarts = services.contains { $0.cluster?.liveness != nil }
    if restarts || services.contains(where: { $0.startUp > 0 || $0.warmUp != nil }) {
      plan.mishaps.starts = byStation { service in
        var row = StartRow(startUp: service.startUp)
        if let warmUp = service.warmUp {
          (row.warmUp, row.slowness) = (warmUp.length, warmUp.slowDown)
        }
        return row
      }
    }
    if plan.keySpaces.contains(BuiltInKeys.sourceIP.rawValue),
      services.contains(where: \.preservesSourceIP)
    {
      plan.mishaps.preserves = byStation(\.preservesSourceIP)
    }
  }
}
