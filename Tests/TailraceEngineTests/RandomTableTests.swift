import Foundation
import Testing

@testable import TailraceEngine

@Suite("Tables and ranks")
struct RandomTableTests {
  @Test("Alias frequencies follow the weights")
  func alias() {
    let cases: [[Double]] = [
      [1], [1, 1], [0, 3, 0, 1], [1, 2, 3, 4, 5, 6, 7], (1...200).map { 1 / Double($0) },
      [1e-9, 1, 1e9], [Double](repeating: 0.1, count: 10), [0, 0, 0, 1e-300],
    ]
    for weights in cases {
      let table = AliasTable(weights: weights)
      var random = SequentialRandom(seed: 5)
      var counts = [Int](repeating: 0, count: weights.count)
      for _ in 0..<50_000 { counts[table.choice.draw(from: &random)] += 1 }
      for (index, weight) in weights.enumerated() where weight == 0 { #expect(counts[index] == 0) }
      let positive = weights.indices.filter { weights[$0] > 0 }
      guard positive.count > 1, weights.max()! < 1e6 else { continue }
      let total = weights.reduce(0, +)
      #expect(
        RandomFit.matches(positive.map { counts[$0] }, positive.map { weights[$0] / total }))
    }
  }

  @Test("Alias columns add up to the weights")
  func aliasColumns() {
    let weights = (0..<1000).map { Double(($0 * 7919) % 1000) }
    let total = weights.reduce(0, +)
    let table = AliasTable(weights: weights)
    var shares = [Double](repeating: 0, count: weights.count)
    for column in 0..<1000 {
      let entry = unsafe table.choice.entries[column]
      let own = entry.threshold == .max ? 1 : Double(entry.threshold) * 0x1p-64
      shares[column] += own / 1000
      shares[Int(entry.other)] += (1 - own) / 1000
    }
    for (share, weight) in zip(shares, weights) { #expect(abs(share - weight / total) < 1e-14) }
  }

  @Test("Quantile tables: fit, atoms, gaps, ends and moments")
  func empirical() {
    let table = EmpiricalTable(quantiles: [
      (0.1, 2), (0.5, 2), (0.5, 4), (0.9, 8), (0.999, 20), (1, 100),
    ])
    let law = table.law
    #expect(law.quantile(0) == 2 && law.quantile(0.3) == 2)
    #expect(law.quantile(0.5) == 4 && abs(law.quantile(0.7) - 6) < 1e-12)
    #expect(abs(law.quantile(1 - 0x1p-53) - 100) < 1e-9)
    let sample = RandomLawTests.sample(law)
    RandomLawTests().checkMean(sample, law.moments, "empirical")
    #expect(sample.allSatisfy { $0 == 2 || ($0 >= 4 && $0 <= 100) })
    let atoms = EmpiricalTable(quantiles: [(0.5, 7)])
    #expect(atoms.law.quantile(0) == 7 && atoms.law.quantile(0.99) == 7)
    #expect(atoms.law.moments == .constant(7))
  }

  @Test("The guide leads to the same knot as a search from the start")
  func guide() {
    var random = SequentialRandom(seed: 8)
    for size in [2, 3, 7, 49, 100, 1000] {
      var levels = (0..<size).map { _ in random.unit() }.sorted()
      // Levels on the cells' own borders are the hard case.
      if size == 49 { levels = (0..<size).map { Double($0) / Double(size) } }
      let points = levels.enumerated().map { (level: $1, value: Double($0)) }
      let table = EmpiricalTable(quantiles: points)
      for index in 0..<2000 {
        let level = index < size ? levels[index] : random.unit()
        // The last point at or below the level, and the way from there to the next.
        let below = levels.lastIndex { $0 <= level }
        let value = table.law.quantile(level)
        #expect(value >= Double(below ?? 0) - 1e-9)
        #expect(value <= Double(min((below ?? -1) + 1, size - 1)) + 1e-9)
      }
    }
  }

  @Test("Zipf frequencies", arguments: [0, 0.5, 0.99, 1, 1 + 1e-12, 1.2, 2, 12])
  func zipf(exponent: Double) {
    for count: UInt64 in [1, 2, 3, 10, 1000, 1_000_000] {
      let law = ZipfLaw(count: count, exponent: exponent)
      var random = SequentialRandom(seed: count)
      // The first 64 ranks one by one, then in doubling groups.
      var ends = (1...min(64, count)).map { $0 }
      while let last = ends.last, last < count { ends.append(min(2 * last, count)) }
      var counts = [Int](repeating: 0, count: ends.count)
      for _ in 0..<20_000 {
        let rank = law.drawRank(from: &random)
        if rank >= count { Issue.record("rank \(rank) of \(count)") }
        counts[ends.firstIndex { rank < $0 }!] += 1
      }
      guard count > 1, exponent < 10 else { continue }
      let tops = ends.map { law.probability(ofTop: $0) }
      let parts = tops.enumerated().map { $0 == 0 ? $1 : $1 - tops[$0 - 1] }
      #expect(RandomFit.matches(counts, parts), "\(count) ranks")
    }
  }

  @Test(
    "Zipf at 2^40 ranks stays in range and moves no mass", arguments: [0, 0.5, 0.99, 1, 1.2, 2])
  func zipfHuge(exponent: Double) {
    let law = ZipfLaw(count: 1 << 40, exponent: exponent)
    var random = SequentialRandom(seed: 6)
    var counts = [0, 0, 0, 0]
    let ends: [UInt64] = [1, 1 << 10, 1 << 25, 1 << 40]
    for _ in 0..<20_000 {
      let rank = law.drawRank(from: &random)
      counts[ends.firstIndex { rank < $0 }!] += 1
    }
    let tops = ends.map { law.probability(ofTop: $0) }
    let parts = tops.enumerated().map { $0 == 0 ? $1 : $1 - tops[$0 - 1] }
    if exponent > 0 && exponent < 2 { #expect(RandomFit.matches(counts, parts)) }
    #expect(counts.reduce(0, +) == 20_000)
  }
}
