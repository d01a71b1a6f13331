import TailraceEngine

// Arrivals that a trace gives.
extension Machine {
  /// The instant of the next request of a trace; `never` after the last.
  ///
  /// Requests of an interval are placed in it independently and evenly: the share of the interval
  /// left behind the next of n is the n-th root of an even draw.
  mutating func nextTraced(_ s: Int, _ t: Int32, _ luck: UInt64) -> UInt64 {
    if traces.cursors[t].left == 0 {
      let old = traces.cursors[t].slot
      if old >= 0 { sampler.classes.traced.release(old) }
      traces.cursors[t].slot = -1
      guard traces.advance(t) else { return never }
      if traces.cursors[t].words > 0 {
        traces.cursors[t].slot = sampler.classes.traced.add(
          traces.words, from: traces.place(t) &* traces.stride, count: traces.cursors[t].words)
      }
    }
    let left = traces.cursors[t].left
    traces.cursors[t].left = left &- 1
    let instant = min(traces.instants[traces.place(t)], Clock.latest)
    let spread = traces.cursors[t].spread
    if spread == 0 { return instant }
    var draws = Luck.draw(luck, salt: sources[s].salt)
    let length = draws.exponential(sampler.tables)
    let rest = traces.cursors[t].rest * PortableMath.exp(-length / Double(left))
    traces.cursors[t].rest = rest
    let offset = TimeRounding.nanoseconds((1 - rest) * Double(spread))
    return min(instant &+ min(offset, spread &- 1), Clock.latest)
  }

  /// The number of the request that comes now: it names the row, which it holds until `leaveRow`.
  @inline(never) mutating func takeRow(_ s: Int, _ number: UInt64) -> UInt64 {
    let slot = traces.cursors[sources[s].trace].slot
    if slot < 0 { return number }
    sampler.classes.traced.hold(slot)
    return TracedNumber.of(number, slot: slot)
  }

  /// Lets go of what `takeRow` or a frame holds.
  @inline(never) mutating func leaveRow(_ number: UInt64) {
    if TracedNumber.hasRow(number) { sampler.classes.traced.release(TracedNumber.slot(number)) }
  }

  @inline(never) mutating func holdRow(_ number: UInt64) {
    sampler.classes.traced.hold(TracedNumber.slot(number))
  }
}
