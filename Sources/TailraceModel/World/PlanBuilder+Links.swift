import TailraceEngine

extension PlanBuilder {
  /// What a call's messages meet, there and back: that of a link between the two, if any.
  ///
  /// - Parameters:
  ///   - row: the call site.
  ///   - call: what it declares.
  ///   - caller: who makes the call.
  ///   - callers: the caller's replicas.
  ///   - callerName: the caller in the names of pools.
  ///   - callee: the service called.
  mutating func layOutWire(
    of row: inout EdgeRow, _ call: CallSpec, from caller: Caller, callers: Int,
    _ callerName: String, to callee: ServiceSpec
  ) {
    row.salt = StreamName.hash("network", callee.name)
    let sender = caller.service >= 0 ? caller.name : nil
    let own = Wire(latency: callee.latency, transport: callee.transport)
    var wires = [ends(own, sender, callee)]
    if dependsOnZones(caller, to: callee), let links = callee.zoneLinks {
      wires += links.all.map { ends($0, sender, callee) }
    }
    let isFelt = wires.contains { $0.there.isFelt || $0.back.isFelt }
    let faults = messageFaults(from: caller, to: callee)
    if wires.count == 1 && !isFelt && faults.isEmpty && callee.connection == nil {
      row.wire = wires[0].there.latency.map { law($0) } ?? -1
      row.wireBack = wires[0].isOne ? row.wire : wires[0].back.latency.map { law($0) } ?? -1
      return
    }
    precondition(
      callee.cluster?.bindsLate != true, "messages to \(callee.name) go to a replica that is known")
    // The row stands for the steps until these are known.
    row.back = Int32(plan.fabrics.count)
    if wires.count > 1 { zonedFabrics.insert(row.back) }
    let firstFault = Int32(plan.mishaps.numbers.count)
    plan.mishaps.numbers += faults
    for (there, back, isOne) in wires {
      let service = plan.services[Int(row.service)]
      var fabric = FabricRow(
        firstStation: service.firstStation, stations: service.shards * service.replicas)
      let delay = there.latency.map { law($0) } ?? -1
      fabric.there = way(
        there.transport, law: delay, size: call.requestSize, from: (sender, callers),
        to: (callee.name, Int(fabric.stations)))
      fabric.back = way(
        back.transport, law: isOne ? delay : back.latency.map { law($0) } ?? -1,
        size: call.responseSize, from: (callee.name, Int(fabric.stations)), to: (sender, callers))
      fabric.there.salt = row.salt
      fabric.back.salt = row.salt &+ 1
      (fabric.firstFault, fabric.faultCount) = (firstFault, Int32(faults.count))
      if let connection = callee.connection {
        layOutPools(connection, of: &fabric, callers: callers, callerName, to: callee.name)
      }
      plan.fabrics.append(fabric)
    }
  }

  /// What messages meet to a service and back: a link between the two is nearer than anything else.
  private func ends(
    _ wire: Wire, _ caller: String?, _ callee: ServiceSpec
  ) -> (there: Wire, back: Wire, isOne: Bool) {
    func link(_ sender: String?, _ receiver: String?) -> Wire? {
      guard let sender, let receiver else { return nil }
      return topology.links.first { $0.carries(from: sender, to: receiver) }
        .map { Wire(latency: $0.latency, transport: $0.transport) }
    }
    let (there, back) = (link(caller, callee.name), link(callee.name, caller))
    return (there ?? wire, back ?? wire, there == nil && back == nil)
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
  mutating func layOutFabric() {
    for e in plan.edges.indices where plan.edges[e].back >= 0 {
      let first = plan.edges[e].back
      noteFabric(first, of: e)
      guard zonedFabrics.contains(first) else {
        (plan.edges[e].entry, plan.edges[e].back) = layOutMessages(first, of: plan.edges[e])
        continue
      }
      let ways = (0..<3).map { layOutMessages(first + $0, of: plan.edges[e]) }
      let isBoarded = choosesPerConnection(plan.edges[e].service)
      plan.edges[e].entry = choice(of: ways.map(\.there), first, isBoarded ? 2 : 0)
      plan.edges[e].back = choice(of: ways.map(\.back), first, 1)
    }
  }

  /// A step that goes on with the messages of the link between two zones.
  private mutating func choice(of starts: [Int32], _ fabric: Int32, _ way: Int32) -> Int32 {
    var step = StepRow(op: .chooseLink, target: fabric, count: way)
    step.law = Int32(plan.arms.count)
    plan.arms += starts.map { ArmRow(bound: 0, start: $0) }
    plan.steps.append(step)
    return Int32(plan.steps.count - 1)
  }

  /// Writes the steps of messages over one link.
  ///
  /// There: `setOut connect [door serve greet] open send receive jump`; back: `setOut send receive
  /// end`. Where the connection has decided about the replica `ride` stands for `connect`, and all
  /// that a visit must know of its way is known before: a count of 2 says so.
  ///
  /// - Returns: the first step of each way.
  private mutating func layOutMessages(
    _ index: Int32, of edge: EdgeRow
  ) -> (there: Int32, back: Int32) {
    var fabric = plan.fabrics[Int(index)]
    let start = Int32(plan.steps.count)
    var failing: [Int] = []
    func add(_ op: Op, _ count: Int32 = 0) -> Int32 {
      plan.steps.append(StepRow(op: op, target: index, count: count))
      return Int32(plan.steps.count - 1)
    }
    let isBoarded = choosesPerConnection(edge.service)
    if fabric.faultCount > 0 { _ = add(.setOut, isBoarded ? 2 : 0) }
    if fabric.policy >= 0 {
      _ = add(isBoarded ? .ride : .connect)
      let callee = spec(of: edge.service)
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
    plan.steps[Int(add(.jump))].target = edge.entry
    let back = Int32(plan.steps.count)
    if fabric.faultCount > 0 { _ = add(.setOut, 1) }
    _ = add(.send, 1)
    if fabric.back.inPort >= 0 { _ = add(.receive, 1) }
    fabric.end = add(.end)
    for i in failing { plan.steps[i].onError = fabric.end }
    plan.fabrics[Int(index)] = fabric
    return (start, back)
  }
}
