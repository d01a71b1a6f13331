import Testing

@testable import TailraceStatistics

@Suite("Log buckets")
struct LogBucketsTests {
  static let all = (1...16).map { LogBuckets(subBucketBits: $0) }

  @Test(
    "Buckets follow each other without gap or overlap from 0 to the largest value", arguments: all)
  func cover(_ buckets: LogBuckets) {
    var expectedLow: UInt64 = 0
    var mistakes = 0
    for index in 0..<buckets.bucketCount {
      let low = buckets.lowerBound(of: index)
      let high = buckets.upperBound(of: index)
      let middle = buckets.representative(of: index)
      if low != expectedLow || high < low || middle < low || middle > high { mistakes += 1 }
      for value in [low, middle, high] where buckets.index(of: value) != index { mistakes += 1 }
      expectedLow = high &+ 1
    }
    #expect(mistakes == 0)
    #expect(expectedLow == 0, "the last bucket ends at UInt64.max")
  }

  @Test("The representative is within the promised error of both ends", arguments: all)
  func errorBound(_ buckets: LogBuckets) {
    #expect(buckets.relativeErrorMax == 0.5 / Double(1 << buckets.subBucketBits))
    var worst = 0.0
    for index in 1..<buckets.bucketCount {
      let middle = buckets.representative(of: index)
      for end in [buckets.lowerBound(of: index), buckets.upperBound(of: index)] {
        let distance = Double(middle > end ? middle - end : end - middle)
        worst = max(worst, distance / Double(end))
      }
    }
    #expect(worst <= buckets.relativeErrorMax)
    #expect(worst > buckets.relativeErrorMax * 0.99, "the bound is tight")
  }

  @Test("Values below two octaves of buckets are exact", arguments: all)
  func exactBelow(_ buckets: LogBuckets) {
    let limit = 2 << buckets.subBucketBits
    #expect((0..<limit).allSatisfy { buckets.index(of: UInt64($0)) == $0 })
    #expect((0..<limit).allSatisfy { buckets.representative(of: $0) == UInt64($0) })
    #expect(buckets.index(of: UInt64(limit) + 1) == limit, "from here on two share a bucket")
  }

  @Test("The presets are 512, 64, 32 and 8 buckets per octave")
  func presets() {
    func perOctave(_ buckets: LogBuckets) -> Int {
      buckets.index(of: 1 << 59) - buckets.index(of: 1 << 58)
    }
    #expect([.fine, .plotted, .medium, .coarse].map(perOctave) == [512, 64, 32, 8])
    #expect(LogBuckets.fine.relativeErrorMax < 0.001)
  }
}
