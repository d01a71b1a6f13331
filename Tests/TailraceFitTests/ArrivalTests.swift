import TailraceEngine
import Testing

@testable import TailraceFit

@Suite("Arrivals") struct ArrivalTests {
  private func judged(_ times: [Int64]) throws -> ArrivalReport {
    try #require(ArrivalReport(times, trace: "{\"type\": \"trace\"}", tolerance: 0.1))
  }

  @Test("Poisson arrivals are told as such nine times in ten")
  func poisson() throws {
    var right = 0
    for seed in 0..<40 {
      let found = try judged(poissonTimes(5_000, perSecond: 70, seed: UInt64(seed)))
      if found.kind == .poisson { right += 1 }
      #expect(isClose(found.rate, 70, within: 0.06))
    }
    print("Poisson arrivals told as Poisson: \(right) of 40")
    #expect(right >= 36)
  }

  @Test("A rate that doubles halfway is told as steps, with both rates")
  func steps() throws {
    let slow = poissonTimes(6_000, perSecond: 50, seed: 3)
    let fast = poissonTimes(12_000, perSecond: 100, seed: 4, from: slow[slow.count - 1])
    let found = try judged(slow + fast)
    #expect(found.kind == .changing)
    let steps = try #require(found.steps)
    #expect(isClose(steps[0].rate, 50, within: 0.1))
    #expect(isClose(steps[steps.count - 1].rate, 100, within: 0.1))
    // Every request is in one step, and the steps cover the time.
    #expect(steps.map(\.count).reduce(0, +) == Double(found.requests))
    #expect(steps.first?.start == 0 && steps.last?.end == found.span)
    #expect(found.text.hasPrefix("{\"type\": \"poisson\", \"rate\": [[\"0s\", "))
  }

  @Test("Equal gaps are constant arrivals")
  func constant() throws {
    let found = try judged((0..<100).map { $0 * 20_000_000 })
    #expect(found.kind == .constant)
    #expect(found.text == "{\"type\": \"constant\", \"rate\": \"50/s\"}")
  }

  @Test("Independent gaps of high variation are renewals")
  func renewal() throws {
    var right = 0
    for seed in 0..<20 {
      var instant = 0.0
      let law = LognormalLaw(mean: 1e7, variation: 2.5)
      let times = draws(law, 5_000, seed: UInt64(seed)).map { gap in
        instant += gap
        return Int64(instant)
      }
      let found = try judged(times)
      if found.kind == .renewal { right += 1 }
      #expect(found.kind != .poisson)
    }
    print("renewals told as renewals: \(right) of 20")
    #expect(right >= 17)
  }

  @Test("Bursts that hang together are to be replayed")
  func bursts() throws {
    // A second at 400 a second, then nine of five: gaps of one kind stand together.
    var times: [Int64] = []
    for second in 0..<300 {
      let rate = second % 10 == 0 ? 400.0 : 5
      let start = Int64(second) * 1_000_000_000
      times += poissonTimes(Int(rate), perSecond: rate, seed: UInt64(second), from: start)
        .filter { $0 < start + 1_000_000_000 }
    }
    let found = try judged(times)
    #expect(found.kind == .trace)
    #expect(found.text == "{\"type\": \"trace\"}")
    #expect(found.alternative != nil)
    #expect(ArrivalVerdict.sentences(found)[0].hasPrefix("not Poisson: counts vary up to "))
  }

  @Test("Dispersion by its definition, counted by hand")
  func dispersion() throws {
    // 3, 1, 0, 2 … in windows of a second, 25 times over.
    var times: [Int64] = []
    for round in 0..<25 {
      for (window, count) in [3, 1, 0, 2].enumerated() {
        for i in 0..<count {
          times.append(Int64(round * 4 + window) * 1_000_000_000 + Int64(i) * 1_000)
        }
      }
    }
    let facts = ArrivalFacts(times)
    let found = try #require(facts.dispersions().first { $0.window == 1_000_000_000 })
    // The last request is in window 99, which is not whole.
    let counts = (0..<99).map { Double([3, 1, 0, 2][$0 % 4]) }
    let mean = counts.reduce(0, +) / 99
    let variance = counts.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 98
    #expect(isClose(found.index, variance / mean, within: 1e-12) && found.windows == 99)
    // SciPy: chi2.ppf([0.025, 0.975], 98) / 98.
    #expect(isClose(found.poisson.lowerBound, 0.7396, within: 1e-3))
    #expect(isClose(found.poisson.upperBound, 1.2994, within: 1e-3))
  }

  @Test("Too few times, or one instant, are no arrivals")
  func few() {
    for times in [[], [1], [1, 2], [5, 5, 5, 5]] as [[Int64]] {
      #expect(ArrivalReport(times, trace: "", tolerance: 0.1) == nil)
    }
    // Extremes that may not overflow.
    #expect(
      ArrivalReport([-(1 << 61), 0, 1 << 61], trace: "", tolerance: 0.1) != nil)
    #expect(ArrivalReport([.min, 0, .max], trace: "", tolerance: 0.1) != nil)
    #expect(ArrivalReport([0, 1, 2, 2, 2, 3], trace: "", tolerance: 0.1) != nil)
  }
}
