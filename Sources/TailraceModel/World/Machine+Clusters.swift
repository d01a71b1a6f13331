import TailraceEngine

// Calls through balancers that know more of the replicas than how many calls they have out.
extension Machine {
  /// The place of a call to such a service.
  ///
  /// - Returns: a place whose `load` is -2 where no replica is in rotation, and -3 less the number of
  ///   the balancer where a replica is chosen later.
  @inline(never) mutating func guarded(
    _ e: Int32, parent: Int32, root: Root, luck: UInt64, branch: Int32
  ) -> Place {
    let edge = edges.row(e)
    let service = services.row(edge.service)
    let cluster = clusters.rows.row(service.cluster)
    let spot = parent < 0 ? 0 : branch
    let shard =
      edge.route >= 0
      ? shard(route: edge.route, parent: parent, root: root, luck: luck, branch: branch)
      : spot % service.shards
    let first = service.firstStation &+ shard &* service.replicas
    let b = clusterBalancer(e, cluster, caller: parent, luck)
    // Which replica it is turns out when one is free; who called may be gone by then.
    if cluster.bindsLate { return Place(station: first, load: -3 &- b) }
    let load = balancers[b].firstLoad &+ shard &* service.replicas
    if cluster.isPerConnection, let place = connectedPlace(e, parent: parent, shard) {
      return place
    }
    if cluster.choosesAmongAll && edge.hash < 0 && clusters.states[b].exceptions == 0 {
      clusters.isPanicking = false
      clusters.part = 0
      let place = unsafe policyPlace(
        service, b, shard, load, service.replicas, places: nil, loads: loads.pointer + Int(load),
        luck)
      return Place(station: first &+ place, load: load &+ place)
    }
    if cluster.subsetRoute >= 0 {
      let key = key(route: cluster.subsetRoute, parent: parent, root: root, branch: branch)
      markSubset(cluster, b, shard, service.row, XXHash64.hash(key))
    }
    var count =
      cluster.levels > 1
      ? gatherLevel(cluster, first: first, load: load, service.replicas, luck)
      : gather(cluster, b, shard, service.row)
    if cluster.isZoneAware {
      count = narrowToZone(e, count, first: first, parent: parent, root: root, luck)
    }
    look(cluster, count, first: first, load: load)
    if cluster.countsConnections { lookAtConnections(e, count, first: first, load: load) }
    if count == 0 {
      clusters.sums[service.cluster].hostless &+= inWindow
      return Place(station: first, load: -2)
    }
    var place: Int32 = -1
    if edge.hash >= 0 {
      place = hashedPlace(e, parent: parent, root: root, branch: branch, load, count)
    } else if cluster.sessionRoute >= 0 {
      var key = key(route: cluster.sessionRoute, parent: parent, root: root, branch: branch)
      if shard > 0 { key = Luck.child(key, UInt64(UInt32(bitPattern: shard))) }
      let session = clusters.sessions.session(of: key, service.cluster)
      place = session.map { sessionPlace($0, service.cluster, count) } ?? -1
      if place < 0 { place = policyPlace(service, b, shard, load, count, luck) }
      if let session {
        session.place = place
        session.usedAt = time
      } else {
        if clusters.sessions.isFull { overcrowd() }
        clusters.sessions.begin(
          SessionRow(key: key, cluster: service.cluster, place: place, usedAt: time))
      }
    } else {
      place = policyPlace(service, b, shard, load, count, luck)
    }
    return Place(station: first &+ place, load: load &+ place)
  }

  /// The balancer that a call goes through.
  mutating func clusterBalancer(
    _ e: Int32, _ cluster: RowReference<ClusterRow>, caller: Int32, _ luck: UInt64
  ) -> Int32 {
    if cluster.shared == 0 { return balancer(of: e, caller: caller) }
    if cluster.shared == 1 { return cluster.firstBalancer }
    var draw = Luck.draw(luck, salt: cluster.salt)
    return cluster.firstBalancer
      &+ Int32(truncatingIfNeeded: draw.below(UInt64(cluster.shared)))
  }

  /// Notes the replicas to choose from, in the order of their places.
  ///
  /// - Parameters:
  ///   - cluster: the service's balancers.
  ///   - b: the balancer that chooses.
  ///   - shard: the shard that is called.
  ///   - service: the callee.
  ///   - counts: whether it is for an attempt, of which those that ignore health are counted.
  /// - Returns: how many there are; `places` of the desk holds them.
  mutating func gather(
    _ cluster: RowReference<ClusterRow>, _ b: Int32, _ shard: Int32, _ service: ServiceRow,
    counts: Bool = true
  ) -> Int32 {
    let first = service.firstStation &+ shard &* service.replicas
    let load = balancers[b].firstLoad &+ shard &* service.replicas
    clusters.isPanicking = false
    clusters.part = 0
    if clusters.states[b].exceptions == 0 && !cluster.alwaysGathers {
      for i in 0..<service.replicas { clusters.places[i] = i }
      return service.replicas
    }
    var count: Int32 = 0
    var all: Int32 = 0
    for i in 0..<service.replicas where clusters.hosts[load &+ i].isInSubset {
      all &+= 1
      if !isInRotation(load &+ i, first &+ i) { continue }
      clusters.places[count] = i
      count &+= 1
    }
    if Double(count) * 100 < cluster.panicPercent * Double(all) {
      clusters.isPanicking = true
      clusters.sums[service.cluster].panicked &+= counts ? inWindow : 0
      count = 0
      for i in 0..<service.replicas where clusters.hosts[load &+ i].isInSubset {
        clusters.places[count] = i
        count &+= 1
      }
    }
    return count
  }

  /// Looks at the loads and weights of the replicas that are noted.
  mutating func look(
    _ cluster: RowReference<ClusterRow>, _ count: Int32, first: Int32, load: Int32
  ) {
    for k in 0..<count {
      let i = clusters.places[k]
      clusters.loads[k] =
        cluster.reportPeriod > 0 ? clusters.servers[first &+ i].reported : loads[load &+ i]
      if let slow = cluster.slowStart {
        let host = clusters.hosts.row(load &+ i)
        host.present = host.weight * slow.share(since: clusters.health[first &+ i].knownSince, time)
      }
    }
  }

  /// Draws which of a shard's replicas a key has, and marks them for the choice that follows.
  private mutating func markSubset(
    _ cluster: RowReference<ClusterRow>, _ b: Int32, _ shard: Int32, _ service: ServiceRow,
    _ key: UInt64
  ) {
    let load = balancers[b].firstLoad &+ shard &* service.replicas
    var draws = Luck.draw(key, salt: cluster.salt &+ 2)
    var sampling = SelectionSampling(Int(cluster.subsetSize), of: Int(service.replicas))
    for i in 0..<service.replicas {
      clusters.hosts[load &+ i].isInSubset = sampling.takesNext(&draws)
    }
  }

  /// What the policy chooses among the replicas that are noted.
  mutating func policyPlace(
    _ service: RowReference<ServiceRow>, _ b: Int32, _ shard: Int32, _ load: Int32, _ count: Int32,
    _ luck: UInt64
  ) -> Int32 {
    let k = unsafe policyPlace(
      service, b, shard, load, count, places: clusters.places.pointer,
      loads: clusters.loads.pointer, luck)
    return clusters.places[k]
  }

  /// What the policy chooses among some replicas, by its number there: `places` are theirs in the
  /// shard, nil if they are all of it, and `loads` the balancer's calls out to each.
  private mutating func policyPlace(
    _ service: RowReference<ServiceRow>, _ b: Int32, _ shard: Int32, _ load: Int32, _ count: Int32,
    places: UnsafeMutablePointer<Int32>?, loads: UnsafeMutablePointer<Int32>, _ luck: UInt64
  ) -> Int32 {
    if count == 1 {
      let only = unsafe places?[0] ?? 0
      clusters.hosts[load &+ only].idleNumber = 0
      return 0
    }
    if service.readsWork {
      measureWork(service.row, shard)
      if let places = unsafe places {
        for k in 0..<count { workLeft[k] = unsafe workLeft[places[Int(k)]] }
      }
    }
    var source = Luck.draw(luck, salt: service.salt)
    let first = service.firstStation &+ shard &* service.replicas
    var replicas = unsafe Replicas(
      count: count, loads: loads, returns: nil, work: workLeft.pointer, now: time)
    unsafe replicas.places = places
    unsafe replicas.hosts = clusters.hosts.pointer + Int(load)
    unsafe replicas.servers = ServerView(
      stations: stations.pointer + Int(first), rows: clusters.servers.pointer + Int(first))
    let parts = clusters.rows[service.cluster].parts
    let p = Int(balancers[b].firstPolicy &+ shard &* parts &+ clusters.part)
    return policies[p].pick(replicas, &source)
  }

  /// The replica of a key among those that are noted: its own, or where the key leads when it is
  /// hashed again and again.
  private mutating func hashedPlace(
    _ e: Int32, parent: Int32, root: Root, branch: Int32, _ load: Int32, _ count: Int32
  ) -> Int32 {
    let row = hashRows[edges[e].hash]
    let key = key(route: row.route, parent: parent, root: root, branch: branch)
    let owner = replicaMaps[Int(row.map)].shard(of: key, shardTables)
    let all = services[edges[e].service].replicas
    var place = owner
    if let bound = row.bound {
      // The bound speaks of the replicas in rotation; the key's order runs over them.
      var k = candidate(owner, count)
      if k < 0 { k = Int32(truncatingIfNeeded: XXHash64.hash(key) % UInt64(count)) }
      let replicas = unsafe Replicas(
        count: count, loads: clusters.loads.pointer, returns: nil, work: workLeft.pointer,
        now: time)
      place =
        clusters.places[
          bound.replica(owner: k, hash: XXHash64.hash(key), replicas, hashOrder)]
    } else if count < all {
      var turn: UInt64 = 1
      while candidate(place, count) < 0 {
        if turn > 64 {
          place = clusters.places[Int32(truncatingIfNeeded: XXHash64.hash(key) % UInt64(count))]
          break
        }
        let again = Luck.child(XXHash64.hash(key), turn)
        place = replicaMaps[Int(row.map)].shard(of: again, shardTables)
        turn &+= 1
      }
    }
    affinitySums[row.map].calls &+= inWindow
    affinitySums[row.map].atOwner &+= place == owner ? inWindow : 0
    return place
  }

  /// A place's number among the replicas that are noted; -1 if it is not one of them.
  mutating func candidate(_ place: Int32, _ count: Int32) -> Int32 {
    var (low, high) = (Int32(0), count)
    while low < high {
      let middle = (low &+ high) / 2
      if clusters.places[middle] < place { low = middle &+ 1 } else { high = middle }
    }
    return low < count && clusters.places[low] == place ? low : -1
  }

  /// The replica of a session, if it is in rotation and not forgotten; else -1.
  private mutating func sessionPlace(
    _ session: RowReference<SessionRow>, _ c: Int32, _ count: Int32
  ) -> Int32 {
    let ttl = clusters.rows[c].sessionTTL
    if ttl != never && time &- session.usedAt > ttl { return -1 }
    clusters.sums[c].sessions.calls &+= inWindow
    if candidate(session.place, count) < 0 { return -1 }
    clusters.sums[c].sessions.atOwner &+= inWindow
    return session.place
  }
}

extension SlowStart {
  /// The part of its share that a replica has which became ready at `start`; all from the first.
  func share(since start: UInt64, _ now: UInt64) -> Double {
    if start == 0 { return 1 }
    let passed = Double(now &- start) / Double(window)
    if passed >= 1 { return 1 }
    let grown = aggression == 1 ? passed : PortableMath.pow(passed, 1 / aggression)
    return max(percentMin / 100, grown)
  }
}
