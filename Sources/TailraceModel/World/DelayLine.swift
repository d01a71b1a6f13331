import TailraceEngine

/// Expiries after one constant delay, first-in-first-out; only the head stands in the agenda.
struct DelayLine: BitwiseCopyable {
  let delay: UInt64
  /// Whether the agenda holds an expiry for this line.
  var isArmed = false
  var entries = Ring<Event>()

  init(delay: UInt64) { self.delay = delay }
}
