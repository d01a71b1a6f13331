import TailraceEngine

// Faults of messages: partitions, and replicas to which messages are lost or take longer.
//
// A step stands before each message of calls that such a fault may strike, and asks what is in force
// at that instant.
extension Machine {
  /// A message sets out where it may be held up.
  ///
  /// - Returns: whether its frame goes on now.
  @inline(never) mutating func setOut(_ f: Int32) -> Bool {
    let pc = frames[f].pc
    let isBack = steps[pc].count == 1
    if steps[pc].count == 0 { noteTravel(f) }
    let row = fabric.rows[steps[pc].target]
    let callee = MessageEnd(station: frames[f].station)
    let (from, to) = isBack ? (callee, callerEnd(f)) : (callerEnd(f), callee)
    var delay: UInt64 = 0
    let tries = fabric.travels[f].held
    let luck =
      tries == 0
      ? frames[f].luck
      : Luck.child(frames[f].luck, 0xf9 &<< 56 | UInt64(UInt32(bitPattern: tries)))
    let way: UInt64 = isBack ? 1 : 0
    for i in row.firstFault..<(row.firstFault &+ row.faultCount) {
      let fault = mishaps.rows[mishaps.numbers[i]]
      switch fault.verb {
      case .partition:
        if mishaps.isCut(fault, from: from, to: to) {
          return cutOff(f, row, isBack: isBack, drops: fault.drops)
        }
      case .loss:
        if to.station < 0 || !mishaps.lists(to, fault.to) { continue }
        var draw = Luck.draw(luck, salt: fault.salt &+ way)
        if draw.unit() < fault.chance {
          fabric.travels[f].held = tries &+ 1
          let pause = (isBack ? row.back : row.there).pause(after: tries)
          return travel(f, until: time &+ pause, isBack: isBack)
        }
      default:
        if to.station < 0 || !mishaps.lists(to, fault.to) { continue }
        delay &+= sampler.time(
          fault.law, luck: frames[f].luck, salt: fault.salt &+ way, number: frames[f].number,
          source: Int32(frames[f].source))
      }
    }
    fabric.travels[f].held = 0
    frames[f].pc = pc &+ 1
    return travel(f, until: time &+ delay, isBack: isBack)
  }

  /// The caller's end of the messages of a visit.
  private mutating func callerEnd(_ f: Int32) -> MessageEnd {
    let first = edges[frames[f].edge].callerStation
    if first >= 0 { return MessageEnd(station: first &+ fabric.travels[f].caller) }
    return MessageEnd(
      station: -1,
      zone: zones.count == 0
        ? -1 : clientZone(source: Int32(frames[f].source), number: frames[f].number))
  }

  /// A message does not arrive: its caller hears of a failure after the time that messages take, or
  /// nothing.
  private mutating func cutOff(
    _ f: Int32, _ row: FabricRow, isBack: Bool, drops: Bool
  ) -> Bool {
    if drops {
      // Its caller will give it up.
      if isBack { noteWasted(f, at: time) }
      loseAnswer(f)
      return false
    }
    frames[f].outcome = .connectionFailure
    frames[f].replied = true
    frames[f].pc = row.end
    let there = isBack ? 0 : hop(f, row.there, 0)
    return travel(f, until: time &+ there &+ hop(f, row.back, 1), isBack: true)
  }

  /// Nobody will answer, though the replica is alive: the frame stays until its caller gives it up.
  private mutating func loseAnswer(_ f: Int32) {
    if _slowPath(records) { recordLoss(f) }
    if frames[f].parent != -2 {
      frames[f].state = .silent
      return
    }
    if _slowPath(records) { recordStop(f, .lost) }
    if fabric.hasConnections { hangUp(f, breaks: true) }
    freeTree(f)
  }
}
