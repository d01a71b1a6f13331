import TailraceEngine

extension PlanBuilder {
  /// Whether a fault may strike replicas of a service, or a check restart them.
  func isFaulty(_ name: String) -> Bool {
    guard let index = serviceIndex[name] else { return false }
    if spec(of: index).cluster?.liveness != nil { return true }
    return topology.faults.contains {
      !$0.verb.isOfMessages && $0.target.names(spec(of: index))
    }
  }

  /// Lays out faults by name, with a clock for each replica they strike, or one for all.
  static func layOutFaults(
    _ topology: Topology, _ services: [ServiceSpec], _ plan: inout Plan
  ) {
    for fault in topology.faults.sorted(by: { $0.name < $1.name }) {
      if case .flush(let cache) = fault.verb {
        layOutFlush(fault, of: cache, &plan)
        continue
      }
      let source = StreamName.hash("faults", fault.name)
      var row = FaultRow(
        verb: .crash, base: Luck.base(seed: plan.seed, source: source),
        salt: StreamName.hash("faults", fault.name, "fail"))
      switch fault.verb {
      case .crash(let drops): row.drops = drops
      case .pause: row.verb = .pause
      case .slowDown(let factor): (row.verb, row.factor) = (.slowDown, factor)
      case .load(let share): (row.verb, row.factor) = (.slowDown, 1 / (1 - share))
      case .fail(let chance): (row.verb, row.factor) = (.fail, chance)
      case .flush: preconditionFailure("laid out above")
      case .loss, .delay, .partition: layOutMessages(of: fault, services, &row, &plan)
      }
      row.at = fault.at ?? 0
      if let every = fault.every { row.every = law(every, &plan) }
      if let length = fault.length { row.length = law(length, &plan) }
      let targets = replicas(matching: fault.target, services, row.base, plan)
      precondition(
        row.verb == .partition || services.contains { fault.target.names($0) },
        "fault \(fault.name) strikes nobody")
      // A zone fails as one.
      addClocks(
        Int32(plan.faults.count), targets,
        isTogether: fault.isTogether || fault.target.service.isEmpty, &plan)
      plan.faults.append(row)
    }
    noteClocks(&plan)
    for i in plan.keyShifts.indices {
      plan.faultClocks.append(
        FaultClock(fault: ~Int32(i), number: 0, firstTarget: 0, targetCount: 0))
    }
  }

  /// A fault that strikes a cache: its clock has no stations.
  private static func layOutFlush(
    _ fault: FaultSpec, of cache: String, _ plan: inout Plan
  ) {
    // A cache that is switched off has nothing to lose.
    guard let place = plan.cacheNames.firstIndex(of: cache) else { return }
    let source = StreamName.hash("faults", fault.name)
    var row = FaultRow(
      verb: .flush, base: Luck.base(seed: plan.seed, source: source), salt: source)
    row.cache = Int32(place)
    row.at = fault.at ?? 0
    if let every = fault.every { row.every = law(every, &plan) }
    if let length = fault.length { row.length = law(length, &plan) }
    plan.faultClocks.append(
      FaultClock(
        fault: Int32(plan.faults.count), number: 0,
        firstTarget: Int32(plan.faultTargets.count), targetCount: 0))
    plan.faults.append(row)
  }

  /// A replica that a fault strikes: its station, and its place within its service.
  struct Struck {
    var station: Int32
    var place: Int
  }

  /// The replicas that match; a fraction of them is drawn.
  static func replicas(
    matching target: FaultTarget, _ services: [ServiceSpec], _ base: UInt64, _ plan: Plan
  ) -> [Struck] {
    let matching = services.enumerated().flatMap { index, service in
      target.places(in: service).map {
        Struck(station: plan.services[index].firstStation + Int32($0), place: $0)
      }
    }
    if target.fraction >= 1 { return matching }
    if matching.isEmpty { return [] }
    let wanted = max(1, (target.fraction * Double(matching.count)).rounded())
    var luck = Luck.draw(base, salt: StreamName.hash("fraction"))
    var sampling = SelectionSampling(Int(wanted), of: matching.count)
    return matching.filter { _ in sampling.takesNext(&luck) }
  }

  private static func addClocks(
    _ fault: Int32, _ targets: [Struck], isTogether: Bool, _ plan: inout Plan
  ) {
    let first = Int32(plan.faultTargets.count)
    plan.faultTargets += targets.map(\.station)
    if isTogether {
      plan.faultClocks.append(
        FaultClock(
          fault: fault, number: 0, firstTarget: first, targetCount: Int32(targets.count)))
      return
    }
    for (i, one) in targets.enumerated() {
      plan.faultClocks.append(
        FaultClock(
          fault: fault, number: UInt32(one.place), firstTarget: first + Int32(i), targetCount: 1))
    }
  }

  /// Tells each station which clocks may strike it, in the order of the faults' names.
  private static func noteClocks(_ plan: inout Plan) {
    var pairs: [(queue: Int32, clock: Int32)] = []
    for (number, clock) in plan.faultClocks.enumerated()
    where plan.faults[Int(clock.fault)].message < 0 {
      for i in clock.firstTarget..<(clock.firstTarget + clock.targetCount) {
        pairs.append((plan.stations[Int(plan.faultTargets[Int(i)])].queue, Int32(number)))
      }
    }
    pairs.sort { ($0.queue, $0.clock) < ($1.queue, $1.clock) }
    for (place, pair) in pairs.enumerated() {
      let q = Int(pair.queue)
      if plan.queues[q].clockCount == 0 { plan.queues[q].firstClock = Int32(place) }
      plan.queues[q].clockCount += 1
    }
    plan.stationClocks = pairs.map(\.clock)
  }
}
