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
          replicas: plan.services[index].replicas))
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
