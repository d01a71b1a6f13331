import TailraceEngine

// Pools: which connection a request takes, and when one is closed.
extension Fabric {
  /// A connection of a pool that has room for a request, which it takes; -1 if there is none.
  mutating func take(from pool: Int32, at now: UInt64) -> Int32 {
    let c = find(in: pool, at: now)
    if c >= 0 { occupy(c) }
    return c
  }

  /// The same of a caller's pools to several replicas: of those that are free the one used last, or
  /// the oldest that has room.
  mutating func take(fromAny some: Range<Int32>, at now: UInt64) -> Int32 {
    var best: Int32 = -1
    let isSingle = policies[pools[some.lowerBound].policy].streamsMax == 1
    for pool in some {
      let c = find(in: pool, at: now)
      if c < 0 { continue }
      if best < 0 || isAhead(c, of: best, isSingle) { best = c }
    }
    if best >= 0 { occupy(best) }
    return best
  }

  private mutating func isAhead(_ a: Int32, of b: Int32, _ isSingle: Bool) -> Bool {
    let (first, second) = (connections[a], connections[b])
    if isSingle && first.idleSince != second.idleSince {
      return first.idleSince > second.idleSince
    }
    return first.number < second.number
  }

  /// A connection of a pool that has room for a request; -1 if there is none.
  @inline(__always) private mutating func find(in pool: Int32, at now: UInt64) -> Int32 {
    let policy = policies[pools[pool].policy]
    var c = pools[pool].head
    if policy.streamsMax == 1 {
      // The one used last: if its time has passed, that of all others has.
      while c >= 0 && isGone(c, now) {
        let next = connections[c].after
        close(c)
        c = next
      }
    } else {
      while c >= 0 {
        let next = connections[c].after
        if connections[c].streams == 0 && isGone(c, now) {
          close(c)
        } else if connections[c].streams < policy.streamsMax
          && connections[c].requests < policy.requestsMax && isLive(c)
        {
          break
        }
        c = next
      }
    }
    return c
  }

  /// A request takes a connection.
  @inline(__always) private mutating func occupy(_ c: Int32) {
    if policies[pools[connections[c].pool].policy].streamsMax == 1 { unlink(c) }
    connections[c].streams &+= 1
    connections[c].requests &+= 1
    streams += 1
  }

  /// Opens a connection with its first request; `load` is its balancer's count, if it has one.
  mutating func open(_ pool: Int32, by f: Int32, load: Int32) -> Int32 {
    let s = pools[pool].station
    let c = connections.add(
      ConnectionRow(pool: pool, life: callees[s].life, opener: f, number: number))
    number &+= 1
    streams += 1
    callees[s].open &+= 1
    if load >= 0 { count(c, load, s) }
    if policies[pools[pool].policy].streamsMax > 1 { link(c, after: pools[pool].tail) }
    return c
  }

  /// A balancer has one connection more; those of an earlier life are gone.
  private mutating func count(_ c: Int32, _ load: Int32, _ s: Int32) {
    connections[c].load = load
    loaded[load] = LoadedRow(count: opened(load, at: s) &+ 1, life: callees[s].life)
  }

  /// Connections that a balancer has to a replica, open or opening.
  mutating func opened(_ load: Int32, at s: Int32) -> Int32 {
    loaded[load].life == callees[s].life ? loaded[load].count : 0
  }

  /// Adds to those who wait until a connection is open.
  mutating func wait(for c: Int32, _ f: Int32, _ word: UInt64) {
    let w = waiters.add(WaiterRow(word: word, frame: f))
    if connections[c].firstWaiter < 0 {
      connections[c].firstWaiter = w
    } else {
      waiters[connections[c].lastWaiter].next = w
    }
    connections[c].lastWaiter = w
  }

  /// A request leaves a connection.
  mutating func leave(_ c: Int32) {
    connections[c].streams &-= 1
    streams -= 1
  }

  /// After a request has left it, a connection waits for the next, or is closed.
  mutating func settle(_ c: Int32, breaks: Bool, at now: UInt64) {
    let pool = connections[c].pool
    let policy = policies[pools[pool].policy]
    if breaks { connections[c].requests = policy.requestsMax }
    if connections[c].streams > 0 { return }
    if connections[c].requests >= policy.requestsMax || breaks || !isLive(c) {
      close(c)
      return
    }
    connections[c].idleSince = now
    if policy.streamsMax > 1 { return }
    // Among those of one instant the oldest comes first, whatever the order of their answers.
    var before: Int32 = -1
    var next = pools[pool].head
    while next >= 0 && connections[next].idleSince == now
      && connections[next].number < connections[c].number
    {
      before = next
      next = connections[next].after
    }
    link(c, after: before)
  }

  /// Closes what has been idle for too long at a callee, whoever the caller.
  mutating func closeIdle(at s: Int32, _ now: UInt64) {
    var p = callees[s].firstPool
    while p >= 0 {
      var c = pools[p].tail
      while c >= 0 {
        let next = connections[c].before
        if connections[c].streams == 0 && isGone(c, now) {
          close(c)
        } else if policies[pools[p].policy].streamsMax == 1 {
          break  // all before it were used later
        }
        c = next
      }
      p = pools[p].next
    }
  }

  /// The callee has lost all its connections.
  mutating func loseAll(at s: Int32) {
    callees[s].life &+= 1
    callees[s].open = 0
  }

  private mutating func isLive(_ c: Int32) -> Bool {
    connections[c].life == callees[pools[connections[c].pool].station].life
  }

  private mutating func isGone(_ c: Int32, _ now: UInt64) -> Bool {
    let idle = policies[pools[connections[c].pool].policy].idleTimeout
    return !isLive(c) || idle != never && now &- connections[c].idleSince >= idle
  }

  private mutating func close(_ c: Int32) {
    let pool = connections[c].pool
    if isLive(c) {
      callees[pools[pool].station].open &-= 1
      if connections[c].load >= 0 { loaded[connections[c].load].count &-= 1 }
    }
    if pools[pool].head == c || connections[c].before >= 0 { unlink(c) }
    connections.remove(c)
  }

  private mutating func link(_ c: Int32, after before: Int32) {
    let pool = connections[c].pool
    let next = before < 0 ? pools[pool].head : connections[before].after
    connections[c].before = before
    connections[c].after = next
    if before < 0 { pools[pool].head = c } else { connections[before].after = c }
    if next < 0 { pools[pool].tail = c } else { connections[next].before = c }
  }

  private mutating func unlink(_ c: Int32) {
    let pool = connections[c].pool
    let (before, next) = (connections[c].before, connections[c].after)
    if before < 0 { pools[pool].head = next } else { connections[before].after = next }
    if next < 0 { pools[pool].tail = before } else { connections[next].before = before }
    connections[c].before = -1
    connections[c].after = -1
  }
}
