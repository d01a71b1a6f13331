import TailraceEngine

// Keys that requests have though their workload does not name them.
extension PlanBuilder {
  /// A built-in key of a workload's requests; `first` clients belong to other closed loops.
  static func layOut(
    _ space: BuiltInKeys, of workload: WorkloadSpec, after first: UInt64, _ row: inout KeyUseRow,
    _ plan: inout Plan
  ) {
    if space == .sourceIP, plan.keySpaces.contains(BuiltInKeys.client.rawValue),
      workload.keys.contains(where: { $0.space == BuiltInKeys.client.rawValue })
    {
      // A client has one address. Spaces are laid out by name: its row is there already.
      let place = plan.keySpaces.firstIndex(of: BuiltInKeys.client.rawValue) ?? 0
      let own = plan.keyUses.count / plan.keySpaces.count * plan.keySpaces.count
      row = plan.keyUses[own + place]
      return
    }
    // A client and its address are the same number.
    let name = space == .request ? space : .client
    row.salt = StreamName.hash("keys", name.rawValue)
    row.law = Int32(plan.keyLaws.count)
    row.count = 1
    row.countMax = 1
    let isClosed = workload.clients != nil && space != .request
    plan.keyLaws.append(isClosed ? .client(first: first) : .unique)
  }
}

extension Machine {
  /// The address that a callee sees: of the replica that makes the call, unless it hands on another;
  /// nil is the client's own.
  @inline(never) mutating func address(of parent: Int32) -> UInt64? {
    if parent < 0 { return nil }
    var f = parent
    while frames[f].kind == .call {
      f = frames[f].parent
      if f < 0 { return nil }
    }
    return frames[f].station < 0 ? nil : shownAddress(f)
  }
}
