import TailraceEngine
import TailraceStatistics

// A plain visit is one piece of work at a first-in-first-out station where nothing holds it up:
// by far the commonest visit, so its life is written out in two short functions. They leave behind
// what `dispatch`, `serve`, `finishWork` and `reply` leave; tests compare both.
extension Machine {
  /// Sends a plain call that may go at once, at the present instant.
  @inline(never)
  mutating func sendDirect(
    _ e: Int32, _ edge: RowReference<EdgeRow>, parent: Int32, root: Root, luck: UInt64,
    branch: Int32
  ) {
    let place = place(e, parent: parent, root: root, luck: luck, branch: branch)
    if place.load >= 0 { loads[place.load] &+= 1 }
    sendPlain(
      e, edge, to: place, parent: parent, root: root, luck: luck, branch: branch, isDirect: true)
  }

  /// The same where the place is known and the balancer's count is right.
  ///
  /// Where it `isDirect` the visit stands for the whole call: then it is watched itself.
  ///
  /// - Returns: the visit.
  @inline(__always) @discardableResult
  mutating func sendPlain(
    _ e: Int32, _ edge: RowReference<EdgeRow>, to place: Place, parent: Int32, root: Root,
    luck: UInt64, branch: Int32, isDirect: Bool
  ) -> Int32 {
    // Drawn at once: whoever starts it later need not wait for the draw.
    let step = steps.row(edge.entry)
    let work = sampler.time(
      step.law, luck: luck, salt: step.salt, number: root.number, source: root.source)
    return sendPlain(
      e, edge, to: place, parent: parent, root: root, luck: luck, branch: branch,
      isDirect: isDirect, work: max(1, work))
  }

  /// The same where the work has been drawn.
  @inline(__always) @discardableResult
  mutating func sendPlain(
    _ e: Int32, _ edge: RowReference<EdgeRow>, to place: Place, parent: Int32, root: Root,
    luck: UInt64, branch: Int32, isDirect: Bool, work: UInt64
  ) -> Int32 {
    let v = freeFrames >= 0 ? freeFrames : newFrame()
    let visit = frames.row(v)
    freeFrames = visit.next
    let generation = visit.generation
    let s = place.station
    let station = stations.row(s)
    let account = accounts.row(s)
    account.requests &+= inWindow
    visit.row = Frame(
      since: time, worked: work, number: root.number, generation: generation, parent: parent,
      station: s, load: place.load, branch: branch, kind: .visit,
      state: .queued, flags: root.counted ? [.plain, .counted] : .plain, luck: luck, born: time,
      serial: root.serial, pc: edge.entry, edge: e,
      source: UInt16(truncatingIfNeeded: root.source))
    if _slowPath(keyColumns > 0) { inheritKeys(v, from: parent) }
    if _slowPath(TracedNumber.hasRow(root.number)) { holdRow(root.number) }
    if parent >= 0 { note(child: v, of: parent, branch) }
    if isDirect && edge.isWatched { watchPlain(v, e, edge, s) }
    if station.row.takeSlot() {
      visit.state = .working
      visit.flags.insert(.holdsSlot)
      account.row.pass(at: cutTime, counted: inWindow)
      if keepsIntervals { seriesPassed(s) }
      agenda.push(EventKey(time &+ work, .completion), Happening.served.word(generation, v))
    } else if station.length < station.limit {
      account.row.enter(at: cutTime)
      seriesEntered(s)
      let tail = station.row.append(v)
      if tail >= 0 { frames[tail].next = v }
      noteLength(station.length, account)
    } else {
      visit.worked = 0
      visit.state = .running
      refuse(v, s)
    }
    return v
  }

  /// A visit that stands for a whole watched call has begun.
  @inline(never)
  private mutating func watchPlain(
    _ v: Int32, _ e: Int32, _ edge: RowReference<EdgeRow>, _ s: Int32
  ) {
    if edge.watchLine >= 0 { arm(edge.watchLine, v) }
    if edge.policy >= 0 { noteAttempt(.first, edge: e, station: s) }
  }

  /// Sends a scatter of plain calls; the caller is alone, and none of them falls on this instant.
  @inline(never) mutating func scatterPlain(_ f: Int32, count: Int32) {
    let caller = frames.row(f)
    let e = steps[caller.pc].target
    let edge = edges.row(e)
    let root = caller.row.root
    let luck = caller.luck
    let site = edge.site
    let service = services.row(edge.service)
    let isOnePerShard = service.replicas == 1 && count <= service.shards
    let mayRepeat = edge.policy >= 0
    let step = steps.row(edge.entry)
    drawWork(step.law, salt: step.salt, root, luck, site: site, count: count)
    for i in 0..<count {
      if mayRepeat && !isFlushing && !mayGo {
        // One that was refused at once has been sent again: that waits for its turn, as this must.
        invoke(e, parent: f, branch: i)
        continue
      }
      noteCall(e)
      let own = Luck.child(luck, site | UInt64(UInt32(bitPattern: i)) &<< 16)
      var place = Place(station: service.firstStation &+ i, load: -1)
      if !isOnePerShard {
        place = self.place(e, parent: f, root: root, luck: own, branch: i)
        if place.load >= 0 { loads[place.load] &+= 1 }
      }
      sendPlain(
        e, edge, to: place, parent: f, root: root, luck: own, branch: i, isDirect: true,
        work: drawnWork[i])
    }
  }

  /// Something happens to a visit that stands for a whole watched call: the call gets a frame of
  /// its own above it.
  ///
  /// - Returns: the call.
  @inline(never) mutating func raiseCall(above v: Int32) -> Int32 {
    let visit = frames.row(v)
    let e = visit.edge
    var root = visit.row.root
    root.counted = visit.flags.contains(.counted)
    let tail = edges[e].policy < 0 ? 1 : 2
    let c = makeFrame(
      .call, parent: visit.parent, root: root, luck: visit.luck, edge: e, branch: visit.branch,
      pc: Int32(truncatingIfNeeded: steps.count &- tail), state: .waiting)
    let call = frames.row(c)
    call.born = visit.born
    call.since = visit.born
    call.child = v
    call.callRow = -1
    call.flags.insert(.plain)
    visit.flags.remove(.counted)
    visit.parent = c
    if call.parent >= 0 { note(child: c, of: call.parent, call.branch) }
    return c
  }

  /// Whether a visit stands for a whole watched call.
  @inline(__always) mutating func standsForCall(_ v: Int32) -> Bool {
    let visit = frames.row(v)
    if visit.kind != .visit || !visit.flags.contains(.plain) || !edges[visit.edge].isWatched {
      return false
    }
    return visit.parent == -1 || (visit.parent >= 0 && frames[visit.parent].kind != .call)
  }

  /// A plain visit has done its work: it leaves, the next one starts, and its caller hears of it.
  @inline(never) mutating func finishPlain(_ word: UInt64) {
    let v = Int32(truncatingIfNeeded: word & 0xfff_ffff)
    let visit = frames.row(v)
    if UInt32(truncatingIfNeeded: word &>> 28) != visit.generation { return }
    let s = visit.station
    let station = stations.row(s)
    let account = accounts.row(s)
    let since = visit.since
    visit.worked = time &- since
    account.row.leave(at: cutTime, after: inWindow(since: since))
    seriesLeft(s)
    if station.head >= 0 { startNext(s, station, account) } else { station.busy &-= 1 }
    if visit.load >= 0 {
      loads[visit.load] &-= 1
      visit.load = -1
    }
    noteAnswer(v, at: time)
    let parent = visit.parent
    if parent == -1 {
      if hasDetails { complete(v, at: time) } else { completePlain(v, visit) }
    } else if parent < -1 {
      if parent == Frame.fetching {
        finishFetch(v)
      } else {
        noteWasted(v, at: time)
        freeTree(v)
      }
    } else {
      visit.state = .running
      visit.generation &+= 1  // settled: its timers are dead
      let caller = frames.row(parent)
      if caller.kind == .call {
        if settle(call: parent, by: v) {
          if let up = reply(parent) { walk(up) }
        } else if frames[parent].state == .running {
          walk(parent)
        }
      } else if caller.block == -1 || caller.row.hearsAtLength {
        if let q = answered(join: parent, by: v, at: time), let up = goOn(q) { walk(up) }
      } else {
        // A join of several hears what comes now: as `answered`.
        let block = caller.block
        if block >= 0 { blocks[block &+ visit.branch] = -1 }
        if _slowPath(caller.next >= 0) { gather(parent, at: time) }
        caller.outstanding &-= 1
        caller.pending &-= 1
        let latest = caller.child
        let before = caller.since
        if latest >= 0 && before >= time && !isLater(visit.branch, latest, before) {
          freeFrame(v)
        } else {
          if latest >= 0 { freeTree(latest) }
          caller.child = v
          caller.since = time
        }
        if caller.pending <= 0 || caller.outstanding < caller.pending {
          frames[caller.child].answerBefore = latest < 0 ? never : before
          release(join: parent)
        }
      }
    }
  }

  @inline(never) private mutating func release(join q: Int32) {
    if released(q), let up = goOn(q) { walk(up) }
  }

  /// Whether an answer of the present instant comes after the latest of a join so far.
  @inline(never)
  private mutating func isLater(_ branch: Int32, _ latest: Int32, _ since: UInt64) -> Bool {
    let other = frames.row(latest)
    return !other.outcome.isAnswered || (time == since && branch < other.branch)
  }

  /// A request that is one plain visit is done at the present instant, and nothing more is kept of
  /// it than totals.
  @inline(__always)
  mutating func completePlain(_ v: Int32, _ visit: RowReference<Frame>) {
    let s = Int(visit.source)
    let (queued, worked) = (visit.queued, visit.worked)
    let cell = noteEnd(
      s, from: visit.born, until: time, cut: cutTime, counted: visit.flags.contains(.counted))
    if cell >= 0 {
      tally.blame.addVisit(s, cell, queued: queued, worked: worked)
      if queued &+ worked != time &- visit.born { tally.mismatches &+= 1 }
    }
    freeFrame(v)
  }

  /// A request has its answer, and nothing more is kept of it than totals; `cut` is its end, cut to
  /// the window.
  ///
  /// - Returns: the fine bucket of its latency; -1 if it does not count.
  @inline(__always)
  mutating func noteEnd(
    _ s: Int, from born: UInt64, until end: UInt64, cut: UInt64, counted: Bool
  ) -> Int {
    let sum = tally.sums.row(s)
    sum.row.went(at: cut, stay: cut &- clipped(born))
    if !counted { return -1 }
    countedLive &-= 1
    tally.outcomes[s &* Tally.outcomeCount] &+= 1
    let latency = end &- born
    let cell = LogBuckets.fine.index(of: latency)
    tally.latencies.add(s &* Tally.latencyCells &+ cell)
    sum.row.record(latency)
    return cell
  }

  /// The slot that became free goes to the first who waits; it may be any visit of the station.
  @inline(__always)
  mutating func startNext(
    _ s: Int32, _ station: RowReference<StationRow>, _ account: RowReference<Account>
  ) {
    while true {
      let g = station.head
      if g < 0 { break }
      let next = frames.row(g)
      station.row.removeFirst(before: next.next)
      next.next = -1
      if next.state == .dead {
        freeFrame(g)
        continue
      }
      station.length &-= 1
      let wait = time &- next.since
      next.queued &+= wait
      account.row.start(at: cutTime, counted: inWindow, after: inWindow(since: next.since))
      if inWindow == 1 { waits.record(wait, in: Int(station.waits)) }
      seriesStarted(s)
      if next.flags.contains(.plain) {
        next.flags.insert(.holdsSlot)
        next.state = .working
        next.since = time
        agenda.push(
          EventKey(time &+ next.worked, .completion), Happening.served.word(next.generation, g))
      } else {
        resumeStarted(g)
      }
      return
    }
    station.busy &-= 1
  }
}
