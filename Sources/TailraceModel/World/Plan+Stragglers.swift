// Which scatters are told about, decided once when the plan is built.
extension Plan {
  /// Groups scatters by caller, callee and what tells its members apart, and gives each workload
  /// its rows.
  ///
  /// A workload's own scatter has one pair; a service's has one for each workload, or one for all
  /// where that would make more than `StragglerTable.pairsMax`.
  mutating func layOutStragglers() {
    let scatters = steps.indices.filter {
      (steps[$0].op == .scatter || steps[$0].op == .scatterKeys) && steps[$0].count > 1
    }
    func ends(_ p: Int) -> (Int32, Int32, Int) {
      let e = Int(steps[p].target)
      return (edgeCallers[e], edges[e].service, goesToOneShard(edges[e]) ? 1 : 0)
    }
    let order = scatters.sorted { ends($0) < ends($1) }
    let isPerWorkload = order.count * workloadNames.count <= StragglerTable.pairsMax
    defer { markPartialJoins() }
    var rows = 0
    for p in order {
      let (from, to, byReplica) = ends(p)
      let isByReplica = byReplica == 1
      if let last = scatterGroups.last, last.from == from, last.to == to,
        last.isByReplica == isByReplica
      {
        steps[p].straggler = Int32(scatterGroups.count - 1)
        continue
      }
      let isService = isCalledByService(p)
      let count = isService && isPerWorkload ? workloadNames.count : 1
      if scatterPairs.count + count > StragglerTable.pairsMax { return }
      let service = services[Int(to)]
      let group = ScatterGroup(
        from: from, to: to, firstPair: Int32(scatterPairs.count), isPerWorkload: count > 1,
        members: isByReplica ? service.replicas : service.shards,
        isByReplica: isByReplica, width: service.replicas, firstStation: service.firstStation)
      steps[p].straggler = Int32(scatterGroups.count)
      for k in 0..<count {
        let needed = Int(group.members) * StragglerCause.count
        let isApart =
          rows + needed + StragglerTable.pairsMax * StragglerCause.count
          <= StragglerTable.rowsMax
        rows += isApart ? needed : StragglerCause.count
        let source =
          !isService ? Int(from) - services.count : count > 1 || workloadNames.count == 1 ? k : -1
        scatterPairs.append(
          ScatterPair(
            group: Int32(scatterGroups.count), source: Int32(source),
            members: isApart ? group.members : 1))
      }
      scatterGroups.append(group)
    }
  }

  /// Marks scatters whose joins may go on without some of the answers.
  private mutating func markPartialJoins() {
    for p in steps.indices where steps[p].straggler >= 0 {
      steps[p].isPartial =
        !steps[p].needsAll || steps[p].deadlineLine >= 0
        || (steps[p].recovers && mayFail(call: steps[p].target))
    }
  }

  /// Whether all calls of a scatter go to one shard, so that its replicas are told apart.
  private func goesToOneShard(_ edge: EdgeRow) -> Bool {
    services[Int(edge.service)].shards == 1 || edge.aim == .replicas || edge.aim == .peers
  }

  private func isCalledByService(_ p: Int) -> Bool {
    Int(edgeCallers[Int(steps[p].target)]) < services.count
  }
}
