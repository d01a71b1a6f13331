import Testing

@testable import TailraceStatistics

/// A histogram of the values, recorded in order.
func histogram(of values: some Sequence<UInt64>, _ buckets: LogBuckets = .fine) -> Histogram {
  var histogram = Histogram(buckets)
  for value in values { histogram.record(value) }
  return histogram
}

@Suite("Histogram")
struct HistogramTests {
  static let presets: [LogBuckets] = [.fine, .plotted, .medium, .coarse]

  @Test(
    "Every rank has the bucket of the sorted value, and both ends are exact", arguments: presets)
  func ranksAgainstSorting(_ buckets: LogBuckets) {
    for seed in 0..<1_000 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      let values = random.sample(countMax: 60)
      let sorted = values.sorted()
      let histogram = histogram(of: values, buckets)
      var mistakes = 0
      var worst = 0.0
      for (rank, exact) in zip((1 as UInt64)..., sorted) {
        let value = histogram.value(atRank: rank)
        if buckets.index(of: value) != buckets.index(of: exact) { mistakes += 1 }
        if value < sorted[0] || value > sorted[sorted.count - 1] { mistakes += 1 }
        let distance = value > exact ? value - exact : exact - value
        if exact > 0 { worst = max(worst, Double(distance) / Double(exact)) }
      }
      #expect(mistakes == 0, "seed \(seed)")
      #expect(worst <= buckets.relativeErrorMax, "seed \(seed)")
      #expect(histogram.minimum == sorted.first, "seed \(seed)")
      #expect(histogram.maximum == sorted.last, "seed \(seed)")
      #expect(histogram.value(atRank: 1) == sorted.first, "seed \(seed)")
      #expect(histogram.value(atRank: UInt64(sorted.count)) == sorted.last, "seed \(seed)")
    }
  }

  @Test("Small integers: quantiles are those of the sorted sample, unfinished ones at its end")
  func quantilesAgainstSorting() {
    for seed in 0..<2_000 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      let values = (0..<random.below(200)).map { _ in random.below(1_000) }
      let unfinished = random.below(3) * random.below(15)
      let thousandths = random.below(1_001)
      let sorted =
        values.sorted().map(Optional.some) + Array(repeating: nil, count: Int(unfinished))
      // ceil(p n) in integers, at least 1.
      let rank = max(1, (Int(thousandths) * sorted.count + 999) / 1_000)
      let expected = sorted.count - rank >= 10 ? sorted[rank - 1] : nil
      let histogram = histogram(of: values)
      let quantile = Double(thousandths) / 1_000
      let actual = histogram.quantile(quantile, unfinished: unfinished)
      #expect(actual == expected, "seed \(seed)")
      let supported = histogram.supports(quantile: quantile, unfinished: unfinished)
      #expect(supported == (expected != nil), "seed \(seed)")
    }
  }

  @Test("A quantile needs ten samples beyond it")
  func tenBeyond() {
    #expect(histogram(of: 1...1_000).quantile(0.99) == 990)
    #expect(histogram(of: 1...999).quantile(0.99) == nil)
    #expect(histogram(of: 1...1_000).quantile(0.991) == nil)
    #expect(histogram(of: 1...20).quantile(0.5) == 10)
    #expect(histogram(of: 1...19).quantile(0.5) == nil)
    #expect(histogram(of: []).quantile(0.5, unfinished: 100) == nil)
  }

  @Test("Unfinished requests raise quantiles and block those that fall on them")
  func unfinished() {
    let histogram = histogram(of: 1...900)
    #expect(histogram.quantile(0.5, unfinished: 0) == 450)
    #expect(histogram.quantile(0.5, unfinished: 100) == 500)
    #expect(histogram.quantile(0.9, unfinished: 100) == 900)
    #expect(histogram.quantile(0.901, unfinished: 100) == nil)
    #expect(histogram.supports(quantile: 0.901) == true)
  }

  @Test("Count, sum, mean and buckets are those of the sample", arguments: presets)
  func totals(_ buckets: LogBuckets) {
    for seed in 0..<300 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      let values = random.sample(countMax: 100)
      let histogram = histogram(of: values, buckets)
      let sum = values.reduce(into: UInt128(0)) { $0 += UInt128($1) }
      #expect(histogram.count == UInt64(values.count))
      #expect(histogram.sum == sum)
      #expect(histogram.mean == Double(sum) / Double(values.count))
      var expected: [Int: UInt64] = [:]
      for value in values { expected[buckets.index(of: value), default: 0] += 1 }
      var found: [Bucket] = []
      histogram.forEachBucket { found.append($0) }
      #expect(found.map(\.index) == expected.keys.sorted())
      #expect(found.allSatisfy { $0.count == expected[$0.index] })
      #expect(found.allSatisfy { $0.low == buckets.lowerBound(of: $0.index) })
      #expect(found.allSatisfy { $0.high == buckets.upperBound(of: $0.index) })
    }
  }

  @Test("Counting above a value is exact at bucket ends, outside the range, and for small values")
  func countAbove() {
    for seed in 0..<300 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      let values = random.sample(countMax: 100)
      let histogram = histogram(of: values, .coarse)
      func exact(_ bound: UInt64) -> UInt64 { UInt64(values.count { $0 > bound }) }
      let end = LogBuckets.coarse.upperBound(of: LogBuckets.coarse.index(of: values[0]))
      for bound in [end, 0, 7, 15, values.min()! - min(1, values.min()!), values.max()!, .max] {
        #expect(histogram.count(above: bound) == exact(bound), "seed \(seed), bound \(bound)")
      }
    }
    #expect(histogram(of: []).count(above: 0) == 0)
  }

  @Test("Merging equals recording both, in either form", arguments: presets)
  func merging(_ buckets: LogBuckets) {
    for seed in 0..<300 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      let first = random.sample(countMax: 50)
      let second = random.below(10) == 0 ? [] : random.sample(countMax: 50)
      var merged = histogram(of: first, buckets)
      var mergedFromSnapshot = histogram(of: first, buckets)
      let other = histogram(of: second, buckets)
      merged.merge(other)
      mergedFromSnapshot.merge(HistogramSnapshot(other))
      let both = HistogramSnapshot(histogram(of: first + second, buckets))
      #expect(HistogramSnapshot(merged) == both, "seed \(seed)")
      #expect(HistogramSnapshot(mergedFromSnapshot) == both, "seed \(seed)")
      merged.record(3)
      let more = HistogramSnapshot(histogram(of: first + second + [3], buckets))
      #expect(HistogramSnapshot(merged) == more, "seed \(seed)")
    }
  }

  @Test("The quantile of merged samples is not the mean of their quantiles")
  func mergedQuantile() {
    var merged = histogram(of: 1...1_000)
    let slow = histogram(of: repeatElement(100_000, count: 100))
    merged.merge(slow)
    #expect(merged.quantile(0.5) == 550)
    #expect(slow.quantile(0.5) == 100_000)
  }

  @Test("A snapshot answers as the histogram does")
  func snapshot() {
    for seed in 0..<300 as Range<UInt64> {
      var random = SplitMix(seed: seed)
      let histogram = histogram(of: random.sample(countMax: 100), .medium)
      let snapshot = HistogramSnapshot(histogram)
      let bound = random.anyMagnitude()
      #expect(snapshot.mean == histogram.mean)
      #expect(snapshot.count(above: bound) == histogram.count(above: bound))
      for rank in 1...histogram.count {
        #expect(snapshot.value(atRank: rank) == histogram.value(atRank: rank))
      }
      let index = Int(random.below(UInt64(histogram.buckets.bucketCount)))
      #expect(snapshot.bucket(from: index) == histogram.bucket(from: index))
    }
  }

  @Test("Edges: nothing, 0, 1, 2^59 and the largest value", arguments: presets)
  func edges(_ buckets: LogBuckets) {
    let empty = Histogram(buckets)
    #expect(empty.minimum == nil && empty.maximum == nil && empty.mean == nil)
    #expect(empty.bucket(from: 0) == nil)
    #expect(empty.supports(quantile: 0.5) == false)
    for value in [0, 1, 1 << 59, .max] as [UInt64] {
      let many = histogram(of: repeatElement(value, count: 30), buckets)
      #expect(many.quantile(0) == value)
      #expect(many.quantile(0.5) == value, "ties: never above the maximum nor below the minimum")
      #expect(many.sum == UInt128(value) * 30)
      #expect(many.quantile(1) == nil, "nothing lies beyond the maximum")
    }
    let both = histogram(of: [0, 1, 1 << 59, .max], buckets)
    #expect(both.sum == UInt128(UInt64.max) + (1 << 59) + 1)
    #expect(both.value(atRank: 2) == 1)
    #expect(buckets.index(of: both.value(atRank: 3)) == buckets.index(of: 1 << 59))
  }

  @Test("Memory is one row for each octave met, and recording there again moves nothing")
  func memory() {
    var histogram = Histogram(.medium)
    #expect(unsafe histogram.counters == nil)
    for value in [5, 1_000, 5_000_000, 1 << 59] as [UInt64] { histogram.record(value) }
    #expect(histogram.rowCount == 4)
    let counters = unsafe histogram.counters
    for value in [6, 1_023, 5_000_001, 1 << 59] as [UInt64] { histogram.record(value) }
    #expect(unsafe histogram.counters == counters)
    #expect(histogram.rowCount == 4)
  }

  @Test("A finished histogram can be handed to another thread")
  func sendable() async {
    func hand<Value: Sendable & ~Copyable>(_ value: borrowing Value) -> Bool { true }
    let isSendable = hand(histogram(of: 1...3))
    #expect(isSendable)
    let merged = await withTaskGroup(of: HistogramSnapshot.self) { group in
      for part in 0..<4 as Range<UInt64> {
        group.addTask { HistogramSnapshot(histogram(of: part * 100..<part * 100 + 100)) }
      }
      var merged = Histogram(.fine)
      for await snapshot in group { merged.merge(snapshot) }
      return HistogramSnapshot(merged)
    }
    #expect(merged == HistogramSnapshot(histogram(of: 0..<400)))
  }
}
