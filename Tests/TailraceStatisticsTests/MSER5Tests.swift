import Testing

@testable import TailraceStatistics

@Suite("MSER-5")
struct MSER5Tests {
  /// The rule as it is written, in quadratic time.
  static func twin(_ series: [Double]) -> (cut: Int, statistic: [Double]) {
    let means = stride(from: 0, through: series.count - 5, by: 5).map { start in
      series[start..<start + 5].reduce(0, +) / 5
    }
    let statistic = (0...means.count / 2).map { dropped in
      let kept = means[dropped...]
      let mean = kept.reduce(0, +) / Double(kept.count)
      return kept.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(kept.count * kept.count)
    }
    let best = statistic.min()!
    return (statistic.firstIndex(of: best)! * 5, statistic)
  }

  static func batches(_ means: [Double]) -> [Double] {
    means.flatMap { Array(repeating: $0, count: 5) }
  }

  @Test("Ten high batches before a steady alternation are dropped")
  func step() {
    let steady = (0..<30).map { Double($0 % 2) }
    let series = Self.batches(Array(repeating: 10, count: 10) + steady)
    #expect(MSER5.truncation(of: series) == 50)
    #expect(MSER5.truncation(of: Self.batches(steady)) == 0)
  }

  @Test("A batch that holds the end of the warm-up goes as a whole")
  func insideBatch() {
    let series = Array(repeating: 10.0, count: 12) + Array(repeating: 1, count: 100)
    #expect(MSER5.truncation(of: series) == 15)
  }

  @Test("At ties the least is dropped, and a constant series keeps everything")
  func ties() {
    #expect(MSER5.truncation(of: Self.batches([5, 5, 5] + Array(repeating: 1, count: 40))) == 15)
    #expect(MSER5.truncation(of: Array(repeating: 0.1, count: 333)) == 0)
  }

  @Test("A ramp never leaves its warm-up and reaches the limit, half the batches")
  func ramp() {
    for count in [50, 54, 55, 203] {
      let series = (0..<count).map { Double($0) }
      #expect(MSER5.truncation(of: series) == MSER5.truncationMax(count: count))
      #expect(MSER5.truncationMax(count: count) == count / 10 * 5)
    }
  }

  @Test("Nothing is said below 50 observations")
  func short() {
    for count in 0..<50 {
      #expect(MSER5.truncation(of: (0..<count).map { Double($0) }) == 0)
      #expect(MSER5.truncationMax(count: count) == 0)
    }
  }

  @Test("The cut minimises the rule as it is written")
  func twin() {
    for seed in 0..<300 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      let count = 50 + Int(random.below(300))
      let bias = 3 * random.unit()
      let series = (0..<count).map { bias * 20 / Double(20 + $0) + random.unit() }
      let twin = Self.twin(series)
      let cut = MSER5.truncation(of: series)
      #expect(cut == twin.cut, "seed \(seed)")
    }
  }
}
