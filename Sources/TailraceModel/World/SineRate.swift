import TailraceEngine

/// The integral of `1 + amplitude * sin(2 pi t / period)` and its inverse.
struct SineRate {
  var amplitude: Double
  var period: Double

  /// How long from `start` (within a period) until the integral has grown by `target`.
  ///
  /// Newton's steps kept inside a bracket; the integral grows without pause, so it converges.
  func wait(from start: Double, target: Double) -> Double {
    let periods = (target / period).rounded(.down)
    let goal = target - periods * period
    let reach = amplitude * period / Double.pi
    var low = max(0, goal - reach)
    var high = goal + reach
    var wait = goal
    for _ in 0..<100 {
      let excess = grown(from: start, by: wait) - goal
      if excess > 0 { high = wait } else { low = wait }
      let slope = 1 + amplitude * PortableMath.sin(2 * Double.pi * ((start + wait) / period))
      var next = slope > 0 ? wait - excess / slope : -1
      if !(next >= low && next <= high) { next = (low + high) / 2 }
      let step = abs(next - wait)
      wait = next
      if step <= 1e-6 { break }
    }
    return periods * period + wait
  }

  /// Growth of the integral, written as a product so that short waits lose no digits.
  private func grown(from start: Double, by wait: Double) -> Double {
    let half = wait / 2
    return wait + amplitude * period / Double.pi
      * PortableMath.sin(2 * Double.pi * ((start + half) / period))
      * PortableMath.sin(2 * Double.pi * (half / period))
  }
}
