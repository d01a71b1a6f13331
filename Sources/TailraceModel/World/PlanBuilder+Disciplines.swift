import TailraceEngine

extension PlanBuilder {
  /// Lays out a service's replicas.
  static func layOutStations(
    of service: ServiceSpec, _ index: Int, isFaulty: Bool, _ plan: inout Plan
  ) {
    var station = StationRow(
      slots: service.slots.map { Int32($0) } ?? .max,
      limit: service.queueLimit.map { Int32($0) } ?? .max, service: Int32(index))
    // Its bound is that of the line; who has come to the replica waits there for its own reasons.
    if service.cluster?.bindsLate ?? false { station.limit = .max }
    let speeds = service.speeds
    let readsWork = service.replicas > 1 && service.balancing.readsWork
    let isAttended =
      isFaulty || readsWork || service.queueTimeout != nil || service.dropsExpired
      || !service.classLimits.isEmpty || speeds.contains { $0 != 1 }
      || service.cluster?.bindsLate ?? false
    station.order = QueueOrder(service, isAttended: isAttended)
    station.preempts = service.preemptive || service.discipline == .srpt
    station.tracks = station.preempts || isFaulty || readsWork
    // Sharing needs something scarce: one core unless the scenario says how many.
    var queue = QueuePlan(cores: Int32(service.cores ?? 1))
    queue.isMeasured = readsWork
    queue.dropsExpired = service.dropsExpired
    if let limit = service.queueTimeout {
      queue.patience = law(limit, &plan)
      queue.patienceSalt = StreamName.hash("services", service.name, "queue", "timeout")
    }
    let managed = manage(service, &plan)
    for i in 0..<(service.shards * service.replicas) {
      if station.order != .fifo {
        station.queue = Int32(plan.queues.count)
        queue.speed = speeds[i % service.replicas]
        if let managed {
          queue.managed = Int32(plan.managedQueues.count)
          plan.managedQueues.append(managed)
        }
        plan.queues.append(queue)
      }
      plan.stations.append(station)
    }
  }

  /// How the replicas' queues look after themselves; nil if they do not.
  private static func manage(_ service: ServiceSpec, _ plan: inout Plan) -> ManagedQueuePlan? {
    let isFair = service.discipline == .fair
    guard service.discipline.sheds || isFair || !service.classLimits.isEmpty else { return nil }
    var row = ManagedQueuePlan(target: service.codel.target, interval: service.codel.interval)
    if isFair, let key = service.lineKey {
      guard let space = plan.keySpaces.firstIndex(of: key) else {
        preconditionFailure("no key space \(key)")
      }
      row.route = Int32(plan.routes.count)
      plan.routes.append(RouteRow(space: Int32(space), map: -1, isEach: false))
    }
    if !service.classLimits.isEmpty {
      row.firstClassLimit = Int32(plan.classLimits.count)
      plan.classLimits += plan.classNames.map { name in
        service.classLimits[name].map { Int32($0) } ?? .max
      }
    }
    return row
  }

  /// Tells an `acquire` step where the size of the visit is drawn: its first piece of work.
  static func noteSize(acquire: Int, _ plan: inout Plan) {
    for row in plan.steps[acquire...] where row.op == .work {
      plan.steps[acquire].law = row.law
      plan.steps[acquire].salt = row.salt
      plan.steps[acquire].reads = row.reads
      return
    }
  }
}
