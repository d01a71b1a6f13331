import TailraceEngine

extension Machine {
  /// Draws the work of all calls of a scatter into `drawnWork`: in a loop of its own for each of
  /// the common laws, which then has all registers.
  @inline(never) mutating func drawWork(
    _ work: Int32, salt: UInt64, _ root: Root, _ luck: UInt64, site: UInt64, count: Int32
  ) {
    if drawnWork.count < Int(count) { drawnWork.grow(to: Int(count), with: 0) }
    let tables = sampler.tables
    switch sampler.laws[work] {
    case .lognormal(let law):
      var first: Int32 = 0
      if law.isOrdinary {
        while first &+ 8 <= count {
          let states = SIMD8<UInt64> { k in
            let branch = first &+ Int32(truncatingIfNeeded: k)
            return Luck.draw(Self.luckOfBranch(branch, luck, site), salt: salt).state
          }
          law.draw(from: states, using: tables).forEach { k, time in
            drawnWork[first &+ Int32(truncatingIfNeeded: k)] = TimeRounding.work(positive: time)
          }
          first &+= 8
        }
      }
      drawWork(luck, site: site, first..<count) { _, own in
        var source = Luck.draw(own, salt: salt)
        return TimeRounding.nanoseconds(positive: law.draw(from: &source, using: tables))
      }
    case .exponential(let law):
      drawWork(luck, site: site, 0..<count) { _, own in
        var source = Luck.draw(own, salt: salt)
        return TimeRounding.nanoseconds(positive: law.draw(from: &source, using: tables))
      }
    default:
      drawWork(luck, site: site, 0..<count) { sampler, own in
        sampler.time(work, luck: own, salt: salt, number: root.number, source: root.source)
      }
    }
  }

  @inline(__always)
  private mutating func drawWork(
    _ luck: UInt64, site: UInt64, _ branches: Range<Int32>,
    _ draw: (inout Sampler, UInt64) -> UInt64
  ) {
    for i in branches { drawnWork[i] = max(1, draw(&sampler, Self.luckOfBranch(i, luck, site))) }
  }

  /// The luck of one call of a scatter.
  @inline(__always)
  private static func luckOfBranch(_ branch: Int32, _ luck: UInt64, _ site: UInt64) -> UInt64 {
    Luck.child(luck, site | UInt64(UInt32(bitPattern: branch)) &<< 16)
  }
}
