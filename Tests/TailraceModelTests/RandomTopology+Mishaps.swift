@testable import TailraceModel

// Zones, faults of messages and starts that take time, on top of any other topology.
extension RandomTopology {
  mutating func varyMishaps(of topology: inout Topology) {
    topology.zones = ["a", "b", "c"]
    for i in topology.workloads.indices where !oneIn(4) {
      topology.workloads[i].zones = [ZoneWeight(0), ZoneWeight(1 + below(2), weight: 2)]
    }
    for i in topology.services.indices {
      if !oneIn(4) {
        topology.services[i].zones = [
          ZoneWeight(0, weight: Double(1 + below(2))), ZoneWeight(1), ZoneWeight(2, weight: 0.5),
        ]
      }
      if oneIn(2) { topology.services[i].zoneLinks = ZoneLinks(same: wire(), cross: wire()) }
      if oneIn(3) { topology.services[i].startUp = UInt64(tick) * UInt64(1 + below(9)) }
      if oneIn(3) {
        topology.services[i].warmUp = WarmUpSpec(
          slowDown: Double(2 + below(4)), length: UInt64(tick) * UInt64(1 + below(60)))
      }
      if oneIn(3) { topology.services[i].preservesSourceIP = true }
    }
    for i in 0..<(1 + below(3)) {
      var fault = FaultSpec(
        name: "m\(i)", target: target(in: topology), verb: .loss(0.3),
        every: .exponential(mean: tick * 60), length: .constant(tick * Double(1 + below(9))))
      switch below(6) {
      case 0: break
      case 1: fault.verb = .delay(time())
      case 2: fault.verb = .load(0.5)
      case 3: fault.verb = .crash(drops: oneIn(2))
      default:
        var partition = PartitionSpec(to: fault.target)
        if oneIn(2) { partition.from = target(in: topology) }
        partition.bothWays = oneIn(2)
        partition.drops = oneIn(2)
        fault.verb = .partition(partition)
        fault.target = FaultTarget("")
      }
      topology.faults.append(fault)
    }
  }

  private mutating func wire() -> Wire {
    Wire(latency: oneIn(3) ? nil : time(), transport: oneIn(4) ? transport() : nil)
  }

  /// Replicas of a service, or all in a zone where somebody stands.
  private mutating func target(in topology: Topology) -> FaultTarget {
    let service = topology.services[below(topology.services.count)]
    var target = FaultTarget(service.name)
    if let zone = service.zoneOf.first(where: { $0 >= 0 }), oneIn(2) {
      target = FaultTarget("")
      target.zone = zone
    } else if oneIn(2) {
      target.replica = below(service.replicas)
    }
    return target
  }
}
