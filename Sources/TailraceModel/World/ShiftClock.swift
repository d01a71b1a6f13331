import TailraceEngine

/// When popularities have shifted, in the order of the requests: those that have begun keep their keys.
struct ShiftClock: BitwiseCopyable {
  /// Nanoseconds from one shift to the next.
  let every: UInt64
  private var count: Int32 = 0
  /// The last request before each shift, by its number over all workloads.
  private var lasts = Rows<UInt32>()

  init(every: UInt64) { self.every = every }

  mutating func deallocate() { lasts.deallocate() }

  /// It shifts, after the request with that number.
  mutating func shift(after serial: UInt32) {
    if Int(count) == lasts.count { lasts.grow(to: max(16, lasts.count * 2), with: 0) }
    lasts[count] = serial
    count &+= 1
  }

  /// How often it had shifted when a request began; quick for those of late.
  func turns(before serial: UInt32) -> UInt64 {
    var turn = count
    while turn > 0 && lasts[turn &- 1] >= serial { turn &-= 1 }
    return UInt64(turn)
  }
}

extension Machine {
  /// Plans the next shift of a clock.
  mutating func planShift(_ c: Int32) {
    let due = time &+ keys.shifts[~faultClocks[c].fault].every
    if due > Clock.latest { return }
    agenda.push(
      EventKey(due, .control), Happening.fault.rawValue &<< 60 | UInt64(UInt32(bitPattern: c)))
  }

  /// The popularities of a clock shift; when all that counts has ended they need not any more.
  @inline(never) mutating func shiftKeys(_ c: Int32) {
    keys.shifts[~faultClocks[c].fault].shift(after: serial)
    let isOver = time >= window.upperBound && countedLive == 0
    if !isOver && time < window.upperBound &* 2 { planShift(c) }
  }
}
