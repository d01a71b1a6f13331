import TailraceEngine

// Services of whose keys versions are kept.
extension PlanBuilder {
  /// The name of the program of a read or a write, as handlers are named.
  private static func handler(_ name: String, _ operation: CallOperation) -> String {
    "#\(operation.rawValue) \(name)"
  }

  static func layOutVersions(_ services: [ServiceSpec], _ plan: inout Plan) {
    for (index, service) in services.enumerated() where service.versionedBy != nil {
      plan.versioned.append(
        VersionedRow(
          service: Int32(index), firstStation: plan.services[index].firstStation,
          replicas: plan.services[index].replicas, moves: service.sharding?.reshard != nil))
    }
    if !plan.versioned.isEmpty { plan.readsVisits = true }
  }

  /// Compiles each handler again, followed by what a read or a write does at the replica.
  ///
  /// The copies have the luck and the call sites of the handler itself.
  mutating func compileVersioned(by service: ServiceSpec, _ index: Int32) {
    guard let store = plan.versioned.firstIndex(where: { $0.service == index }) else { return }
    for handler in service.handlers {
      for operation in CallOperation.allCases {
        let sites = siteCounts
        let last = StepRow(
          op: operation == .read ? .giveVersion : .takeVersion, target: Int32(store))
        compile(
          handler, of: service, index,
          as: "\(service.name)/\(Self.handler(handler.name, operation))", last: last)
        siteCounts = sites
      }
    }
  }

  /// A cache's values have versions where the steps of a miss read them from a service that has.
  ///
  /// Not where writes are answered from the cache: then its own value is the newest.
  mutating func keepVersions(of use: Int32, readSince first: Int) {
    let (cache, space) = (Int(plan.cacheUses[Int(use)].cache), plan.cacheUses[Int(use)].space)
    let read = plan.versionUses[first...].first {
      !$0.isWrite && plan.routes[Int($0.route)].space == space
    }
    guard let read, plan.cacheRows[cache].store < 0, !plan.cacheRows[cache].writesBack else {
      return
    }
    plan.cacheRows[cache].store = read.store
  }

  /// Begins a read or a write, where the callee has versions: the call goes to the handler's copy.
  ///
  /// - Returns: the step that ends it; nil where there are none.
  mutating func beginVersion(of call: inout CallSpec, need: Int) -> StepRow? {
    let name = call.service
    guard let service = serviceIndex[name], let key = spec(of: service).versionedBy,
      let store = plan.versioned.firstIndex(where: { $0.service == service })
    else { return nil }
    guard let space = plan.keySpaces.firstIndex(of: key) else {
      preconditionFailure("no key space \(key)")
    }
    let use = Int32(plan.versionUses.count)
    plan.versionUses.append(
      VersionUseRow(
        store: Int32(store), route: Int32(plan.routes.count), need: Int32(need),
        isWrite: call.operation == .write))
    plan.routes.append(RouteRow(space: Int32(space), map: -1, isEach: false))
    call.handler = Self.handler(call.handler, call.operation)
    plan.steps.append(StepRow(op: .askVersion, target: use))
    return StepRow(op: .judgeVersion, target: use)
  }
}
