import TailraceEngine

// Messages that meet more than a delay: ports that send one after the other, and loss.
extension Machine {
  /// A visit is on its way for the first time: who its caller is must be known later, too.
  @inline(never) mutating func noteTravel(_ f: Int32) {
    // A frame that waited for its turn in this instant has been here.
    if frames[f].state != .running { return }
    if Int(f) >= fabric.travels.count {
      fabric.travels.grow(to: max(frames.count, fabric.travels.count * 2), with: TravelRow())
    }
    fabric.travels[f] = TravelRow(caller: callerPlace(f))
  }

  /// Which replica of its caller's service a visit comes from; 0 for a workload.
  private mutating func callerPlace(_ f: Int32) -> Int32 {
    let first = edges[frames[f].edge].callerStation
    let parent = frames[f].parent
    return first < 0 || parent < 0 ? 0 : callerStation(parent) &- first
  }

  /// The replica of a visit, of a branch of it or of a call that it makes.
  @inline(__always) mutating func callerStation(_ parent: Int32) -> Int32 {
    frames[frames[parent].kind == .call ? frames[parent].parent : parent].station
  }

  /// A frame goes on at a later instant; the time until then is the network's.
  ///
  /// - Returns: whether that is now.
  mutating func travel(
    _ f: Int32, until at: UInt64, isBack: Bool, isHandshake: Bool = false
  ) -> Bool {
    if at <= time { return true }
    frames[f].wire &+= at &- time
    if _slowPath(records) {
      record(isHandshake ? .handshake : isBack ? .replyWire : .requestWire, f, until: at)
    }
    frames[f].state = .delayed
    post(EventKey(at, isBack ? .completion : .arrival), word(.resumed, f))
    return false
  }

  /// A message leaves when the sender's port is free; if it is lost, it goes again later.
  ///
  /// - Returns: whether its frame goes on now.
  @inline(never) mutating func sendMessage(_ f: Int32) -> Bool {
    let pc = frames[f].pc
    let isBack = steps[pc].count == 1
    let fabricRow = fabric.rows.row(steps[pc].target)
    let way = isBack ? fabricRow.back : fabricRow.there
    let travel = fabric.travels.row(f)
    let bytes = messageSize(f, way, isBack: isBack)
    let length = TimeRounding.nanoseconds(Double(bytes) * way.perByte)
    var begin = time
    if way.outPort >= 0 && length > 0 {
      let own =
        isBack ? frames[f].station &- fabricRow.firstStation : travel.caller
      begin = occupy(way.outPort &+ own, for: length, bytes)
    }
    let luck = tryLuck(f, travel.tries)
    if way.loss > 0 {
      var draw = Luck.draw(luck, salt: way.salt &+ 4)
      if draw.unit() < way.loss {
        let again = begin &+ length &+ way.pause(after: travel.tries)
        travel.tries &+= 1
        return self.travel(f, until: again, isBack: isBack)
      }
    }
    travel.tries = 0
    travel.length = length
    travel.bytes = bytes
    frames[f].pc = pc &+ 1
    let delay = way.law < 0 ? 0 : latency(f, way, luck)
    // Who receives it without a port has it when its last byte is there.
    let rest = way.inPort < 0 ? length : 0
    return self.travel(f, until: begin &+ delay &+ rest, isBack: isBack)
  }

  /// A message begins to arrive: it is there when the receiver's port has taken all of it.
  @inline(never) mutating func receiveMessage(_ f: Int32) -> Bool {
    let pc = frames[f].pc
    let isBack = steps[pc].count == 1
    let row = fabric.rows.row(steps[pc].target)
    let travel = fabric.travels.row(f)
    let port =
      isBack
      ? row.back.inPort &+ travel.caller
      : row.there.inPort &+ frames[f].station &- row.firstStation
    frames[f].pc = pc &+ 1
    if travel.length == 0 { return true }
    let length = travel.length
    let begin = occupy(port, for: length, travel.bytes)
    return self.travel(f, until: begin &+ length, isBack: isBack)
  }

  /// Bytes of a message that takes time of a port; a failure's answer is empty.
  private mutating func messageSize(_ f: Int32, _ way: WayRow, isBack: Bool) -> UInt64 {
    if way.size < 0 || way.perByte == 0 || (isBack && !frames[f].outcome.isAnswered) { return 0 }
    if way.reads != 0 { tellSampler(of: f, way.reads) }
    return sampler.time(
      way.size, luck: frames[f].luck, salt: way.salt &+ 6, number: frames[f].number,
      source: Int32(frames[f].source))
  }

  private mutating func latency(_ f: Int32, _ way: WayRow, _ luck: UInt64) -> UInt64 {
    sampler.time(
      way.law, luck: luck, salt: way.salt, number: frames[f].number,
      source: Int32(frames[f].source))
  }

  /// The luck of a message that has been lost so often.
  private mutating func tryLuck(_ f: Int32, _ tries: Int32) -> UInt64 {
    tries == 0
      ? frames[f].luck
      : Luck.child(frames[f].luck, 0xfa &<< 56 | UInt64(UInt32(bitPattern: tries)))
  }

  /// The delay of an empty message that no port holds up, the pauses after losses included; `number`
  /// tells the messages of one visit apart.
  mutating func hop(_ f: Int32, _ way: WayRow, _ number: Int32) -> UInt64 {
    let luck = Luck.child(frames[f].luck, 0xfb &<< 56 | UInt64(UInt32(bitPattern: number)))
    var delay = way.law < 0 ? 0 : latency(f, way, luck)
    if way.loss == 0 { return delay }
    var draws = Luck.draw(luck, salt: way.salt &+ 4)
    var tries: Int32 = 0
    // At a loss of 99 % one message in 10^43 would go on.
    while tries < 10_000 && draws.unit() < way.loss {
      delay &+= way.pause(after: tries)
      tries &+= 1
    }
    return delay
  }
}
