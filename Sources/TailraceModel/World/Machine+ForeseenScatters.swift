import TailraceEngine

// Scatters whose answers are all known when they are sent: only the last of them needs a frame.
extension Machine {
  /// A scatter to stations that answer in any case: only the branch that comes last needs a frame.
  @inline(never) mutating func scatterForeseen(_ f: Int32) {
    fork(f)
    let pc = frames[f].pc
    let e = steps[pc].target
    let count = steps[pc].count
    let root = frames[f].root
    let row = foresights[e]
    let site = edges[e].site
    let isOnePerShard = services[edges[e].service].replicas == 1 && row.stations == count
    let luck = frames[f].luck
    if gathersAnswers(of: f) { beginGather(f, most: count) }
    let last =
      isOnePerShard && row.isQuick && !keepsDetails
      ? lastOfPlain(e, f, root, luck, site: site, count: count)
      : lastForeseen(
        e, f, root, luck, site: site, count: count, isOnePerShard: isOnePerShard)
    let v = makeFrame(
      .visit, parent: f, root: root, luck: count > 1 ? last.second : never, edge: e,
      branch: last.branch, station: last.station, pc: edges[e].entry &+ 1, state: .delayed)
    let visit = frames.row(v)
    visit.replied = true
    visit.queued = last.begin &- time
    visit.worked = last.due &- last.begin
    let join = frames.row(f)
    join.child = v
    join.since = last.due
    join.outstanding = 0
    join.pending = 0
  }

  /// The branch of a scatter that comes last.
  private struct LastBranch {
    var branch: Int32 = 0
    var station: Int32 = -1
    var begin: UInt64
    var due: UInt64 = 0
    /// When the one before it comes.
    var second: UInt64 = 0
  }

  /// Books a piece of work at each of a row of plain stations.
  ///
  /// A function of its own, so that its loop has all registers.
  @inline(never)
  private mutating func lastOfPlain(
    _ e: Int32, _ f: Int32, _ root: Root, _ luck: UInt64, site: UInt64, count: Int32
  ) -> LastBranch {
    let row = foresights.row(e)
    drawWork(row.work, salt: row.salt, root, luck, site: site, count: count)
    let block = frames[f].next
    let isGathered = block >= 0
    if isGathered { gathers[block] = UInt64(truncatingIfNeeded: count) }
    var last = LastBranch(begin: time)
    handled &+= UInt64(truncatingIfNeeded: count)
    for branch in 0..<count {
      let (fate, _) = bookPlain(row.firstStation &+ branch, row, drawnWork[branch])
      if _slowPath(isGathered) { gathers[block &+ 1 &+ branch] = fate.due }
      // Of those that tie the lowest branch counts, as in a join that hears them one by one.
      if fate.due > last.due {
        last.second = last.due
        last.branch = branch
        last.begin = fate.begin
        last.due = fate.due
      } else {
        last.second = max(last.second, fate.due)
      }
    }
    last.station = row.firstStation &+ last.branch
    return last
  }

  /// The same, whatever the stations and whatever is kept.
  @inline(never)
  private mutating func lastForeseen(
    _ e: Int32, _ f: Int32, _ root: Root, _ luck: UInt64, site: UInt64, count: Int32,
    isOnePerShard: Bool
  ) -> LastBranch {
    let row = foresights[e]
    var last = LastBranch(begin: time)
    for branch in 0..<count {
      let own = Luck.child(luck, site | UInt64(UInt32(bitPattern: branch)) &<< 16)
      let place =
        isOnePerShard
        ? Place(station: row.firstStation &+ branch, load: -1)
        : place(e, parent: f, root: root, luck: own, branch: branch)
      let length = sampler.time(
        row.work, luck: own, salt: row.salt, number: root.number, source: root.source)
      let fate = book(
        place.station, waits: row.waits, from: row.firstStation, max(1, length),
        isPlain: row.isPlain)
      if notesVisits { noteVisit(e, at: place.station, fate) }
      if place.load >= 0 { returns[place.load].append(fate.due) }
      if keepsCalls { noteForeseen(e, from: time, until: fate.due, .success) }
      if frames[f].next >= 0 { gather(f, at: fate.due) }
      if fate.due > last.due {
        last = LastBranch(
          branch: branch, station: place.station, begin: fate.begin, due: fate.due,
          second: last.due)
      } else {
        last.second = max(last.second, fate.due)
      }
    }
    return last
  }
}
