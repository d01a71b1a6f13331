import TailraceStatistics
import Testing

@Suite("Grid of intervals") struct IntervalGridTests {
  @Test("The multiplication finds what a division finds")
  func againstDivision() {
    var random = SplitMix(seed: 7)
    let horizon: UInt64 = (1 << 60) - 1
    for length in [1, 2, 3, 7, 10, 1 << 20, 1_000_000_007, 1 << 59, horizon] as [UInt64] {
      let grid = IntervalGrid(length: length, horizon: horizon)
      for _ in 0..<2_000 {
        let quotient = random.next() % (horizon / length + 1)
        for time in [quotient &* length, quotient &* length &- 1, random.next() % horizon] {
          #expect(grid.index(of: time) == (time < horizon ? Int(time / length) : nil))
        }
      }
    }
  }

  @Test("The last interval may be shorter")
  func bounds() {
    let grid = IntervalGrid(length: 4, horizon: 10)
    #expect(grid.count == 3)
    #expect((0..<3).map(grid.start) == [0, 4, 8])
    #expect((0..<3).map(grid.end) == [4, 8, 10])
    #expect(grid.index(of: 9) == 2 && grid.index(of: 10) == nil)
    #expect(IntervalGrid(length: 5, horizon: 10).count == 2)
  }
}
