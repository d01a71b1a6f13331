import TailraceEngine

extension Machine {
  /// Runs a frame's steps at the present instant until it waits for something.
  mutating func walk(_ first: Int32) {
    var f = first
    while true {
      let pc = frames[f].pc
      switch steps[pc].op {
      case .serve:
        if !isAlone(f) { return }
        if !enter(f) { return }
        beginWork(f)
        return
      case .acquire:
        if !isAlone(f) { return }
        if !enter(f) { return }
        frames[f].pc = pc &+ 1
      case .work:
        beginWork(f)
        return
      case .release:
        frames[f].pc = pc &+ 1
        if frames[f].holdsSlot { release(f) }
      case .call:
        if !isAlone(f) { return }
        fork(f)
        invoke(
          steps[pc].target, parent: f, branch: 0)
        guard let up = joinForked(f) else { return }
        f = up
      case .scatter:
        if !isAlone(f) { return }
        scatter(f)
        guard let up = joinForked(f) else { return }
        f = up
      case .parallel:
        if !isAlone(f) { return }
        parallel(f)
        guard let up = joinForked(f) else { return }
        f = up
      case .split:
        var source = Luck.draw(frames[f].luck, salt: steps[pc].salt)
        let draw = source.unit()
        var arm = steps[pc].target
        while draw >= arms[arm].bound { arm &+= 1 }
        frames[f].pc = arms[arm].start
      case .skip:
        var source = Luck.draw(frames[f].luck, salt: steps[pc].salt)
        frames[f].pc =
          source.unit() < arms[steps[pc].law].bound ? pc &+ 1 : steps[pc].target
      case .jump:
        frames[f].pc = steps[pc].target
      case .wait:
        let delay = sampler.time(
          steps[pc].law, luck: frames[f].luck, salt: steps[pc].salt, number: frames[f].number,
          source: frames[f].source)
        frames[f].delayed &+= delay
        frames[f].pc = pc &+ 1
        frames[f].state = .delayed
        agenda.push(EventKey(time &+ delay, .completion), word(.resumed, f))
        return
      case .fail:
        fail(f, steps[pc].outcome)
      case .end:
        guard let up = reply(f) else { return }
        f = up
      }
    }
  }

  /// A step failed: the program goes on where its errors go.
  @inline(__always) mutating func fail(_ f: Int32, _ outcome: Outcome) {
    let pc = frames[f].pc
    if steps[pc].recovers {
      frames[f].outcome = .degraded
    } else {
      frames[f].outcome = outcome
    }
    frames[f].pc = steps[pc].onError
  }

  // MARK: Calls

  /// Sends one call; the parent's join has been prepared.
  @inline(__always)
  mutating func invoke(_ e: Int32, parent: Int32, branch: Int32) {
    let lane = edges[e].site | UInt64(UInt32(bitPattern: branch)) &<< 16
    let luck = Luck.child(frames[parent].luck, lane)
    if edges[e].timeoutLine < 0 {
      dispatch(e, parent: parent, luck: luck, branch: branch)
      return
    }
    let c = makeFrame(.call, parent: parent, luck: luck, edge: e, branch: branch)
    frames[c].state = .waiting
    note(child: c, of: parent, branch)
    arm(edges[e].timeoutLine, c)
    dispatch(e, parent: c, luck: luck, branch: branch)
  }

  /// Picks a replica and sends a visit there.
  @inline(__always)
  mutating func dispatch(_ e: Int32, parent: Int32, luck: UInt64, branch: Int32) {
    let service = edges[e].service
    let shard = services[service].shards == 1 ? 0 : branch % services[service].shards
    var replica = shard &* services[service].replicas
    var load: Int32 = -1
    if services[service].replicas > 1 {
      let balancer = balancer(of: e, caller: parent)
      replica &+= pick(service, balancer, shard, luck)
      if services[service].readsLoad {
        load = balancers[balancer].firstLoad &+ replica
        loads[load] &+= 1
      }
    }
    let v = makeFrame(.visit, parent: parent, luck: luck, edge: e, branch: branch)
    frames[v].station = services[service].firstStation &+ replica
    frames[v].pc = edges[e].entry
    frames[v].load = load
    note(child: v, of: parent, branch)
    if edges[e].wire >= 0 {
      let delay = sampler.time(
        edges[e].wire, luck: luck, salt: edges[e].salt, number: frames[v].number,
        source: frames[v].source)
      frames[v].wire = delay
      frames[v].state = .delayed
      agenda.push(EventKey(time &+ delay, .arrival), word(.resumed, v))
      return
    }
    walk(v)
  }

  /// The balancer that a call goes through: the caller replica's own.
  @inline(__always) mutating func balancer(of e: Int32, caller: Int32) -> Int32 {
    let first = edges[e].firstBalancer
    if edges[e].callerStation < 0 { return first }
    let visit = frames[caller].kind == .call ? frames[caller].parent : caller
    return first &+ frames[visit].station &- edges[e].callerStation
  }

  @inline(__always)
  mutating func pick(_ service: Int32, _ balancer: Int32, _ shard: Int32, _ luck: UInt64) -> Int32 {
    var source = Luck.draw(luck, salt: services[service].salt)
    let replicas = unsafe Replicas(
      count: services[service].replicas,
      loads: loads.pointer
        + Int(
          services[service].readsLoad
            ? balancers[balancer].firstLoad &+ shard &* services[service].replicas : 0))
    let policy = Int(balancers[balancer].firstPolicy &+ shard)
    return policies[policy].pick(replicas, &source)
  }

  /// Parents must find their children, to give them up.
  @inline(__always) mutating func note(child: Int32, of parent: Int32, _ branch: Int32) {
    let block = frames[parent].block
    if block >= 0 { blocks[block &+ branch] = child } else { frames[parent].child = child }
  }

  /// A finished frame answers its parent.
  ///
  /// - Returns: the frame that goes on at this instant, if one does.
  mutating func reply(_ finished: Int32) -> Int32? {
    var f = finished
    while true {
      if frames[f].kind == .visit && !frames[f].replied {
        frames[f].replied = true
        let e = frames[f].edge
        if edges[e].wire >= 0 {
          let delay = sampler.time(
            edges[e].wire, luck: frames[f].luck, salt: edges[e].salt &+ 1,
            number: frames[f].number,
            source: frames[f].source)
          frames[f].wire &+= delay
          frames[f].state = .delayed
          agenda.push(EventKey(time &+ delay, .completion), word(.resumed, f))
          return nil
        }
      }
      if frames[f].load >= 0 {
        loads[frames[f].load] &-= 1
        frames[f].load = -1
      }
      let parent = frames[f].parent
      if parent == -1 {
        complete(f)
        return nil
      }
      if parent == -2 {
        freeTree(f)
        return nil
      }
      frames[f].generation &+= 1  // settled: its timers are dead, though it may stay on the path
      if frames[parent].kind == .call {
        frames[parent].child = -1
        frames[parent].outcome = frames[f].outcome
        frames[f].next = frames[parent].path
        frames[parent].path = f
        f = parent
        continue
      }
      return answered(join: parent, by: f)
    }
  }
}
