import TailraceEngine

// Where departures can be computed on arrival, decided once when the plan is built.
extension Plan {
  /// Arrivals go on for at most one duration more; given ones end by themselves.
  mutating func setHorizon() {
    let keepsComing = sources.contains { source in
      switch source.kind {
      case .instants: false
      case .stream: isEndless(source)
      case .renewal, .constant, .closed: true
      }
    }
    // Where nobody comes any more the run ends when it is empty, or after nine years.
    horizon = keepsComing ? window.upperBound &* 2 : Clock.latest / 2
  }

  private func isEndless(_ source: SourceRow) -> Bool {
    switch streams[Int(source.stream)].kind {
    case .instants: false
    case .traced: traces[Int(source.trace)].isEndless
    default: true
    }
  }

  /// Gives each replica a histogram of waits, or each service one where there are many replicas.
  mutating func layOutWaits() {
    for service in services {
      let count = Int(service.shards) * Int(service.replicas)
      let perReplica = count <= WaitRow.replicasMax
      waitRows.append(
        WaitRow(first: Int32(waitHistograms), stride: perReplica ? 1 : 0))
      for k in 0..<count {
        stations[Int(service.firstStation) + k].waits = Int32(waitHistograms + (perReplica ? k : 0))
      }
      waitHistograms += perReplica ? count : 1
    }
  }

  /// Marks stations, calls and scatters whose ends are known ahead.
  ///
  /// Where calls are counted and some may be given up, only those that come back are to count.
  mutating func decideBooking(forcesEvents isForced: Bool, keepsCalls: Bool) {
    endsEarly =
      joinsMayEndEarly || !faults.isEmpty || clusters.contains(where: \.restarts)
      || edges.contains { $0.timeoutLine >= 0 }
    let isUnderEarlyEnd = servicesUnderEarlyEnds()
    let general: String? =
      if isForced {
        "all departures are forced to be"
      } else if keepsCalls && endsEarly {
        "calls are counted and some may be given up"
      } else { nil }
    for i in services.indices {
      eventReasons.append(
        general ?? reasonForEvents(i, endsEarly: endsEarly, isUnderEarlyEnd: isUnderEarlyEnd[i]))
    }
    defer {
      markPlainCalls()
      markCachedCalls(foreseesHits: !isForced)
    }
    guard eventReasons.contains(nil) else { return }
    for s in stations.indices {
      var row = BookingRow(slots: stations[s].slots, limit: stations[s].limit)
      if eventReasons[Int(stations[s].service)] == nil {
        stations[s].isBooked = true
        if row.slots > 1 && row.slots < .max {
          row.firstSlot = Int32(bookedSlots)
          bookedSlots += Int(row.slots)
        }
        let cancel = services[Int(stations[s].service)].cancel
        row.cancels = endsEarly && cancel != .none
        row.stopsWork = row.cancels && cancel == .running
        row.settle()
      }
      bookings.append(row)
    }
    // A balancer's counts may be kept by instants of return if nothing else ends a call.
    let loadsAreForeseen =
      !joinsMayEndEarly
      && !(endsEarly
        && services.indices.contains { services[$0].cancel != .none && !knowsPatience(of: $0) })
    for e in edges.indices {
      let service = services[Int(edges[e].service)]
      guard eventReasons[Int(edges[e].service)] == nil, edges[e].wire < 0,
        edges[e].wireBack < 0, isOnePiece(edges[e].entry), isFree(edges[e])
      else { continue }
      let policy = Int(edges[e].policy)
      if policy >= 0 {
        guard stations[Int(service.firstStation)].limit == .max,
          constantPatience(of: edges[e]) != nil
        else { continue }
      }
      if service.readsLoad {
        guard loadsAreForeseen, stations[Int(service.firstStation)].slots == 1,
          returnsAreOrdered(of: edges[e])
        else { continue }
        foreseesLoads = true
      }
      if policy >= 0 {
        attemptPolicies[policy].isForeseen = true
      } else {
        edges[e].isForeseen = true
      }
    }
    // A closed loop's clients go on when they have their answer: that takes an event.
    for s in sources.indices where sources[s].kind == .closed && sources[s].edge >= 0 {
      if edges[Int(sources[s].edge)].isForeseen { sources[s].edge = -1 }
    }
    layOutForesights()
    for p in steps.indices where steps[p].op == .scatter {
      steps[p].isForeseen =
        steps[p].needsAll && steps[p].deadlineLine < 0 && steps[p].window == 0
        && edges[Int(steps[p].target)].isForeseen && !mayFail(call: steps[p].target)
    }
  }

  /// Marks calls whose visits are one piece of work that nothing holds up: see `sendPlain`.
  private mutating func markPlainCalls() {
    let arePlain = services.map { service in
      let first = Int(service.firstStation)
      return stations[first..<(first + Int(service.shards * service.replicas))].allSatisfy {
        $0.order == .fifo && !$0.isBooked && !$0.tracks
      }
    }
    for e in edges.indices {
      let service = services[Int(edges[e].service)]
      edges[e].component = service.component
      if service.shards == 1 && service.replicas == 1 && edges[e].route < 0 {
        edges[e].onlyStation = service.firstStation
      }
      edges[e].isPlain =
        arePlain[Int(edges[e].service)] && isOnePiece(edges[e].entry) && edges[e].wire < 0
        && edges[e].wireBack < 0 && edges[e].route < 0 && isFree(edges[e])
      edges[e].isDirect = edges[e].isPlain
      edges[e].watchLine = edges[e].timeoutLine
      edges[e].isWatched = edges[e].timeoutLine >= 0
      if edges[e].policy >= 0 {
        let policy = Int(edges[e].policy)
        attemptPolicies[policy].visitsArePlain =
          edges[e].isPlain && !attemptPolicies[policy].isTied
        edges[e].isPlain = false
        edges[e].isDirect =
          attemptPolicies[policy].visitsArePlain && attemptPolicies[policy].startsLean
        edges[e].watchLine = attemptPolicies[policy].firstLine
      }
    }
  }

  /// Whether a visit's work follows from its request, and its replica from the balancer alone.
  private func isFree(_ edge: EdgeRow) -> Bool {
    edge.aim == .balanced && steps[Int(edge.entry)].reads == 0
  }

  private mutating func layOutForesights() {
    guard edges.contains(where: \.isForeseen) || attemptPolicies.contains(where: \.isForeseen)
    else { return }
    for edge in edges {
      let service = services[Int(edge.service)]
      let entry = steps[Int(edge.entry)]
      let isPlain = edge.isForeseen && bookings[Int(service.firstStation)].isPlain
      let isKept =
        !visitHistograms.isEmpty && visitHistograms[Int(service.firstStation)] >= 0
      foresights.append(
        ForesightRow(
          firstStation: service.firstStation, stations: service.shards &* service.replicas,
          work: entry.law, component: service.component, isPlain: isPlain,
          isQuick: isPlain && !isKept, salt: entry.salt,
          timeout: patience(of: edge), waits: waitRows[Int(edge.service)]))
    }
  }

  /// Whether who is called first through a balancer is also back first, answered or given up.
  private func returnsAreOrdered(of edge: EdgeRow) -> Bool {
    let patience = constantPatience(of: edge)
    return patience != nil
      && edges.allSatisfy {
        $0.firstBalancer != edge.firstBalancer || constantPatience(of: $0) == patience
      }
  }

  /// After what time each attempt of a call is given up, `never` if it is not; nil where that
  /// differs from attempt to attempt.
  private func constantPatience(of edge: EdgeRow) -> UInt64? {
    if edge.policy < 0 { return edge.timeoutLine < 0 ? never : edge.timeout }
    let policy = attemptPolicies[Int(edge.policy)]
    guard policy.isSequential else { return nil }
    let whole = policy.timeoutLine < 0 ? never : delayLines[Int(policy.timeoutLine)]
    if policy.perTryLine < 0 { return whole }
    let perTry = delayLines[Int(policy.perTryLine)]
    if whole <= perTry { return whole }
    if whole == never { return perTry }
    // The whole call must never cut its last attempt short.
    guard let pause = longestPause(of: policy) else { return nil }
    let most = Double(policy.retries) * (Double(perTry) + pause) + Double(perTry)
    return most <= Double(whole) ? perTry : nil
  }

  /// The longest pause before a retry, in nanoseconds; nil where a law has no bound that is known.
  private func longestPause(of policy: AttemptPolicy) -> Double? {
    if policy.pauseLaw < 0 { return policy.most * policy.jitter.most }
    guard case .constant(let pause) = laws[Int(policy.pauseLaw)] else { return nil }
    return Double(pause)
  }

  /// After what time the caller gives up its call, or the first attempt of it.
  private func patience(of edge: EdgeRow) -> UInt64 {
    if edge.policy < 0 { return edge.timeoutLine >= 0 ? edge.timeout : never }
    let policy = attemptPolicies[Int(edge.policy)]
    return [policy.timeoutLine, policy.perTryLine].filter { $0 >= 0 }
      .map { delayLines[Int($0)] }.min() ?? never
  }

  private func reasonForEvents(_ i: Int, endsEarly: Bool, isUnderEarlyEnd: Bool) -> String? {
    let service = services[i]
    if let reason = reasonOfQueue(service) { return reason }
    if service.cluster >= 0 { return "its balancers hear how its visits end" }
    if endsEarly && service.cancel != .none && !knowsPatience(of: i) {
      return "its work may be cancelled"
    }
    if let reason = reasonOfProgram(programs[i]) { return reason }
    if holdsSlots(i) { return "its slots are held during other steps" }
    if isUnderEarlyEnd { return "a caller may go on or crash before its answer comes" }
    if servesClosedLoopsAlone(i) { return "the clients of closed loops go on when it ends" }
    return nil
  }

  /// Whether it is known when a visit comes when its caller will cancel it.
  ///
  /// It is at one slot without a bound, where each call is made by a workload for itself alone and
  /// only its timeouts can stop it. One patience for all, so that who comes first gives up first.
  private func knowsPatience(of i: Int) -> Bool {
    let station = stations[Int(services[i].firstStation)]
    guard station.slots == 1, station.limit == .max else { return false }
    var patience: UInt64?
    for (p, step) in steps.enumerated() where step.op.isCall {
      let edge = edges[Int(step.target)]
      guard Int(edge.service) == i else { continue }
      guard step.op == .call, edge.callerStation < 0, edge.timeoutLine >= 0,
        let own = constantPatience(of: edge), edge.wire < 0, edge.wireBack < 0,
        isOnePiece(edge.entry), patience ?? own == own, !isInBranch(p)
      else { return false }
      patience = own
    }
    return patience != nil
  }

  /// Whether a step belongs to a branch of a `parallel`.
  private func isInBranch(_ p: Int) -> Bool {
    steps.indices.contains { i in
      steps[i].op == .parallel && (i + 2..<Int(steps[i + 1].target)).contains(p)
    }
  }

  /// Whether a service is called, directly or not, for a join that needs only some of its answers.
  ///
  /// There it matters which of two answers at one instant comes first. Below a replica that may
  /// crash, an answer is only worth something once it has come.
  private func servicesUnderEarlyEnds() -> [Bool] {
    var marked = Array(repeating: false, count: services.count)
    var pending: [Range<Int>] = []
    for (p, step) in steps.enumerated() where !step.needsAll || step.deadlineLine >= 0 {
      // The steps of a `parallel`'s branches stand between the jump that follows it and its goal.
      pending.append(step.op == .parallel ? p + 2..<Int(steps[p + 1].target) : p..<p + 1)
    }
    // Whose work is for nobody, since another failed, must not have answered ahead.
    for (p, step) in steps.enumerated() {
      if step.isScatter && mayFailAlone(call: step.target, isLimited: step.window > 0) {
        pending.append(p..<p + 1)
      } else if step.op == .parallel && mayFailAlone(parallel: p) {
        pending.append(p + 2..<Int(steps[p + 1].target))
      }
    }
    for program in programs where steps[program].contains(where: { $0.op == .door }) {
      pending.append(program)
    }
    for aside in asides
    where steps[programs[Int(aside.service)]].contains(where: { $0.op == .door }) {
      pending.append(aside.steps)
    }
    // Below a visit that may be stopped, who is at work then works for nobody.
    for i in services.indices where endsEarly && services[i].cancel == .running {
      pending.append(programs[i])
    }
    // Which copy comes first matters to a call that has several out.
    for edge in edges
    where edge.policy >= 0 && !attemptPolicies[Int(edge.policy)].isSequential
      && !marked[Int(edge.service)]
    {
      marked[Int(edge.service)] = true
      pending.append(programs[Int(edge.service)])
    }
    while let range = pending.popLast() {
      for step in steps[range] where step.op.isCall {
        let i = Int(edges[Int(step.target)].service)
        if marked[i] { continue }
        marked[i] = true
        pending.append(programs[i])
      }
    }
    return marked
  }

  /// Whether a service has a handler that keeps its slot from step to step.
  private func holdsSlots(_ i: Int) -> Bool {
    steps[programs[i]].contains { $0.op == .acquire }
  }

  /// Whether a program is one piece of work that takes a slot.
  private func isOnePiece(_ entry: Int32) -> Bool {
    steps[Int(entry)].op == .serve && steps[Int(entry) + 1].op == .end
  }

  /// Whether a call may end without an answer.
  func mayFail(call e: Int32) -> Bool {
    let edge = edges[Int(e)]
    let station = stations[Int(services[Int(edge.service)].firstStation)]
    // Who waits too long is shed, as who finds the queue full.
    let mayLeave = station.queue >= 0 && queues[Int(station.queue)].mayShed
    return edge.timeoutLine >= 0 || station.limit < .max || mayLeave || !isOnePiece(edge.entry)
  }

  /// Whether a join of several may go on before all its children have come back.
  private var joinsMayEndEarly: Bool {
    steps.contains { step in
      switch step.op {
      case .scatter, .scatterKeys, .tellAll:
        step.deadlineLine >= 0 || !step.needsAll
          || (step.count > 1 && mayFail(call: step.target))
      case .parallel: true
      default: false
      }
    }
  }
}

extension StepRow {
  /// Whether a join goes on only when all have answered.
  var needsAll: Bool { op == .scatterKeys ? need == 0 : need >= count }
}
