import TailraceEngine

extension PlanBuilder {
  /// The delays of a call's messages, there and back: those of a link between the two, if any.
  ///
  /// - Parameters:
  ///   - row: the call site.
  ///   - call: what it declares.
  ///   - caller: the calling service; nil for a workload.
  ///   - callers: the caller's replicas.
  ///   - callerName: the caller in the names of pools.
  ///   - callee: the service called.
  mutating func layOutWire(
    of row: inout EdgeRow, _ call: CallSpec, from caller: String?, callers: Int,
    _ callerName: String, to callee: ServiceSpec
  ) {
    row.salt = StreamName.hash("network", callee.name)
    if let latency = callee.latency {
      row.wire = law(latency)
      row.wireBack = row.wire
    }
    var there = callee.transport
    var back = callee.transport
    if let caller {
      if let link = topology.links.first(where: { $0.carries(from: caller, to: callee.name) }) {
        row.wire = link.latency.map { law($0) } ?? -1
        there = link.transport
      }
      if let link = topology.links.first(where: { $0.carries(from: callee.name, to: caller) }) {
        row.wireBack = link.latency.map { law($0) } ?? -1
        back = link.transport
      }
    }
    let isFelt = (there?.isFelt ?? false) || (back?.isFelt ?? false)
    guard isFelt || callee.connection != nil else { return }
    let service = plan.services[Int(row.service)]
    var fabric = FabricRow(
      firstStation: service.firstStation, stations: service.shards * service.replicas)
    fabric.there = way(
      there, law: row.wire, size: call.requestSize, from: (caller, callers),
      to: (callee.name, Int(fabric.stations)))
    fabric.back = way(
      back, law: row.wireBack, size: call.responseSize,
      from: (callee.name, Int(fabric.stations)), to: (caller, callers))
    fabric.there.salt = row.salt
    fabric.back.salt = row.salt &+ 1
    row.wire = -1
    row.wireBack = -1
    if let connection = callee.connection {
      layOutPools(connection, of: &fabric, callers: callers, callerName, to: callee.name)
    }
    // The row stands for the steps until these are known.
    row.back = Int32(plan.fabrics.count)
    plan.fabrics.append(fabric)
  }

  private mutating func way(
    _ transport: Transport?, law: Int32, size: LawSpec?, from sender: (name: String?, count: Int),
    to receiver: (name: String?, count: Int)
  ) -> WayRow {
    var way = WayRow(law: law)
    if let size {
      way.size = self.law(size)
      way.reads = size.visitAttributes(&plan)
    }
    guard let transport else { return way }
    way.loss = transport.loss
    way.pause = transport.retransmitTimeout
    if let bandwidth = transport.bandwidth {
      way.perByte = 1e9 / bandwidth
      way.outPort = ports(of: transport.name, .out, bandwidth, sender)
      way.inPort = ports(of: transport.name, .in, bandwidth, receiver)
    }
    return way
  }

  /// The first of a service's ports to a link; a workload's clients have none.
  private mutating func ports(
    of link: String, _ direction: PortDirection, _ bandwidth: Double,
    _ end: (name: String?, count: Int)
  ) -> Int32 {
    guard let service = end.name else { return -1 }
    let key = "\(link)/\(direction)/\(service)"
    if let known = portOf[key] { return known }
    let first = Int32(plan.portCount)
    portOf[key] = first
    plan.portGroups.append(
      PortGroup(
        link: link, service: service, direction: direction, bandwidth: bandwidth, first: first,
        count: Int32(end.count)))
    plan.portCount += end.count
    return first
  }

  private mutating func layOutPools(
    _ spec: ConnectionSpec, of fabric: inout FabricRow, callers: Int, _ caller: String,
    to callee: String
  ) {
    let key = "\(caller)/\(callee)"
    if let known = poolOf[key] {
      fabric.firstPool = known
      fabric.policy = plan.pools[Int(known)].policy
      return
    }
    fabric.firstPool = Int32(plan.pools.count)
    poolOf[key] = fabric.firstPool
    fabric.policy = Int32(plan.connectionPolicies.count)
    plan.connectionPolicies.append(
      ConnectionPolicy(
        roundTrips: Int32(spec.roundTrips), resumptionFraction: spec.resumptionFraction,
        requestsMax: spec.requestsMax.map { Int32($0) } ?? .max,
        streamsMax: Int32(spec.streamsMax), idleTimeout: spec.idleTimeout ?? never,
        connectionsMax: spec.connectionsMax.map { Int32($0) } ?? .max,
        salt: StreamName.hash("services", callee, "connection", "resumption")))
    for _ in 0..<callers {
      for s in 0..<fabric.stations {
        plan.pools.append(PoolRow(policy: fabric.policy, station: fabric.firstStation + s))
      }
    }
  }

  /// Writes the steps of messages around the visits of such calls.
  ///
  /// There: `connect [door serve greet] open send receive jump`; back: `send receive end`.
  mutating func layOutFabric() {
    for e in plan.edges.indices where plan.edges[e].back >= 0 {
      let index = plan.edges[e].back
      var fabric = plan.fabrics[Int(index)]
      let entry = plan.edges[e].entry
      let start = Int32(plan.steps.count)
      var failing: [Int] = []
      func add(_ op: Op, _ count: Int32 = 0) -> Int32 {
        plan.steps.append(StepRow(op: op, target: index, count: count))
        return Int32(plan.steps.count - 1)
      }
      if fabric.policy >= 0 {
        _ = add(.connect)
        let callee = spec(of: plan.edges[e].service)
        if let work = callee.connection?.work {
          if isFaulty(callee.name) { failing.append(Int(add(.door))) }
          let serve = Int(add(.serve))
          failing.append(serve)
          plan.steps[serve].law = law(work)
          plan.steps[serve].salt = StreamName.hash("services", callee.name, "connection", "work")
          fabric.visit = Int32(failing[0])
          _ = add(.greet)
        }
        fabric.open = add(.open)
      }
      fabric.send = add(.send)
      if fabric.there.inPort >= 0 { _ = add(.receive) }
      plan.steps[Int(add(.jump))].target = entry
      plan.edges[e].entry = start
      plan.edges[e].back = add(.send, 1)
      if fabric.back.inPort >= 0 { _ = add(.receive, 1) }
      fabric.end = add(.end)
      for i in failing { plan.steps[i].onError = fabric.end }
      plan.fabrics[Int(index)] = fabric
    }
  }
}
