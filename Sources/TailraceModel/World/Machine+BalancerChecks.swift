import TailraceEngine

// What must hold of balancers that know more than how many calls they have out.
extension Machine {
  /// Empty unless the program is at fault.
  mutating func brokenBalancers(_ plan: Plan) -> [String] {
    if !clusters.isUsed { return [] }
    var broken: [String] = []
    for c in 0..<Int32(clusters.rows.count) {
      let row = clusters.rows.row(c)
      let name = plan.serviceNames[Int(row.service)]
      let service = services[row.service]
      for m in row.firstMember..<(row.firstMember &+ row.memberCount) {
        let b = clusters.members[m]
        var sum: Int64 = 0
        var (ejected, exceptions) = (Int32(0), Int32(0))
        for i in 0..<(service.shards &* service.replicas) {
          let load = balancers[b].firstLoad &+ i
          sum &+= Int64(loads[load])
          if clusters.hosts[load].isEjected { ejected &+= 1 }
          if !clusters.health[service.firstStation &+ i].isKnownReady { exceptions &+= 1 }
        }
        let state = clusters.states[b]
        if row.connectionsMax < .max {
          sum &-= Int64(clusters.lines[clusters.firstPending &+ b].length)
        }
        if state.out != sum { broken.append("a balancer of \(name) lost count of what is out") }
        if state.ejected != ejected || state.exceptions != exceptions &+ ejected {
          broken.append("a balancer of \(name) lost count of who is left out")
        }
      }
    }
    return broken + brokenLines()
  }

  /// Visits in line are as many as the lines say, and each is in one.
  private mutating func brokenLines() -> [String] {
    var broken: [String] = []
    for l in 0..<Int32(clusters.lines.count) {
      let line = clusters.lines[l]
      var count: Int32 = 0
      var f = line.head
      while f >= 0 {
        if frames[f].state != .dead { count &+= 1 }
        f = frames[f].next
      }
      if count != line.length { broken.append("line \(l) at a balancer lost count") }
    }
    return broken
  }
}
