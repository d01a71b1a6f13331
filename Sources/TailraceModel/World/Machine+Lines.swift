import TailraceEngine

// Visits wait in line at a balancer: under late binding, in one line for each shard, until a replica
// is free; under a bound of connections, in one for each balancer, until a call comes back.
//
// The wait is that of the replica which serves in the end: it counts as if the visit had entered
// there when it joined the line.
extension Machine {
  /// A visit is to be bound to a replica.
  ///
  /// - Returns: whether it goes on now.
  @inline(never) mutating func bind(_ f: Int32) -> Bool {
    // A call to each replica has its own, and waits there.
    if frames[f].load >= 0 {
      frames[f].pc &+= 1
      return true
    }
    // Given up on its way to the line, where nobody joins for a caller who is gone.
    if frames[f].parent == -2 && !frames[f].runsOn {
      stop(f)
      return false
    }
    let service = services.row(edges[frames[f].edge].service)
    let c = service.cluster
    clusters.sums[c].calls &+= inWindow
    let shard = (frames[f].station &- service.firstStation) / service.replicas
    let l = clusters.firstLine[c] &+ shard
    // Whoever stands in line may not go where this one may.
    if let place = freePlace(f, service, shard) {
      settleAt(f, place)
      return true
    }
    let s = frames[f].station
    if clusters.lines[l].length >= clusters.rows[c].lineLimit {
      accounts[s].requests &+= inWindow
      refuseLine(f)
      return true
    }
    join(l, f)
    if queues[stations[s].queue].plan.patience >= 0 { limitWait(f, s) }
    return false
  }

  /// The replica of a shard in rotation with a free slot that the policy chooses; nil if none has.
  private mutating func freePlace(
    _ f: Int32, _ service: RowReference<ServiceRow>, _ shard: Int32
  ) -> Place? {
    let cluster = clusters.rows.row(service.cluster)
    let b = balancerAhead(of: f)
    let load = balancers[b].firstLoad &+ shard &* service.replicas
    let first = service.firstStation &+ shard &* service.replicas
    let known = gather(cluster, b, shard, service.row)
    look(cluster, known, first: first, load: load)
    var count: Int32 = 0
    for k in 0..<known {
      let i = clusters.places[k]
      let station = stations.row(first &+ i)
      // A replica that stands still takes no one, as its slots say nothing.
      if station.busy >= station.slots || station.length > 0 { continue }
      if !isServing(first &+ i) { continue }
      clusters.places[count] = i
      clusters.loads[count] = clusters.loads[k]
      count &+= 1
    }
    if count == 0 { return nil }
    let place = policyPlace(service, b, shard, load, count, frames[f].luck)
    return Place(station: first &+ place, load: load &+ place)
  }

  /// The balancer of a visit that has no replica yet: see `guarded`.
  private mutating func balancerAhead(of f: Int32) -> Int32 { -3 &- frames[f].load }

  private mutating func settleAt(_ f: Int32, _ place: Place) {
    frames[f].station = place.station
    frames[f].load = place.load
    loads[place.load] &+= 1
    clusters.states[clusters.balancerOf[place.load]].out &+= 1
    if clusters.rows[services[stations[place.station].service].cluster].readsServers {
      noteCompany(f)
    }
    frames[f].pc &+= 1
  }

  /// A slot of a replica is free that nobody waits for there: the first in line takes it whose
  /// balancer may choose that replica.
  ///
  /// - Returns: whether somebody does.
  @discardableResult
  @inline(never) mutating func pull(to s: Int32) -> Bool {
    let i = stations[s].service
    let c = services[i].cluster
    if c < 0 || !clusters.rows[c].bindsLate { return false }
    let place = s &- services[i].firstStation
    let l = clusters.firstLine[c] &+ place / services[i].replicas
    dropGone(from: l)
    var f = clusters.lines[l].head
    while f >= 0 && (frames[f].state == .dead || !mayTake(f, s, services.row(i))) {
      f = frames[f].next
    }
    if f < 0 { return false }
    let load = balancers[balancerAhead(of: f)].firstLoad &+ place
    takeTurn(f, at: s)
    settleAt(f, Place(station: s, load: load))
    ready.append(f)
    return true
  }

  /// Whether the balancer of a visit may choose a replica, be it that health is ignored.
  private mutating func mayTake(
    _ f: Int32, _ s: Int32, _ service: RowReference<ServiceRow>
  ) -> Bool {
    let b = balancerAhead(of: f)
    let place = s &- service.firstStation
    let load = balancers[b].firstLoad &+ place
    if clusters.hosts[load].isInSubset && isInRotation(load, s) { return true }
    let cluster = clusters.rows.row(service.cluster)
    let count = gather(cluster, b, place / service.replicas, service.row, counts: false)
    return candidate(place % service.replicas, count) >= 0
  }

  /// All free slots of a replica that has come back go to those in line.
  mutating func pullAll(to s: Int32) {
    var free = stations[s].slots &- stations[s].busy
    while free > 0 && pull(to: s) { free &-= 1 }
  }

  // MARK: Lines

  /// A visit joins a line.
  mutating func join(_ l: Int32, _ f: Int32) {
    let s = frames[f].station
    frames[f].state = .inLine
    frames[f].since = time
    frames[f].pending = l
    clusters.lines[l].append(f, frames)
    noteLength(clusters.lines[l].length, accounts.row(s))
    seriesEntered(s)
  }

  /// Who has waited goes on to a replica.
  mutating func takeTurn(_ f: Int32, at s: Int32) {
    let wait = time &- frames[f].since
    if inWindow == 1 { waits.record(wait, in: Int(stations[s].waits)) }
    frames[f].generation &+= 1  // it no longer gives up
    takeOut(f, at: s)
  }

  /// Takes a visit out of its line, to go on or to end at once.
  private mutating func takeOut(_ f: Int32, at s: Int32) {
    if _slowPath(records) { record(.queue, f, since: frames[f].since) }
    leaveLine(f, at: s)
    clusters.lines[frames[f].pending].remove(f, frames)
    frames[f].pending = 0
    frames[f].state = .running
  }

  /// Frees the rows of those who have left a line from its middle, as far as they are first now.
  mutating func dropGone(from l: Int32) {
    while true {
      let f = clusters.lines[l].takeMark(frames)
      if f < 0 { return }
      freeFrame(f)
    }
  }

  /// A wait in line ends; it counts at a replica.
  private mutating func leaveLine(_ f: Int32, at s: Int32) {
    frames[f].queued &+= time &- frames[f].since
    seriesGaveUp(frames[f].station)
    accounts[s].entered &+= 1
    accounts[s].enteredAt &+= clipped(frames[f].since)
    accounts[s].gaveUp &+= 1
    accounts[s].gaveUpAt &+= cutTime
    noteWaited(f, s)
  }

  /// Nobody waits any more for one who stands in line, who leaves it at once: nothing was sent.
  ///
  /// Its row stays as a mark that is skipped when it is reached.
  mutating func giveUpLine(_ f: Int32) {
    let s = frames[f].station
    leaveLine(f, at: s)
    accounts[s].aborted &+= inWindow
    clusters.lines[frames[f].pending].leaveMark()
    frames[f].state = .dead
    frames[f].generation &+= 1
  }

  /// Who stands in line has waited as long as it may.
  mutating func leaveLineImpatiently(_ f: Int32) {
    let s = frames[f].station
    takeOut(f, at: s)
    accounts[s].requests &+= inWindow
    refuseLine(f)
    walk(f)
  }

  private mutating func refuseLine(_ f: Int32) {
    let s = frames[f].station
    accounts[s].refused &+= inWindow
    accounts[s].failed &+= inWindow
    if keepsIntervals { intervals.refuse(Int(stations[s].service), at: time) }
    frames[f].state = .running
    frames[f].outcome = .shed
    frames[f].pc = steps[frames[f].pc].onError
  }

  /// At the end, who stands in line waits at the replica that it was counted at.
  mutating func settleLines() {
    if clusters.lines.count == 0 { return }
    for f in 0..<frameHigh where frames[f].state == .inLine {
      let s = frames[f].station
      accounts[s].entered &+= 1
      accounts[s].enteredAt &+= clipped(frames[f].since)
      stations[s].length &+= 1
      frames[f].state = .queued
    }
  }
}
