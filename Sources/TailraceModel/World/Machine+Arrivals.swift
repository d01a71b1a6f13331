import TailraceEngine

// How requests come and begin.
extension Machine {
  @inline(__always) mutating func planNextArrival(_ s: Int) {
    let source = sources.row(s)
    let number = source.number
    let luck = Luck.root(base: source.base, request: number)
    source.luck = luck
    switch source.kind {
    case .renewal:
      let gap = sampler.time(
        source.law, luck: luck, salt: source.salt, number: number,
        source: Int32(truncatingIfNeeded: s))
      source.next = min(source.next &+ gap, Clock.latest)
    case .constant:
      source.next = TimeRounding.instant(Double(number) * source.gap)
    case .instants:
      source.next =
        number < UInt64(source.instantCount)
        ? instants[source.firstInstant &+ Int32(truncatingIfNeeded: number)] : never
    case .stream: planStream(s)
    case .closed: source.next = never
    }
  }

  @inline(__always) mutating func arrive(_ s: Int) {
    let source = sources.row(s)
    let plain = source.number
    let luck = source.luck
    source.number = plain &+ 1
    // Planning the next one reads a trace on: the row of this one is taken before.
    let isTraced = source.trace >= 0
    let number = _slowPath(isTraced) ? takeRow(s, plain) : plain
    planNextArrival(s)
    let root = newRoot(s, number)
    let e = source.edge
    if e >= 0 && mayGo {
      // One call is the whole program, and it may go now: it needs no frame above it.
      let edge = edges.row(e)
      let own = Luck.child(luck, edge.site)
      if edge.isDirect {
        begin(root)
        noteCall(e)
        var place = Place(station: edge.onlyStation, load: -1)
        if place.station < 0 {
          place = self.place(e, parent: -1, root: root, luck: own, branch: root.source)
          if place.load >= 0 { loads[place.load] &+= 1 }
        }
        sendPlain(
          e, edge, to: place, parent: -1, root: root, luck: own, branch: root.source,
          isDirect: true)
      } else if !edge.isForeseen {
        beginCall(e, root, own)
      } else if tracksRequests {
        start(s, root, luck)
      } else {
        foresee(e, root: root, luck: own)
      }
    } else {
      start(s, root, luck)
    }
    if _slowPath(isTraced) { leaveRow(number) }
  }

  /// A request begins whose program is one call, at the present instant.
  @inline(never) mutating func beginCall(_ e: Int32, _ root: Root, _ luck: UInt64) {
    let policy = edges[e].policy
    if policy >= 0 && attemptPolicies[policy].isForeseen && !tracksRequests && !hasClosedLoops {
      foreseeFirst(e, root: root, luck: luck)
      return
    }
    if edges[e].cached >= 0 {
      callCached(e, root, luck)
      return
    }
    begin(root)
    invoke(e, source: root.source, root: root, luck: luck)
  }

  /// A request begins at the present instant.
  @inline(never) mutating func startRequest(_ s: Int, number: UInt64, luck: UInt64) {
    let root = newRoot(s, number)
    let e = sources[s].edge
    if e >= 0 && !edges[e].isForeseen && mayGo {
      beginCall(e, root, Luck.child(luck, edges[e].site))
    } else {
      start(s, root, luck)
    }
  }

  /// Whether a shared step may go at once: nothing else is to happen at this instant before it.
  @inline(__always) var mayGo: Bool {
    mutating get { batch.isEmpty && agenda.isQuiet(through: EventKey(time, .arrival)) }
  }

  @inline(__always) mutating func newRoot(_ s: Int, _ number: UInt64) -> Root {
    serial &+= 1
    if keepsIntervals { intervals.began(s, at: time) }
    return Root(
      number: number, serial: serial, source: Int32(truncatingIfNeeded: s), counted: inWindow == 1)
  }

  /// A request enters the account of its workload.
  @inline(__always) mutating func begin(_ root: Root) {
    tally.sums.row(root.source).row.came(at: cutTime, counted: inWindow)
    countedLive &+= inWindow
  }

  /// A request begins that needs a frame of its own.
  @inline(never) mutating func start(_ s: Int, _ root: Root, _ luck: UInt64) {
    begin(root)
    let f = makeFrame(
      .client, parent: -1, root: root, luck: luck, edge: -1, branch: root.source,
      pc: sources[s].entry)
    walk(f)
  }
}
