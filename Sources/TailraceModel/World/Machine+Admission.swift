import TailraceEngine

// Doors that let in some visits and refuse others. Only programs of services with admission control
// have the two steps; what ends a visit otherwise asks whether there are any such services.
extension Machine {
  /// A visit comes to the door; its program goes on, perhaps with its failure.
  @inline(never) mutating func admit(_ f: Int32) {
    let s = frames[f].station
    let g = gates.gateOf[s]
    let level = gates.policies[Int(g)].readsLevels ? admissionLevel(f) : 0
    var luck = Luck.draw(frames[f].luck, salt: gates.salt)
    let visit = AdmissionVisit(inFlight: gates.rows[g].inFlight, now: time, level: level)
    let comesIn = gates.policies[Int(g)].admits(visit, &luck)
    gates.rows[g].follow(gates.policies[Int(g)].limit, at: cutTime)
    if comesIn {
      gates.rows[g].inFlight &+= 1
      gates.note(
        f, of: frames.count,
        GateNote(gate: g, inFlight: gates.rows[g].inFlight, since: time))
      frames[f].pc &+= 1
      return
    }
    gates.rows[g].refused &+= inWindow
    accounts[s].requests &+= inWindow
    countRefused(f, s)
    fail(f, .shed)
  }

  /// A visit that may have come in leaves; the door learns how it fared, unless it was stopped.
  @inline(never) mutating func leaveGate(_ f: Int32, tells: Bool = true) {
    if Int(f) >= gates.notes.count { return }
    let note = gates.notes[f]
    let g = note.gate
    if g < 0 { return }
    gates.notes[f].gate = -1
    gates.rows[g].inFlight &-= 1
    if !tells { return }
    var luck = Luck.draw(frames[f].luck, salt: gates.salt &+ 1)
    let visit = EndedVisit(
      inFlight: note.inFlight, now: time, time: time &- note.since, queued: frames[f].queued,
      outcome: frames[f].outcome)
    gates.policies[Int(g)].ended(visit, &luck)
    gates.rows[g].follow(gates.policies[Int(g)].limit, at: cutTime)
  }

  /// A replica that was down begins anew; nobody is inside.
  mutating func resetGate(_ s: Int32) {
    let g = gates.gateOf[s]
    if g < 0 { return }
    gates.reset(g)
    gates.rows[g].follow(gates.policies[Int(g)].limit, at: cutTime)
  }

  /// A visit's level: its class's rank, then its user's level, dealt anew each hour.
  private mutating func admissionLevel(_ f: Int32) -> Int32 {
    let index = sampler.classes.index(source: Int32(frames[f].source), number: frames[f].number)
    let user = key(route: gates.users, parent: f, root: frames[f].root, branch: 0)
    let hour = time / 3_600_000_000_000
    let level = XXHash64.hash(Luck.child(XXHash64.hash(user), hour)) % UInt64(DAGOR.userLevels)
    return gates.ranks[index] &* DAGOR.userLevels &+ Int32(truncatingIfNeeded: level)
  }

  /// What a replica's door did until the end; nil where there is none.
  mutating func admissionSum(_ s: Int32, end: UInt64) -> AdmissionSum? {
    if !gates.isUsed || gates.gateOf[s] < 0 { return nil }
    let g = gates.gateOf[s]
    gates.rows[g].settle(at: end)
    let row = gates.rows[g]
    var sum = AdmissionSum(refused: row.refused)
    if row.limit >= 0 {
      sum.limits = AdmissionSum.Limits(
        area: row.area, time: Double(end &- min(end, window.lowerBound)),
        least: Int(min(row.least, row.limit)), most: Int(max(row.most, row.limit)),
        last: Int(row.limit), count: 1)
    }
    return sum
  }

  /// What must hold of doors; empty unless the program is at fault.
  mutating func brokenGates(_ plan: Plan) -> [String] {
    if !gates.isUsed { return [] }
    let inside = Table(repeating: Int32(0), count: gates.rows.count)
    for f in 0..<min(frameHigh, Int32(gates.notes.count)) where gates.notes[f].gate >= 0 {
      inside[gates.notes[f].gate] &+= frames[f].state == .free ? .max / 2 : 1
    }
    var broken: [String] = []
    for s in 0..<stations.count where gates.gateOf[s] >= 0 {
      let g = gates.gateOf[s]
      if inside[g] != gates.rows[g].inFlight {
        let name = plan.serviceNames[Int(stations[s].service)]
        broken.append("the door of \(name) lost count of who is inside")
      }
    }
    return broken
  }
}
