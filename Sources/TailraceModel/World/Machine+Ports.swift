import TailraceEngine

// What the ports of links carry.
extension Machine {
  /// A port carries a message as soon as it is free.
  ///
  /// - Returns: when it begins to.
  mutating func occupy(_ port: Int32, for length: UInt64, _ bytes: UInt64) -> UInt64 {
    let begin = max(time, fabric.ports[port])
    let end = begin &+ length
    fabric.ports[port] = end
    fabric.portSums[port].busy &+= clipped(end) &- clipped(begin)
    if window.contains(begin) {
      fabric.portSums[port].messages &+= 1
      fabric.portSums[port].bytes &+= bytes
    }
    return begin
  }

  /// What each port has done until an instant within the window.
  mutating func portOutcomes(_ plan: Plan, end: UInt64) -> [PortOutcome] {
    plan.portGroups.map { group in
      PortOutcome(
        link: group.link, service: group.service, direction: group.direction,
        bandwidth: group.bandwidth,
        rows: (group.first..<group.first + group.count).map { portRow($0, end: end) })
    }.sorted { one, other in
      (one.link, one.service, one.direction.rawValue)
        < (other.link, other.service, other.direction.rawValue)
    }
  }

  private mutating func portRow(_ port: Int32, end: UInt64) -> PortRow {
    let sum = fabric.portSums[port]
    // Messages that are to come follow one another without a pause.
    let ahead = max(clipped(fabric.ports[port]), end) &- end
    return PortRow(busyArea: sum.busy &- ahead, messages: sum.messages, bytes: sum.bytes)
  }

  /// What must hold of ports; empty unless the program is at fault.
  mutating func brokenPorts(_ plan: Plan, end: UInt64) -> [String] {
    let most = end &- min(end, window.lowerBound)
    return portOutcomes(plan, end: end).filter { group in
      group.rows.contains { $0.busyArea > most }
    }.map { "a port of \($0.service) to \($0.link) is used more than time allows" }
  }
}
