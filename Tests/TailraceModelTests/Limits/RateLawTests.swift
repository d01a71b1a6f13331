import TailraceEngine
import Testing

@testable import TailraceModel

/// A bucket and the log that it may need, asked with instants that never go back.
private struct Meter: ~Copyable {
  let law: RateLaw
  var bucket = RateBucket()
  var log = RateLog()

  init(_ algorithm: RateLimitSpec.Algorithm, maxDelay: UInt64? = nil) {
    law = RateLaw(algorithm, maxDelay: maxDelay)
  }

  mutating func ask(at time: UInt64, tokens: UInt64 = 1) -> RateVerdict {
    law.ask(&bucket, tokens, at: time, &log)
  }
}

/// What MECHANISMS.md says of rate limits, of the bare arithmetic.
@Suite("Laws of rate limits") struct RateLawTests {
  private static let second: UInt64 = 1_000_000_000

  /// Instants of random arrivals, several at once now and then.
  private static func arrivals(_ count: Int, gap: UInt64, seed: UInt64) -> [UInt64] {
    var random = SequentialRandom(seed: seed)
    var time: UInt64 = 0
    return (0..<count).map { _ in
      time += random.below(4) == 0 ? 0 : random.below(2 * gap)
      return time
    }
  }

  /// Instants at which those pass who come at these.
  private static func passes(
    _ algorithm: RateLimitSpec.Algorithm, _ arrivals: [UInt64], maxDelay: UInt64? = nil
  ) -> [UInt64] {
    var meter = Meter(algorithm, maxDelay: maxDelay)
    var passes: [UInt64] = []
    for time in arrivals {
      let verdict = meter.ask(at: time)
      if verdict.passes { passes.append(time + verdict.wait) }
    }
    return passes
  }

  /// The most passes in any span that is shorter than `length`.
  private static func most(_ passes: [UInt64], in length: UInt64) -> Int {
    var (first, most) = (0, 0)
    for last in passes.indices {
      while passes[last] - passes[first] >= length { first += 1 }
      most = max(most, last - first + 1)
    }
    return most
  }

  @Test("In any span of t no more pass than the burst and what comes in t")
  func bound() {
    let arrivals = Self.arrivals(20_000, gap: 5_000_000, seed: 1)
    for isContinuous in [true, false] {
      let passes = Self.passes(
        .tokenBucket(most: 7, perFill: 3, interval: 100_000_000, isContinuous: isContinuous),
        arrivals)
      for spans in [1, 5, 20, 100] as [UInt64] {
        // In steps one more fill may fall into a span than it is long.
        let fills = isContinuous ? spans : spans + 1
        #expect(Self.most(passes, in: spans * 100_000_000) <= Int(7 + 3 * fills))
      }
      // Far more come than tokens: none is lost.
      let rate = Double(passes.count) / (Double(arrivals.last ?? 1) / 1e9)
      #expect(abs(rate - 30) < 0.2)
    }
  }

  @Test("GCRA with a burst of b is a continuous bucket of b + 1, on any arrivals")
  func gcra() {
    for burst in [0, 1, 9] as [UInt64] {
      let interval: UInt64 = 10_000_000
      let arrivals = Self.arrivals(20_000, gap: 8_000_000, seed: 2 + burst)
      // Virtual scheduling of ITU-T I.371: it conforms if it comes no earlier than TAT - tau.
      var tat: UInt64 = 0
      var passes: [UInt64] = []
      for time in arrivals where time + burst * interval >= tat {
        tat = max(time, tat) + interval
        passes.append(time)
      }
      let bucket = Self.passes(
        .tokenBucket(most: burst + 1, perFill: 1, interval: interval, isContinuous: true), arrivals)
      #expect(bucket == passes)
    }
  }

  @Test("A bucket fills by whole tokens at its instants, or by parts of one; nothing drifts")
  func fills() {
    // 3 tokens in 10 ns: one takes 3 1/3 ns.
    var parts = Meter(.tokenBucket(most: 3, perFill: 3, interval: 10, isContinuous: true))
    for _ in 0..<3 { #expect(parts.ask(at: 100).passes) }
    #expect(parts.ask(at: 100) == RateVerdict(passes: false, wait: 4, remaining: 0))
    #expect(parts.ask(at: 103) == RateVerdict(passes: false, wait: 1, remaining: 0))
    #expect(parts.ask(at: 104).passes)
    // 2/3 ns of a token were left over: the next is due at 106 2/3, and the third at 110.
    #expect(!parts.ask(at: 106).passes)
    #expect(parts.ask(at: 107).passes)
    #expect(!parts.ask(at: 109).passes)
    #expect(parts.ask(at: 110).passes)
    var steps = Meter(.tokenBucket(most: 4, perFill: 3, interval: 10, isContinuous: false))
    for _ in 0..<4 { #expect(steps.ask(at: 19).passes) }
    #expect(steps.ask(at: 19).wait == 1)
    #expect(steps.ask(at: 20) == RateVerdict(passes: true, wait: 0, remaining: 2))
    #expect(steps.ask(at: 45, tokens: 4) == RateVerdict(passes: true, wait: 0, remaining: 0))
    #expect(steps.ask(at: 45, tokens: 4) == RateVerdict(passes: false, wait: 15, remaining: 0))
  }

  @Test("Who is delayed leaves at a constant rate, in order; who would wait too long is refused")
  func delayed() {
    let interval: UInt64 = 10_000_000
    let arrivals = Self.arrivals(5_000, gap: 4_000_000, seed: 5)
    let passes = Self.passes(
      .tokenBucket(most: 1, perFill: 1, interval: interval, isContinuous: true), arrivals,
      maxDelay: 5 * interval)
    #expect(passes.count < arrivals.count && passes == passes.sorted())
    // As NGINX: never two closer than an interval; more come than go, so never much further.
    let gaps = zip(passes.dropFirst(), passes).map { $0 - $1 }
    #expect(gaps.allSatisfy { $0 >= interval })
    #expect(gaps.count { $0 == interval } > gaps.count * 95 / 100)
    #expect(zip(passes, arrivals).allSatisfy { $0 >= $1 })
  }

  @Test(
    "A fixed window lets up to twice its limit pass across a boundary, a log never more than one")
  func boundary() {
    let burst = (0..<200).map { 900_000_000 + UInt64($0) * 1_000_000 }
    let fixed = Self.passes(.fixedWindow(limit: 50, window: Self.second), burst)
    #expect(fixed.count == 100)
    #expect(Self.most(fixed, in: Self.second) == 100)
    let log = Self.passes(.slidingLog(limit: 50, window: Self.second), burst)
    #expect(log.count == 50)
    let sliding = Self.passes(.slidingWindow(limit: 50, window: Self.second), burst)
    // At the boundary all 50 of the window before still count; 2 % less with each 20 ms.
    #expect(sliding.count == 55)
  }

  @Test("A sliding log lets exactly its limit pass in any window")
  func log() {
    let arrivals = Self.arrivals(20_000, gap: 5_000_000, seed: 7)
    let window: UInt64 = 100_000_000
    var kept: [UInt64] = []
    for time in arrivals where kept.suffix(9).count(where: { $0 + window > time }) < 9 {
      kept.append(time)
    }
    let passes = Self.passes(.slidingLog(limit: 9, window: window), arrivals)
    #expect(passes == kept)
    #expect(Self.most(passes, in: window) == 9)
    let delayed = Self.passes(
      .slidingLog(limit: 9, window: window), arrivals, maxDelay: 2 * window)
    #expect(Self.most(delayed, in: window) == 9 && delayed == delayed.sorted())
    #expect(delayed.count > passes.count)
  }

  @Test("A sliding counter is exact for uniform arrivals: it passes its limit in every window")
  func counter() {
    // 100 come in each window of which 50 may pass: in the long run just those.
    let uniform = (0..<10_000).map { UInt64($0) * 10_000_000 }
    let passes = Self.passes(.slidingWindow(limit: 50, window: Self.second), uniform)
    for w in 1..<99 as Range<UInt64> {
      let own = passes.count { $0 / Self.second == w }
      #expect(abs(own - 50) <= 1, "window \(w): \(own)")
    }
    // At half the limit nobody is refused.
    let calm = (0..<1_000).map { UInt64($0) * 40_000_000 }
    #expect(Self.passes(.slidingWindow(limit: 50, window: Self.second), calm).count == 1_000)
  }

  @Test("Who comes when he was told to passes, and not a nanosecond earlier")
  func hints() {
    let laws: [RateLimitSpec.Algorithm] = [
      .tokenBucket(most: 4, perFill: 3, interval: 1_000, isContinuous: true),
      .tokenBucket(most: 4, perFill: 3, interval: 1_000, isContinuous: false),
      .fixedWindow(limit: 5, window: 1_000), .slidingWindow(limit: 5, window: 1_000),
      .slidingLog(limit: 5, window: 1_000),
    ]
    for algorithm in laws {
      var random = SequentialRandom(seed: 11)
      var meter = Meter(algorithm)
      var (time, refusals): (UInt64, Int) = (0, 0)
      for _ in 0..<2_000 {
        time += random.below(150)
        let tokens = 1 + random.below(3)
        let verdict = meter.ask(at: time, tokens: tokens)
        if verdict.passes { continue }
        refusals += 1
        #expect(verdict.wait > 0)
        if verdict.wait > 1 {
          #expect(!meter.ask(at: time + verdict.wait - 1, tokens: tokens).passes)
        }
        time += verdict.wait
        #expect(meter.ask(at: time, tokens: tokens).passes, "\(algorithm) at \(time)")
      }
      #expect(refusals > 100)
    }
  }

  @Test("What remains is how many would pass at once")
  func remaining() {
    let laws: [RateLimitSpec.Algorithm] = [
      .tokenBucket(most: 9, perFill: 1, interval: 100, isContinuous: true),
      .fixedWindow(limit: 9, window: 1_000), .slidingWindow(limit: 9, window: 1_000),
      .slidingLog(limit: 9, window: 1_000),
    ]
    for algorithm in laws {
      var random = SequentialRandom(seed: 12)
      var meter = Meter(algorithm)
      var time: UInt64 = 0
      for _ in 0..<200 {
        time += random.below(400)
        let told = meter.ask(at: time).remaining
        var more: UInt64 = 0
        while meter.ask(at: time).passes { more += 1 }
        #expect(told == more, "\(algorithm) at \(time)")
      }
    }
  }
}
