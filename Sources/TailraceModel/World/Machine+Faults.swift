import TailraceEngine

// Scheduled faults. A station that none may strike has no clock and its programs no door.
extension Machine {
  /// Plans the first occurrence of each fault at each replica.
  mutating func startFaults() {
    for c in 0..<faultClocks.count { planFault(Int32(c)) }
  }

  /// Plans when a clock's fault begins next; one that came once does not come again.
  private mutating func planFault(_ c: Int32) {
    if faultClocks[c].fault < 0 {
      planShift(c)
      return
    }
    let fault = faults[faultClocks[c].fault]
    if fault.every >= 0 {
      postFault(c, at: time &+ drawFault(fault.every, c, salt: 0))
    } else if faultClocks[c].turn == 0 {
      postFault(c, at: fault.at)
    }
  }

  private mutating func postFault(_ c: Int32, at due: UInt64) {
    if due > Clock.latest { return }
    agenda.push(
      EventKey(due, .control),
      Happening.fault.rawValue &<< 60 | UInt64(UInt32(bitPattern: c)))
  }

  /// A time of the fault itself, of at least a nanosecond; named by replica and occurrence.
  private mutating func drawFault(_ law: Int32, _ c: Int32, salt: UInt64) -> UInt64 {
    let clock = faultClocks[c]
    let number = UInt64(clock.number) &<< 32 | UInt64(clock.turn)
    let luck = Luck.root(base: faults[clock.fault].base, request: number)
    return max(1, sampler.time(law, luck: luck, salt: salt, number: number, source: 0))
  }

  /// A fault begins or ends at the stations of a clock.
  @inline(never) mutating func strike(_ c: Int32) {
    if faultClocks[c].fault < 0 {
      shiftKeys(c)
      return
    }
    faultClocks[c].isOn.toggle()
    let clock = faultClocks[c]
    if clock.isOn {
      let length = faults[clock.fault].length
      if length >= 0 { postFault(c, at: time &+ drawFault(length, c, salt: 1)) }
    } else {
      faultClocks[c].turn &+= 1
      // When all that counts has ended nothing needs to break any more.
      let isOver = time >= window.upperBound && countedLive == 0
      if !isOver && time < window.upperBound &* 2 { planFault(c) }
    }
    if clock.isOn && faults[clock.fault].cache >= 0 { flushCaches(faults[clock.fault].cache) }
    if faults[clock.fault].verb == .partition {
      mishaps.rows[faults[clock.fault].message].isOn = clock.isOn
    }
    for i in clock.firstTarget..<(clock.firstTarget &+ clock.targetCount) {
      strike(faultTargets[i], clock)
    }
  }

  private mutating func strike(_ s: Int32, _ clock: FaultClock) {
    let fault = faults[clock.fault]
    switch fault.verb {
    case .crash: if clock.isOn { crash(s, drops: fault.drops) } else { restart(s) }
    case .pause, .slowDown:
      if clusters.vitals.count > 0 { hearLife(s) }
      setSpeed(faultySpeed(s), s)
    case .loss, .delay: mishaps.mark(fault.message, s, clock.isOn)
    case .fail, .flush, .partition: break
    }
  }

  /// The speed that the faults in force leave to a station; pauses that a restart ended are over.
  mutating func faultySpeed(_ s: Int32) -> Double {
    let plan = queues[stations[s].queue].plan
    var slowness = 1.0
    for i in plan.firstClock..<(plan.firstClock &+ plan.clockCount) {
      let clock = faultClocks[stationClocks[i]]
      if !clock.isOn { continue }
      switch faults[clock.fault].verb {
      case .pause: if !hasEnded(pause: i, clock) { return 0 }
      case .slowDown: slowness *= faults[clock.fault].factor
      case .crash, .fail, .flush, .loss, .delay, .partition: break
      }
    }
    return plan.speed / slowness
  }

  // MARK: The door

  /// A visit arrives at a replica that may be down or failing.
  ///
  /// - Returns: whether its program goes on, which may be with its failure.
  @inline(never) mutating func comeIn(_ f: Int32) -> Bool {
    let s = frames[f].station
    let q = stations[s].queue
    frames[f].flags.insert(.inside)
    let plan = queues[q].plan
    for i in plan.firstClock..<(plan.firstClock &+ plan.clockCount) {
      let clock = faultClocks[stationClocks[i]]
      if !clock.isOn { continue }
      let fault = faults[clock.fault]
      if fault.verb == .crash {
        if !isSilent(q) {
          fail(f, .connectionFailure)
          return true
        }
        silence(f)
        return false
      }
      if fault.verb == .fail {
        var draw = Luck.draw(frames[f].luck, salt: fault.salt)
        if draw.unit() < fault.factor {
          accounts[s].requests &+= inWindow
          fail(f, .applicationError)
          return true
        }
      }
    }
    if mishaps.starts.count > 0 && time < mishaps.starts[s].servesFrom {
      fail(f, .connectionFailure)
      return true
    }
    frames[f].pc &+= 1
    return true
  }

  /// Whether a crash in force at a station drops connections.
  mutating func isSilent(_ q: Int32) -> Bool {
    let plan = queues[q].plan
    for i in plan.firstClock..<(plan.firstClock &+ plan.clockCount) {
      let clock = faultClocks[stationClocks[i]]
      if clock.isOn && faults[clock.fault].drops { return true }
    }
    return false
  }

  /// Nobody will answer: the frame stays until its caller gives it up.
  private mutating func silence(_ f: Int32) {
    accounts[frames[f].station].failed &+= inWindow
    if _slowPath(records) { recordLoss(f) }
    if frames[f].parent == -2 {
      if _slowPath(records) { recordStop(f, .lost) }
      if fabric.hasConnections { hangUp(f, breaks: true) }
      freeTree(f)
    } else {
      frames[f].state = .silent
    }
  }

  // MARK: Crash

  /// What kept a replica down is over.
  mutating func restart(_ s: Int32) {
    let q = stations[s].queue
    if fabric.hasConnections { fabric.loseAll(at: s) }
    queues[q].downs &-= 1
    if queues[q].downs > 0 { return }
    queues[q].downTime &+= cutTime
    start(station: s)
    if gates.isUsed { resetGate(s) }
    if clusters.isUsed { comeBack(s) }
  }

  /// All visits at a replica are lost, in request order; none starts any more.
  mutating func crash(_ s: Int32, drops: Bool) {
    let q = stations[s].queue
    queues[q].downs &+= 1
    if queues[q].downs == 1 { queues[q].downTime &-= cutTime }
    if fabric.hasConnections { fabric.loseAll(at: s) }
    if caches.count > 0 { loseCaches(of: s) }
    var lost: [(serial: UInt32, luck: UInt64, frame: Int32, generation: UInt32)] = []
    for f in 0..<frameHigh
    where frames[f].station == s && frames[f].kind == .visit && frames[f].state != .free
      && frames[f].state != .silent && frames[f].flags.contains(.inside) && !frames[f].replied
    {
      lost.append((frames[f].serial, frames[f].luck, f, frames[f].generation))
    }
    lost.sort { ($0.serial, $0.luck) < ($1.serial, $1.luck) }
    for one in lost where frames[one.frame].generation == one.generation {
      // Whom the loss of another visit here has made answer is out of the door.
      if frames[one.frame].replied { continue }
      lose(one.frame, s, drops: drops)
      if !ready.isEmpty { runReady() }
    }
  }

  /// Ends a visit where it stands; its caller hears of a broken connection, or nothing.
  private mutating func lose(_ f: Int32, _ s: Int32, drops: Bool) {
    frames[f].generation &+= 1  // what it waits for no longer comes
    let state = frames[f].state
    if state == .parked { leaveFlight(f) }
    endFetches(of: f)
    if gates.isUsed { leaveGate(f, tells: false) }
    frames[f].state = .running
    switch state {
    case .queued: leaveWaiting(f, s)
    case .working:
      leaveWork(f, s)
      noteWorked(f, s)
    case .waiting: abandonChildren(of: f)
    case .running, .delayed, .batched, .parked, .inLine, .free, .dead, .silent: break
    }
    // Whatever it did last, its parts are to sum to the time since its call.
    let rest = time &- frames[f].born &- parts(of: f)
    switch state {
    case .queued: frames[f].queued &+= rest
    case .working: frames[f].worked &+= rest
    default: frames[f].delayed &+= rest
    }
    if _slowPath(records) { recordCrash(f, state, rest) }
    accounts[s].aborted &+= inWindow
    queues[stations[s].queue].lost &+= inWindow
    if frames[f].holdsSlot { release(f) }
    if !drops { accounts[s].failed &+= inWindow }
    if drops {
      silence(f)
      return
    }
    frames[f].outcome = .connectionFailure
    var pc = frames[f].pc
    while steps[pc].op != .end { pc &+= 1 }
    frames[f].pc = pc
    if let up = reply(f) { walk(up) }
  }

  /// Nanoseconds that a frame and its path account for.
  private mutating func parts(of f: Int32) -> UInt64 {
    var sum =
      frames[f].queued &+ frames[f].worked &+ frames[f].delayed &+ frames[f].wire
    var child = frames[f].path
    while child >= 0 {
      sum &+= parts(of: child)
      child = frames[child].next
    }
    return sum
  }
}

extension Machine {
  /// Notes how much work is left at each replica of a shard.
  @inline(never) mutating func measureWork(_ service: ServiceRow, _ shard: Int32) {
    let first = service.firstStation &+ shard &* service.replicas
    for i in 0..<service.replicas { workLeft[i] = timeLeft(first &+ i) }
  }
}
