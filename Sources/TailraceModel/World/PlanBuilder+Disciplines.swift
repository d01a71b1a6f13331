import TailraceEngine

extension PlanBuilder {
  /// Lays out a service's replicas.
  static func layOutStations(of service: ServiceSpec, _ index: Int, _ plan: inout Plan) {
    var station = StationRow(
      slots: service.slots.map { Int32($0) } ?? .max,
      limit: service.queueLimit.map { Int32($0) } ?? .max, service: Int32(index))
    station.order = QueueOrder(service)
    station.preempts = service.preemptive || service.discipline == .srpt
    for _ in 0..<(service.shards * service.replicas) {
      if station.order != .fifo {
        station.queue = Int32(plan.queueCores.count)
        // Sharing needs something scarce: one core unless the scenario says how many.
        plan.queueCores.append(Int32(service.cores ?? 1))
      }
      plan.stations.append(station)
    }
  }

  /// Tells an `acquire` step where the size of the visit is drawn: its first piece of work.
  static func noteSize(acquire: Int, _ plan: inout Plan) {
    for row in plan.steps[acquire...] where row.op == .work {
      plan.steps[acquire].law = row.law
      plan.steps[acquire].salt = row.salt
      return
    }
  }
}
