import TailraceEngine

// Arrivals in batches, at changing rates and from changing states.
extension Machine {
  /// Plans the next request of a source that has a stream row.
  @inline(never) mutating func planStream(_ s: Int) {
    let r = sources[s].stream
    if streams[r].left > 0 {
      streams[r].left &-= 1
      return
    }
    // A law that leaves a million batches in a row empty leaves all empty: arrivals are over.
    for _ in 0..<1_000_000 {
      let number = streams[r].number
      streams[r].number = number &+ 1
      let luck = Luck.root(base: sources[s].base, request: number)
      sources[s].next = nextInstant(s, r, number, luck)
      if sources[s].next == never || streams[r].batch < 0 { return }
      if sources[s].next >= Clock.latest { return }
      let size = sampler.time(
        streams[r].batch, luck: luck, salt: streams[r].batchSalt, number: number,
        source: Int32(truncatingIfNeeded: s))
      if size > 0 {
        streams[r].left = size &- 1
        return
      }
    }
    sources[s].next = never
  }

  private mutating func nextInstant(
    _ s: Int, _ r: Int32, _ number: UInt64, _ luck: UInt64
  ) -> UInt64 {
    switch streams[r].kind {
    case .renewal:
      let gap = sampler.time(
        sources[s].law, luck: luck, salt: sources[s].salt, number: number,
        source: Int32(truncatingIfNeeded: s))
      return min(sources[s].next &+ gap, Clock.latest)
    case .constant:
      return TimeRounding.instant(Double(number) * sources[s].gap)
    case .instants:
      return number < UInt64(sources[s].instantCount)
        ? instants[sources[s].firstInstant &+ Int32(truncatingIfNeeded: number)] : never
    case .linear:
      let found = advanceLinear(r, by: unitExponential(s, luck))
      return found ? TimeRounding.nanoseconds(streams[r].clock) : never
    case .sine:
      let rate = SineRate(amplitude: streams[r].amplitude, period: streams[r].period)
      let clock = streams[r].clock
      let start = clock - (clock / streams[r].period).rounded(.down) * streams[r].period
      let target = unitExponential(s, luck) / streams[r].mean
      streams[r].clock = clock + rate.wait(from: start, target: target)
      return TimeRounding.nanoseconds(streams[r].clock)
    case .pulses:
      let found = advancePulses(r, by: unitExponential(s, luck))
      return found ? TimeRounding.nanoseconds(streams[r].clock) : never
    case .modulated:
      advanceModulated(r)
      return TimeRounding.nanoseconds(streams[r].clock)
    case .traced: return nextTraced(s, sources[s].trace, luck)
    }
  }

  private mutating func unitExponential(_ s: Int, _ luck: UInt64) -> Double {
    var draws = Luck.draw(luck, salt: sources[s].salt)
    return draws.exponential(sampler.tables)
  }

  /// Moves the clock on until the integral of the rate has grown by `amount`: exact by piece.
  ///
  /// - Returns: whether that ever happens.
  private mutating func advanceLinear(_ r: Int32, by amount: Double) -> Bool {
    var left = amount
    while true {
      let piece = ratePieces[streams[r].first &+ streams[r].present]
      let clock = streams[r].clock
      let rate = max(0, piece.rate + (clock - piece.start) * piece.slope)
      let isLast = streams[r].present &+ 1 == streams[r].count
      if isLast {
        if rate <= 0 { return false }
        streams[r].clock = clock + left / rate
        return streams[r].clock < 0x1p51
      }
      let end = ratePieces[streams[r].first &+ streams[r].present &+ 1].start
      let length = end - clock
      let rateAtEnd = max(0, rate + length * piece.slope)
      let grown = length * (rate + rateAtEnd) / 2
      if left < grown {
        // The root of rate * t + slope * t^2 / 2 = left, in the form that cancels nothing.
        let root = max(0, rate * rate + 2 * piece.slope * left).squareRoot()
        streams[r].clock = min(end, clock + 2 * left / (rate + root))
        return true
      }
      left -= grown
      streams[r].clock = end
      streams[r].present &+= 1
    }
  }

  /// The same for pulses that come again: `until` is where the first begins, and `present` whether
  /// the clock stands before it (0), within one (1) or behind one (2).
  private mutating func advancePulses(_ r: Int32, by amount: Double) -> Bool {
    let row = streams.row(r)
    let each = row.peak * row.width + row.mean * (row.period - row.width)
    if each <= 0 && row.mean <= 0 { return false }
    var left = amount
    while row.clock < 0x1p51 {
      if row.present == 1 && left >= each && row.clock == row.until + row.turn * row.period {
        // Whole turns at once, however many.
        if each <= 0 { return false }
        let turns = (left / each).rounded(.down)
        left = max(0, left - turns * each)
        row.turn += turns
        row.clock = row.until + row.turn * row.period
      }
      let start = row.until + row.turn * row.period
      let rate = row.present == 1 ? row.peak : row.mean
      let end = row.present == 0 ? start : row.present == 1 ? start + row.width : start + row.period
      let grown = rate * (end - row.clock)
      if left < grown {
        row.clock = min(end, row.clock + left / rate)
        return true
      }
      left -= grown
      row.clock = end
      if row.present == 2 { row.turn += 1 }
      row.present = row.present == 1 ? 2 : 1
    }
    return false
  }

  /// The next arrival of a modulated stream: states in turn, each of exponential length.
  private mutating func advanceModulated(_ r: Int32) {
    var clock = streams[r].clock
    while clock < 0x1p51 {
      let state = ratePieces[streams[r].first &+ streams[r].present]
      if state.rate > 0 {
        let next = clock + streams[r].chance.exponential(sampler.tables) / state.rate
        if next <= streams[r].until {
          clock = next
          break
        }
      }
      clock = streams[r].until
      streams[r].present = (streams[r].present &+ 1) % streams[r].count
      let length = ratePieces[streams[r].first &+ streams[r].present].start
      streams[r].until = clock + length * streams[r].chance.exponential(sampler.tables)
    }
    streams[r].clock = clock
  }

  /// A modulated stream begins in a state drawn by its share of time.
  mutating func startStreams() {
    for r in 0..<streams.count where streams[r].kind == .modulated {
      let row = streams[r]
      var total = 0.0
      for i in 0..<row.count { total += ratePieces[row.first &+ i].start }
      var place = streams[r].chance.unit() * total
      var state: Int32 = 0
      while state &+ 1 < row.count && place >= ratePieces[row.first &+ state].start {
        place -= ratePieces[row.first &+ state].start
        state &+= 1
      }
      streams[r].present = state
      streams[r].until =
        ratePieces[row.first &+ state].start * streams[r].chance.exponential(sampler.tables)
    }
  }
}
