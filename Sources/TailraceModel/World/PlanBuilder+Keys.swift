import TailraceEngine

/// How a call site whose callee is sharded by key finds the shard.
struct RouteRow: BitwiseCopyable, Sendable {
  var space: Int32
  /// How keys find their shard.
  var map: Int32
  /// Column of the frames' own keys; -1 where no scatter goes by keys of the space.
  var column: Int32 = -1
  /// Whether each key of the request has a call of its own.
  var isEach: Bool
  /// Whether it is the address of whoever calls.
  var isAddress = false
}

/// What decides about the shard of a call.
enum ShardChoice {
  /// Its place among the calls of a scatter.
  case place
  /// The request's key.
  case key
  /// One key after the other.
  case eachKey
}

extension PlanBuilder {
  /// Numbers the key spaces by name and lays out what each workload carries of them.
  static func layOutKeys(
    _ workloads: [WorkloadSpec], _ services: [ServiceSpec], _ topology: Topology,
    _ plan: inout Plan
  ) {
    let carried = workloads.flatMap { $0.keys.map(\.space) }
    let used =
      services.flatMap(\.keysOfCalls)
      + topology.caches.map(\.key) + topology.splitKeys
    // What others follow from is there even where no workload names it.
    let parts = used.flatMap { topology.computedKeys[$0]?.parts.map(\.space) ?? [] }
      .filter { BuiltInKeys(rawValue: $0) != nil }
    plan.keySpaces = Set(carried + used + parts).sorted()
    var clients: UInt64 = 0
    for workload in workloads {
      defer { clients += UInt64(workload.clients ?? 0) }
      for space in plan.keySpaces {
        var row = KeyUseRow()
        row.source = StreamName.hash("workloads", workload.name)
        row.salt = StreamName.hash("keys", space)
        row.countSalt = StreamName.hash("keys", space, "count")
        if let keys = workload.keys.first(where: { $0.space == space }) {
          layOut(keys, of: workload, &row, &plan)
        } else if let computed = topology.computedKeys[space] {
          layOut(computed, space, of: workload, &row, &plan)
        } else if let builtIn = BuiltInKeys(rawValue: space) {
          layOut(builtIn, of: workload, after: clients, &row, &plan)
        }
        plan.keyUses.append(row)
      }
    }
  }

  private static func layOut(
    _ keys: CarriedKeys, of workload: WorkloadSpec, _ row: inout KeyUseRow, _ plan: inout Plan
  ) {
    if case .column(let name) = keys.law {
      let columns = workload.arrivals.trace?.columns ?? []
      guard let word = columns.firstIndex(of: ColumnName(name, .key)) else {
        preconditionFailure("the trace of \(workload.name) has no column of keys \(name)")
      }
      row.word = Int32(word)
      row.count = 1
      row.countMax = 1
      return
    }
    row.law = keyLaw(keys.law, &plan)
    row.countMax = Int32(keys.countMax)
    if case .shifting = keys.law {
      // The short way to a single key knows no request but its number.
      row.countLaw = law(keys.count, &plan)
    } else if case .constant = keys.count {
      row.count = row.countMax
    } else {
      row.countLaw = law(keys.count, &plan)
    }
    let support = keys.law.support
    row.firstRange = Int32(plan.keyRanges.count)
    row.rangeCount = Int32(support.count)
    plan.keyRanges += support.map { KeyRange(first: $0.lowerBound, last: $0.upperBound) }
  }

  /// Keys that follow from those that a workload carries, if it carries them all.
  private static func layOut(
    _ keys: ComputedKeys, _ space: String, of workload: WorkloadSpec, _ row: inout KeyUseRow,
    _ plan: inout Plan
  ) {
    let carried = keys.parts.compactMap { part in
      workload.keys.first { $0.space == part.space }?.countMax
        ?? (BuiltInKeys(rawValue: part.space) == nil ? nil : 1)
    }
    guard carried.count == keys.parts.count else { return }
    row.source = StreamName.hash("keys", space, "of")
    row.firstPart = Int32(plan.keyParts.count)
    row.partCount = Int32(keys.parts.count)
    row.countMax = carried.reduce(0) { max($0, Int32($1)) }
    if let law = keys.law { row.law = keyLaw(law, &plan) }
    for part in keys.parts {
      guard let number = plan.keySpaces.firstIndex(of: part.space) else {
        preconditionFailure("no key space \(part.space)")
      }
      plan.keyParts.append(KeyPartRow(space: Int32(number), count: part.count))
    }
  }

  private static func keyLaw(_ law: KeyLaw, _ plan: inout Plan) -> Int32 {
    let compiled = compiled(law, &plan)
    plan.keyLaws.append(compiled)
    return Int32(plan.keyLaws.count - 1)
  }

  private static func compiled(
    _ law: KeyLaw, share: Double = 1, _ plan: inout Plan
  ) -> CompiledKeyLaw {
    switch law {
    case .scan(let range):
      return .scan(first: range.lowerBound, count: length(of: range), share: share)
    case .shifting(let law, let every, let count):
      let clock = plan.keyShifts.firstIndex(of: every) ?? plan.keyShifts.count
      if clock == plan.keyShifts.count { plan.keyShifts.append(every) }
      return .shifting(law: keyLaw(law, &plan), clock: Int32(clock), count: count)
    case .uniform(let range):
      return .uniform(first: range.lowerBound, count: length(of: range))
    case .zipf(let range, let exponent):
      plan.keyZipfs.append(ZipfLaw(count: length(of: range), exponent: exponent))
      return .zipf(first: range.lowerBound, law: Int32(plan.keyZipfs.count - 1))
    case .list(let keys):
      let first = Int32(plan.keyValues.count)
      plan.keyValues += keys.map(\.key)
      return .list(CompiledLaw.choice(keys.map(\.weight), &plan), first: first)
    case .mixture(let parts):
      // Members stand side by side, after whatever they are made of themselves.
      let all = parts.reduce(0) { $0 + $1.weight }
      let members = parts.map { compiled($0.law, share: share * $0.weight / all, &plan) }
      let first = Int32(plan.keyLaws.count)
      plan.keyLaws += members
      return .mixture(CompiledLaw.choice(parts.map(\.weight), &plan), first: first)
    case .given(let keys):
      precondition(!keys.isEmpty, "given keys need a key")
      let first = Int32(plan.keyValues.count)
      plan.keyValues += keys
      return .given(first: first, count: Int32(keys.count))
    case .column: preconditionFailure("a column of keys is no part of another law")
    }
  }

  private static func length(of range: ClosedRange<UInt64>) -> UInt64 {
    range.upperBound - range.lowerBound + 1
  }

  /// How calls of one site find their shard; -1 where their place among others says it.
  static func route(
    to service: ServiceSpec, _ choice: ShardChoice, _ plan: inout Plan
  ) -> Int32 {
    guard choice != .place else { return -1 }
    guard let sharding = service.sharding else {
      precondition(choice == .key, "\(service.name) is not sharded by a key")
      return -1
    }
    if choice == .key && service.shards == 1 { return -1 }
    guard let space = plan.keySpaces.firstIndex(of: sharding.key) else {
      preconditionFailure("no key space \(sharding.key)")
    }
    plan.routes.append(
      RouteRow(space: Int32(space), map: shardMap(of: service, &plan), isEach: choice == .eachKey))
    return Int32(plan.routes.count - 1)
  }

  /// The function from a service's keys to its shards: built once, however many call it.
  static func shardMap(of service: ServiceSpec, _ plan: inout Plan) -> Int32 {
    if let known = plan.sharding.mapOf[service.name] { return known }
    guard let sharding = service.sharding else { preconditionFailure("not sharded by a key") }
    let number = Int32(plan.sharding.maps.count)
    plan.sharding.mapOf[service.name] = number
    plan.sharding.maps.append(
      sharding.policy.map(sharding.shards(of: service), &plan.sharding.memory))
    var row = HotKeysRow()
    if let hot = sharding.hotKeys {
      row.first = Int32(plan.sharding.memory.words.count)
      row.count = Int32(hot.keys.count)
      row.ways = Int32(hot.ways)
      row.salt = StreamName.hash("services", service.name, "hot_keys")
      plan.sharding.memory.words += hot.keys.sorted()
    }
    plan.sharding.hotKeys.append(row)
    layOut(sharding.reshard, of: service, sharding, &plan)
    return number
  }

  /// A key space that a scatter goes by has a column in which frames note which key is theirs.
  static func assignKeyColumns(_ plan: inout Plan) {
    var columns: [Int32: Int32] = [:]
    for route in plan.routes where route.isEach && columns[route.space] == nil {
      columns[route.space] = plan.keyColumns
      plan.keyColumns += 1
    }
    let address = plan.keySpaces.firstIndex(of: BuiltInKeys.sourceIP.rawValue).map { Int32($0) }
    for i in plan.routes.indices {
      plan.routes[i].column = columns[plan.routes[i].space] ?? -1
      plan.routes[i].isAddress = plan.routes[i].space == address
    }
  }

  /// A scatter with one call for each key of the request.
  static func keyScatter(edge: Int32, _ join: Join, _ plan: inout Plan) -> StepRow {
    var row = StepRow(op: .scatterKeys)
    row.target = edge
    let space = plan.routes[Int(plan.edges[Int(edge)].route)].space
    var most: Int32 = 1
    for i in stride(from: Int(space), to: plan.keyUses.count, by: plan.keySpaces.count) {
      most = max(most, plan.keyUses[i].countMax)
    }
    row.count = most
    setNeed(of: &row, join, map: 0, &plan)
    return row
  }

  /// Answers that a scatter needs whose calls are counted when it begins: 0 is all of them, and -1
  /// the share in its arm, which also says whose shards they are.
  static func setNeed(
    of row: inout StepRow, _ join: Join, map: Int32, _ plan: inout Plan
  ) {
    row.law = Int32(plan.arms.count)
    var arm = ArmRow(bound: 1, start: map)
    switch join.need {
    case .all: row.need = 0
    case .responses(let n): row.need = Int32(n)
    case .fraction(let share):
      row.need = -1
      arm.bound = share
    }
    plan.arms.append(arm)
  }
}
