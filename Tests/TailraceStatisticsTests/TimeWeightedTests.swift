import Testing

@testable import TailraceStatistics

@Suite("Time-weighted level")
struct TimeWeightedTests {
  @Test("A picture worked by hand")
  func byHand() {
    // time   0    5    10   15   20   25
    // level  1....4.........2....9....
    // window    [3 ........... 18)
    var level = TimeWeighted(window: 3..<18, level: 1)
    level.set(4, at: 5)
    #expect(level.area == 2)
    level.set(2, at: 15)
    level.set(9, at: 20)
    level.advance(to: 25)
    #expect(level.area == 2 * 1 + 10 * 4 + 3 * 2)
    #expect(level.mean == 48.0 / 15)
    #expect(level.maximum == 4, "9 comes after the window")
    #expect(level.level == 9)
    #expect(level.time == 25)
  }

  @Test("A level left at the instant when it is reached does not count")
  func instant() {
    var level = TimeWeighted(window: 0..<10)
    level.set(7, at: 4)
    level.set(1, at: 4)
    level.advance(to: 10)
    #expect(level.maximum == 1)
    #expect(level.area == 6)
  }

  @Test("The area is the sum of the level over every nanosecond of the window")
  func twin() {
    for seed in 0..<500 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      let lower = random.below(50)
      let window = lower..<lower + 1 + random.below(50)
      var weighted = TimeWeighted(window: window, level: 3)
      var levels = Array(repeating: 3 as UInt64, count: 120)
      var now: UInt64 = 0
      while true {
        now += random.below(9)
        guard now < 110 else { break }
        let level = random.below(20)
        weighted.set(level, at: now)
        for time in Int(now)..<120 { levels[time] = level }
      }
      weighted.advance(to: 115)
      let counted = window.map { levels[Int($0)] }
      #expect(weighted.area == UInt128(counted.reduce(0, +)), "seed \(seed)")
      #expect(weighted.maximum == counted.max(), "seed \(seed)")
      #expect(weighted.mean == Double(counted.reduce(0, +)) / Double(counted.count))
    }
  }

  @Test("Areas beyond 64 bits are exact")
  func large() {
    var level = TimeWeighted(window: 0..<1 << 59, level: 1 << 20)
    level.set(.max, at: (1 << 59) - 2)
    level.advance(to: 1 << 60)
    let first = (UInt128(1 << 59) - 2) << 20
    #expect(level.area == first + 2 * UInt128(UInt64.max))
  }
}
