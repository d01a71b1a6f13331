import TailraceEngine

extension Machine {
  /// Runs a frame's steps at the present instant until it waits for something.
  mutating func walk(_ first: Int32) {
    var f = first
    while true {
      let pc = frames[f].pc
      switch steps[pc].op {
      case .serve:
        serve(f)
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
      case .callPlaced:
        if !isAlone(f) { return }
        callPlaced(f)
        guard let up = joinForked(f) else { return }
        f = up
      case .scatter:
        if !isAlone(f) { return }
        if steps[pc].isForeseen { scatterForeseen(f) } else { scatter(f) }
        guard let up = joinForked(f) else { return }
        f = up
      case .scatterKeys:
        if !isAlone(f) { return }
        scatterKeys(f)
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
      case .splitBy:
        frames[f].pc = arms[chosenArm(f, pc)].start
      case .skip:
        var source = Luck.draw(frames[f].luck, salt: steps[pc].salt)
        frames[f].pc =
          source.unit() < arms[steps[pc].law].bound ? pc &+ 1 : steps[pc].target
      case .skipClass, .skipTurn, .skipCopied:
        frames[f].pc = isTaken(f, pc) ? pc &+ 1 : steps[pc].target
      case .skipQueue:
        if !isAlone(f) { return }
        let isShort = stations[frames[f].station].length < steps[pc].count
        frames[f].pc = isShort ? pc &+ 1 : steps[pc].target
      case .jump:
        frames[f].pc = steps[pc].target
      case .wait:
        let delay = stepTime(f, pc)
        frames[f].delayed &+= delay
        if _slowPath(records) { recordPause(f, until: time &+ delay) }
        frames[f].pc = pc &+ 1
        frames[f].state = .delayed
        post(EventKey(time &+ delay, .completion), word(.resumed, f))
        return
      case .fail:
        fail(f, steps[pc].outcome)
      case .lookUp:
        if !isAlone(f) || !lookUp(f) { return }
      case .store:
        if !isAlone(f) || !store(f) { return }
      case .giveUpFetch:
        if !isAlone(f) || !giveUpFetch(f) { return }
      case .heard:
        if !isAlone(f) || !heard(f) { return }
      case .tell:
        if !isAlone(f) { return }
        if !tell(f) { continue }
        guard let up = joinForked(f) else { return }
        f = up
      case .landed:
        if !isAlone(f) || !landed(f) { return }
      case .drop:
        if !isAlone(f) { return }
        noteWrite(f, storing: false)
      case .writeThrough:
        if !isAlone(f) { return }
        noteWrite(f, storing: true)
      case .writeBack:
        if !isAlone(f) { return }
        writeBack(f)
      case .stored, .storeFailed:
        if !isAlone(f) { return }
        endStore(f)
        return
      case .revalidated:
        if !isAlone(f) || !revalidated(f) { return }
      case .revalidationFailed:
        if !isAlone(f) || !failRevalidation(f) { return }
      case .tellAll:
        if !isAlone(f) { return }
        tellAll(f)
        guard let up = joinForked(f) else { return }
        f = up
      case .hostDrop:
        if !isAlone(f) { return }
        hostDrop(f)
      case .hostPut:
        if !isAlone(f) { return }
        hostPut(f)
      case .hostBack:
        if !isAlone(f) { return }
        hostBack(f)
      case .hostGet:
        if !isAlone(f) { return }
        hostGet(f)
      case .hostSet:
        if !isAlone(f) { return }
        hostSet(f)
      case .askVersion:
        if !isAlone(f) { return }
        askVersion(f)
      case .judgeVersion:
        if !isAlone(f) { return }
        judgeVersion(f)
      case .giveVersion:
        if !isAlone(f) { return }
        giveVersion(f)
      case .takeVersion:
        if !isAlone(f) { return }
        takeVersion(f)
      case .door:
        if !comeIn(f) { return }
      case .admit:
        if !isAlone(f) { return }
        admit(f)
      case .leave:
        leaveGate(f)
        frames[f].pc &+= 1
      case .checkDepth: checkDepth(f)
      case .dispatch: if !dispatch(f) { return }
      case .cross:
        cross(f)
        return
      case .bind:
        if !isAlone(f) || !bind(f) { return }
      case .askLimit:
        if !isAlone(f) || !askLimit(f) { return }
      case .takePermit:
        if !isAlone(f) || !takePermit(f) { return }
      case .givePermit: givePermit(f)
      case .givePermitUp: givePermitUp(f)
      case .attempt:
        if !isAlone(f) { return }
        sendNext(f)
        return
      case .connect:
        noteTravel(f)
        if !isAlone(f) || !connect(f) { return }
      case .board: board(f)
      case .ride:
        if !isAlone(f) || !ride(f) { return }
      case .send:
        if steps[pc].count == 0 && fabric.rows[steps[pc].target].firstPool < 0 { noteTravel(f) }
        if !isAlone(f) || !sendMessage(f) { return }
      case .chooseLink: chooseLink(f)
      case .setOut:
        if !setOut(f) { return }
      case .noteAddress: noteAddress(f)
      case .receive:
        if !isAlone(f) || !receiveMessage(f) { return }
      case .greet:
        if !greet(f) { return }
      case .open:
        if !isAlone(f) || !openUp(f) { return }
      case .end:
        // Done: whoever finds it among those that were ready leaves it alone.
        frames[f].state = .waiting
        guard let up = reply(f) else { return }
        f = up
      }
    }
  }

  /// Works as soon as there is a slot, if not at once.
  @inline(__always) mutating func serve(_ f: Int32) {
    if !isAlone(f) { return }
    if stations[frames[f].station].isBooked {
      bookWork(f)
    } else if enter(f) {
      beginWork(f)
    }
  }

  /// A step failed: the program goes on where its errors go.
  @inline(__always) mutating func fail(_ f: Int32, _ outcome: Outcome) {
    let pc = frames[f].pc
    if steps[pc].recovers {
      if !steps[pc].forgives { frames[f].outcome = .degraded }
    } else {
      frames[f].outcome = outcome
      if frames[f].kind == .visit { accounts[frames[f].station].failed &+= inWindow }
    }
    frames[f].pc = steps[pc].onError
  }

  // MARK: Calls

  /// Sends one call; the parent's join has been prepared.
  @inline(__always)
  mutating func invoke(_ e: Int32, parent: Int32, branch: Int32) {
    noteCall(e)
    let lane = edges[e].site | UInt64(UInt32(bitPattern: branch)) &<< 16
    let luck = Luck.child(frames[parent].luck, lane)
    let root = frames[parent].root
    let edge = edges.row(e)
    if edge.isForeseen {
      foresee(e, parent: parent, root: root, luck: luck, branch: branch)
    } else if edge.timeoutLine < 0 {
      if edge.isPlain {
        // The caller was alone, and nothing that it has sent since falls on this instant.
        sendDirect(e, edge, parent: parent, root: root, luck: luck, branch: branch)
      } else {
        dispatch(e, parent: parent, root: root, luck: luck, branch: branch)
      }
    } else {
      watch(e, parent: parent, root: root, luck: luck, branch: branch)
    }
  }

  /// Sends the one call of a workload's program: its frame is the request's root.
  @inline(__always) mutating func invoke(_ e: Int32, source: Int32, root: Root, luck: UInt64) {
    noteCall(e)
    let edge = edges.row(e)
    if edge.timeoutLine < 0 {
      if edge.isPlain {
        sendDirect(e, edge, parent: -1, root: root, luck: luck, branch: source)
      } else {
        dispatch(e, parent: -1, root: root, luck: luck, branch: source)
      }
    } else {
      watch(e, parent: -1, root: root, luck: luck, branch: source)
    }
  }

  /// Sends a call that its caller gives up after a while.
  @inline(never)
  mutating func watch(_ e: Int32, parent: Int32, root: Root, luck: UInt64, branch: Int32) {
    let edge = edges.row(e)
    if edge.isDirect && (isFlushing || mayGo) {
      sendDirect(e, edge, parent: parent, root: root, luck: luck, branch: branch)
      return
    }
    if edge.policy >= 0 {
      manage(e, parent: parent, root: root, luck: luck, branch: branch)
      return
    }
    let c = makeFrame(
      .call, parent: parent, root: root, luck: luck, edge: e, branch: branch,
      pc: Int32(truncatingIfNeeded: steps.count &- 1), state: .waiting)
    if parent >= 0 { note(child: c, of: parent, branch) }
    arm(edge.timeoutLine, c)
    var inner = root
    inner.counted = false
    dispatch(
      e, parent: c, root: inner, luck: luck, branch: parent < 0 ? 0 : branch)
  }

  /// Where a call goes: a station, and the balancer's count of calls out there (-1 if none).
  struct Place: BitwiseCopyable {
    var station: Int32
    var load: Int32
  }

  /// Picks the shard and the replica of a call.
  @inline(__always)
  mutating func place(
    _ e: Int32, parent: Int32, root: Root, luck: UInt64, branch: Int32
  ) -> Place {
    let edge = edges.row(e)
    let service = services.row(edge.service)
    let route = edge.route
    // A single call goes to the first shard; a root's `branch` is its workload.
    let place = parent < 0 ? 0 : branch
    let shard =
      _slowPath(route >= 0)
      ? shard(route: route, parent: parent, root: root, luck: luck, branch: branch)
      : place < service.shards ? place : place % service.shards
    if service.replicas == 1 { return Place(station: service.firstStation &+ shard, load: -1) }
    return choose(service, shard, balancer(of: e, caller: parent), luck)
  }

  /// Picks one of several replicas of a shard.
  @inline(__always)
  mutating func choose(
    _ service: RowReference<ServiceRow>, _ shard: Int32, _ balancer: Int32, _ luck: UInt64
  ) -> Place {
    if service.readsWork { measureWork(service.row, shard) }
    let replica = shard &* service.replicas &+ pick(service, balancer, shard, luck)
    return Place(
      station: service.firstStation &+ replica,
      load: service.readsLoad ? balancers[balancer].firstLoad &+ replica : -1)
  }

  /// Picks a replica and sends a visit there.
  @inline(__always)
  mutating func dispatch(_ e: Int32, parent: Int32, root: Root, luck: UInt64, branch: Int32) {
    let place = whereTo(e, parent: parent, root: root, luck: luck, branch: branch)
    if place.load >= 0 { loads[place.load] &+= 1 }
    dispatch(e, to: place, parent: parent, root: root, luck: luck, branch: branch)
  }

  /// The same where the place is known and the balancer's count is right.
  @inline(__always)
  mutating func dispatch(
    _ e: Int32, to place: Place, parent: Int32, root: Root, luck: UInt64, branch: Int32
  ) {
    let edge = edges[e]
    let v = makeFrame(
      .visit, parent: parent, root: root, luck: luck, edge: e, branch: branch,
      station: place.station, pc: edge.entry, load: place.load)
    if parent >= 0 { note(child: v, of: parent, branch) }
    if _slowPath(edge.route >= 0) { noteKey(v, route: edge.route, branch: branch) }
    if edge.wire >= 0 {
      let delay = sampler.time(
        edge.wire, luck: luck, salt: edge.salt, number: root.number, source: root.source)
      frames[v].wire = delay
      if _slowPath(records) { record(.requestWire, v, until: time &+ delay) }
      frames[v].state = .delayed
      post(EventKey(time &+ delay, .arrival), word(.resumed, v))
      return
    }
    if steps[edge.entry].op == .serve { serve(v) } else { walk(v) }
  }

  /// The balancer that a call goes through: the caller replica's own.
  @inline(__always) mutating func balancer(of e: Int32, caller: Int32) -> Int32 {
    let first = edges[e].firstBalancer
    if edges[e].callerStation < 0 { return first }
    let visit = frames[caller].kind == .call ? frames[caller].parent : caller
    return first &+ frames[visit].station &- edges[e].callerStation
  }

  @inline(__always)
  mutating func pick(
    _ service: RowReference<ServiceRow>, _ balancer: Int32, _ shard: Int32, _ luck: UInt64
  ) -> Int32 {
    var source = Luck.draw(luck, salt: service.salt)
    let row = balancers.row(balancer)
    let first = service.readsLoad ? row.firstLoad &+ shard &* service.replicas : 0
    let replicas = unsafe Replicas(
      count: service.replicas, loads: loads.pointer + Int(first),
      returns: returns.count > 0 ? returns.pointer + Int(first) : nil, work: workLeft.pointer,
      now: time)
    if service.drawsTwo { return LeastRequest.betterOfTwo(replicas, &source) }
    return policies[Int(row.firstPolicy &+ shard)].pick(replicas, &source)
  }

  /// Parents must find their children, to give them up.
  @inline(__always) mutating func note(child: Int32, of parent: Int32, _ branch: Int32) {
    let caller = frames.row(parent)
    let block = caller.block
    if block >= 0 {
      blocks[block &+ branch] = child
    } else if block == -1 {
      caller.child = child
    }
  }

  /// A finished frame answers its parent.
  ///
  /// - Returns: the frame that goes on at this instant, if one does.
  mutating func reply(_ finished: Int32) -> Int32? {
    var f = finished
    while true {
      if frames[f].kind == .visit && !frames[f].replied {
        frames[f].replied = true
        let back = edges[frames[f].edge].back
        if back >= 0 {
          frames[f].pc = back
          frames[f].state = .running
          return f
        }
        if let delay = wayBack(f) {
          frames[f].wire &+= delay
          if _slowPath(records) { record(.replyWire, f, until: time &+ delay) }
          frames[f].state = .delayed
          post(EventKey(time &+ delay, .completion), word(.resumed, f))
          return nil
        }
      }
      if _slowPath(fabric.hasConnections) {
        hangUp(f, breaks: frames[f].outcome == .connectionFailure)
      }
      if frames[f].load >= 0 {
        loads[frames[f].load] &-= 1
        if _slowPath(clusters.isUsed) { hear(f, frames[f].outcome) }
        frames[f].load = -1
      }
      if _slowPath(!frames[f].outcome.isAnswered), standsForCall(f),
        edges[frames[f].edge].policy >= 0
      {
        _ = raiseCall(above: f)
      }
      noteAnswer(f, at: time)
      if _slowPath(records) { recordAnswer(f) }
      let parent = frames[f].parent
      if parent == -1 {
        complete(f, at: time)
        return nil
      }
      if parent == -2 {
        if frames[f].kind == .visit { noteWasted(f, at: time) }
        freeTree(f)
        return nil
      }
      if _slowPath(keepsVersions) { hearVersion(f) }
      frames[f].generation &+= 1  // settled: its timers are dead, though it may stay on the path
      if frames[parent].kind == .call {
        if !settle(call: parent, by: f) {
          return frames[parent].state == .running ? parent : nil
        }
        f = parent
        continue
      }
      guard let q = answered(join: parent, by: f, at: time) else { return nil }
      return goOn(q)
    }
  }

  /// The network's delay of an answer on its way to the caller; nil without a link.
  @inline(__always) mutating func wayBack(_ f: Int32) -> UInt64? {
    let e = frames[f].edge
    if edges[e].wireBack < 0 { return nil }
    return sampler.time(
      edges[e].wireBack, luck: frames[f].luck, salt: edges[e].salt &+ 1, number: frames[f].number,
      source: Int32(frames[f].source))
  }

  /// A watched call has its answer.
  ///
  /// - Returns: whether the call is over; if not, it runs on at this instant if it is running.
  @inline(__always) mutating func settle(call c: Int32, by f: Int32) -> Bool {
    if _slowPath(edges[frames[c].edge].policy >= 0) {
      if frames[c].callRow >= 0 || !frames[f].outcome.isAnswered {
        return hear(call: c, attempt: f)
      }
    }
    frames[c].child = -1
    frames[c].outcome = frames[f].outcome
    frames[f].next = frames[c].path
    frames[c].path = f
    return true
  }
}
