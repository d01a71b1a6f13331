import TailraceEngine

// Calls to services whose number of shards changes.
extension PlanBuilder {
  /// A scatter to all shards of a service whose number of shards changes.
  mutating func shardScatter(edge: Int32, _ join: Join) -> StepRow {
    let service = spec(of: plan.edges[Int(edge)].service)
    var row = StepRow(op: .scatterKeys)
    row.target = edge
    row.count = Int32(service.shards)
    Self.setNeed(of: &row, join, map: Self.shardMap(of: service, &plan), &plan)
    return row
  }

  /// Whether the number of a service's shards changes.
  func changesShards(_ service: String) -> Bool {
    serviceIndex[service].map { spec(of: $0).sharding?.reshard != nil } ?? false
  }

  /// The function that gives each key its new owner as soon as the number of shards changes.
  private static func newOwners(of service: ServiceSpec, _ plan: inout Plan) -> Int32 {
    let name = "\(service.name)/new"
    if let known = plan.sharding.mapOf[name] { return known }
    let present = Int(shardMap(of: service, &plan))
    let number = Int32(plan.sharding.maps.count)
    plan.sharding.mapOf[name] = number
    plan.sharding.maps.append(plan.sharding.maps[present])
    plan.sharding.hotKeys.append(plan.sharding.hotKeys[present])
    plan.sharding.reshards.append(plan.sharding.reshards[present])
    plan.sharding.reshards[Int(number)].length = 0
    return number
  }

  /// A call of a key that is being copied, to its new owner, before the one to its owner.
  ///
  /// - Parameters:
  ///   - e: the edge of the call to the owner.
  ///   - call: what it declares.
  ///   - choice: what decides about its shard.
  ///   - context: whose program it belongs to.
  /// - Returns: its edge; -1 where nobody asks twice.
  mutating func firstReading(
    before e: Int32, _ call: CallSpec, _ choice: ShardChoice, _ context: ProgramContext
  ) -> Int32 {
    let service = spec(of: plan.edges[Int(e)].service)
    guard service.sharding?.reshard?.readsTwice ?? false, plan.edges[Int(e)].route >= 0 else {
      return -1
    }
    // It takes no call site, so that nobody's chance changes with it: its luck has a bit of its own.
    let sites = siteCounts
    let first = edge(call, choice, context)
    siteCounts = sites
    plan.edges[Int(first)].site = plan.edges[Int(e)].site | 1 << 47
    let route = Int(plan.edges[Int(first)].route)
    plan.routes[route].map = Self.newOwners(of: service, &plan)
    return first
  }

  /// Asks the new owner of a key that is being copied; its answer, or that it has none, is nothing.
  mutating func appendFirstReading(_ first: Int32, _ op: Op, before e: Int32) {
    var skip = StepRow(op: .skipCopied)
    skip.law = e
    skip.target = Int32(plan.steps.count + 2)
    var call = StepRow(op: op, recovers: true, target: first, count: 1, need: 1)
    call.forgives = true
    call.onError = skip.target
    plan.steps += [skip, call]
  }
}
