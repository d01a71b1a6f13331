import TailraceEngine

// What happens at a balancer before a call leaves it, and when it comes back.
extension Machine {
  /// A call is about to leave its balancer, or waits or ends there.
  ///
  /// - Returns: whether it goes on now.
  @inline(never) mutating func dispatch(_ f: Int32) -> Bool {
    let load = frames[f].load
    let c = services[edges[frames[f].edge].service].cluster
    if load < 0 {
      if clusters.rows[c].bindsLate {
        frames[f].pc &+= 1
      } else {
        clusters.sums[c].calls &+= inWindow
        reject(f)
      }
      return true
    }
    clusters.sums[c].calls &+= inWindow
    let b = clusters.balancerOf[load]
    let out = clusters.states[b].out
    if out >= clusters.rows[c].connectionsMax && out < clusters.rows[c].requestsMax {
      if waitForConnection(f, c, b) { return false }
    } else if out < clusters.rows[c].requestsMax {
      leaveBalancer(f, c, b)
      return true
    }
    clusters.sums[c].capped &+= inWindow
    loads[load] &-= 1
    reject(f)
    return true
  }

  /// A call goes out.
  mutating func leaveBalancer(_ f: Int32, _ c: Int32, _ b: Int32) {
    clusters.states[b].out &+= 1
    if clusters.rows[c].readsServers { noteCompany(f) }
    frames[f].pc &+= 1
  }

  /// Notes how many visits a replica has when another is sent there.
  mutating func noteCompany(_ f: Int32) {
    if clusters.sentWith.count < frames.count { clusters.sentWith.grow(to: frames.count, with: 0) }
    let s = frames[f].station
    clusters.sentWith[f] = stations[s].busy &+ stations[s].length &+ 1
  }

  /// The balancer itself fails a call: nothing was sent, and no answer travels.
  private mutating func reject(_ f: Int32) {
    frames[f].load = -1
    frames[f].outcome = .rejected
    frames[f].replied = true
    frames[f].pc = steps[frames[f].pc].onError
  }

  /// A call crosses the network on its way to its replica.
  mutating func cross(_ f: Int32) {
    let pc = frames[f].pc
    let delay = sampler.time(
      steps[pc].law, luck: frames[f].luck, salt: steps[pc].salt, number: frames[f].number,
      source: Int32(frames[f].source))
    frames[f].wire = delay
    if _slowPath(records) { record(.requestWire, f, until: time &+ delay) }
    frames[f].pc = pc &+ 1
    frames[f].state = .delayed
    post(EventKey(time &+ delay, .arrival), word(.resumed, f))
  }

  /// A balancer hears what became of a call.
  @inline(never) mutating func hear(_ f: Int32, _ outcome: Outcome) {
    let load = frames[f].load
    let c = services[edges[frames[f].edge].service].cluster
    // Who waits for a connection is not out yet.
    if c < 0 || frames[f].state == .inLine { return }
    let row = clusters.rows.row(c)
    let b = clusters.balancerOf[load]
    let s = frames[f].station
    clusters.states[b].out &-= 1
    if row.connectionsMax < .max { giveConnection(of: b, c) }
    let host = clusters.hosts.row(load)
    // Who was given up says nothing of the replica, unless it took too long.
    let counts = outcome != .cancelled && outcome != .rejected && outcome != .unfinished
    let latency = time &- frames[f].born
    if counts {
      if row.decayTime > 0 {
        let taken = !outcome.isAnswered && row.penalty > 0 ? row.penalty : latency
        host.row.note(latency: taken, at: time, decayTime: row.decayTime)
      }
      if row.readsHosts {
        let shard = (s &- services[row.service].firstStation) / services[row.service].replicas
        let first = services[row.service].firstStation &+ shard &* services[row.service].replicas
        let p = Int(balancers[b].firstPolicy &+ shard &* row.parts)
        for part in 0..<Int(row.parts) { policies[p + part].heard(outcome, from: s &- first) }
      }
      if row.ejects { judge(load, b, c, outcome) }
      if row.weightPeriod > 0 || row.readsServers { noteServer(f, s, outcome, latency) }
    }
    if row.tellsIdle && stations[s].busy == 0 && stations[s].length == 0 { tellIdle(f, s, row) }
  }

  /// A replica remembers what a visit was like.
  private mutating func noteServer(
    _ f: Int32, _ s: Int32, _ outcome: Outcome, _ latency: UInt64
  ) {
    let server = clusters.servers.row(s)
    server.answers &+= 1
    if !outcome.isAnswered { server.failures &+= 1 }
    server.worked &+= frames[f].worked
    if clusters.rows[services[stations[s].service].cluster].readsServers {
      server.row.note(
        latency: latency &- min(latency, frames[f].wire), inFlight: clusters.sentWith[f])
    }
  }

  /// A replica that has fallen idle tells a balancer of its service, drawn by who left it.
  private mutating func tellIdle(_ f: Int32, _ s: Int32, _ row: RowReference<ClusterRow>) {
    let place = s &- services[row.service].firstStation
    var m = row.firstMember
    if row.memberCount > 1 {
      var draw = Luck.draw(frames[f].luck, salt: row.salt &+ 1)
      m &+= Int32(truncatingIfNeeded: draw.below(UInt64(row.memberCount)))
    }
    let b = clusters.members[m]
    let host = clusters.hosts.row(balancers[b].firstLoad &+ place)
    if host.idleNumber > 0 { return }
    clusters.idleCount &+= 1
    host.idleNumber = clusters.idleCount
  }
}
