import Foundation
import TailraceModel
import Testing

@testable import TailraceExperiment

@Suite("Capacity searches") struct CapacityTests {
  private static let isLong = ProcessInfo.processInfo.environment["TAILRACE_LONG"] != nil
  private static let seeds = isLong ? 100 : 12

  private static func threshold(
    _ name: String, _ statistic: ThresholdStatistic, _ comparison: ThresholdComparison,
    _ bound: Double
  ) -> Threshold {
    guard let metric = ThresholdMetrics.all.first(where: { $0.name == name }) else {
      preconditionFailure("no metric \(name)")
    }
    return Threshold(
      metric: metric, labels: [], statistic: statistic, comparison: comparison, bound: bound,
      condition: "")
  }

  /// M/M/1 with 1 ms of work, whose p99 is to stay below 20 ms.
  private func search(
    _ thresholds: [Threshold], from start: Double = 100, seed: UInt64 = 1,
    change: @escaping @Sendable (inout Experiment) -> Void = { _ in }
  ) throws -> CapacitySearch.Answer {
    var search = CapacitySearch(.largest, from: start, in: 1...1e6, isWhole: false)
    search.jobs = 2
    return try search.run(make: { rate in
      var experiment = TwoDesigns.design("base", mean: 1_000, rate: rate).experiment
      experiment.seed = seed
      experiment.thresholds = thresholds
      change(&experiment)
      return .success(experiment)
    })
  }

  @Test("Where no value that the key may have meets the threshold, that is the answer")
  func endOfTheKey() throws {
    let never = Self.threshold("latency", .mean, .below, 1)
    let search = CapacitySearch(.largest, from: 100, in: 1e-6...1e6, isWhole: false)
    let answer = try search.run(make: { rate in
      if rate < 20 { return .failure(PointMistake("a rate is at least 20/s")) }
      var experiment = TwoDesigns.design("base", mean: 1_000, rate: rate).experiment
      experiment.thresholds = [never]
      return .success(experiment)
    })
    #expect(answer.meets == nil && answer.fails?.value == 25 && !answer.isCutShort)
    #expect(answer.probes.map(\.value) == [25, 50, 100])
    // A first value that is refused is a mistake of whoever asks.
    #expect(throws: SearchFailure.self) {
      try search.run(make: { _ in .failure(PointMistake("no")) })
    }
  }

  /// P(T > t) = exp(-(mu - lambda) t) is 1 % at lambda = 1000 - ln(100) / 0.02.
  private static let largest = 1_000 - 4.605170185988091 / 0.02

  @Test("The largest load for p99 < 20 ms: the exact M/M/1 answer lies between both ends")
  func exactAnswer() throws {
    var hits = 0
    var widths: [Double] = []
    for seed in 0..<Self.seeds {
      let answer = try search(
        [Self.threshold("latency", .quantile(0.99), .below, 20e6)], seed: UInt64(500 + seed))
      let meets = try #require(answer.meets).value
      let fails = try #require(answer.fails).value
      if meets <= Self.largest && Self.largest <= fails { hits += 1 }
      widths.append((fails - meets) / Self.largest)
    }
    widths.sort()
    let median = widths[widths.count / 2]
    print("plan: \(hits) of \(Self.seeds) hold \(Self.largest), median width \(median)")
    #expect(hits >= Self.seeds * 9 / 10)
    #expect(median < 0.1)
  }

  /// Four slots: W = C(4, a) / (4 mu - lambda) + 1 / mu, so 2 ms are reached at 3,339.4/s.
  @Test("The largest load of four slots for a mean below 2 ms: the exact M/M/c answer is held")
  func severalSlots() throws {
    func mean(_ rate: Double) -> Double {
      let load = rate / 1_000
      var blocked = 1.0
      for n in 1...4 { blocked = load * blocked / (Double(n) + load * blocked) }
      let waits = blocked / (1 - load / 4 * (1 - blocked))
      return waits / (4_000 - rate) + 0.001
    }
    var (low, high) = (100.0, 3_999.0)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if mean(middle) < 0.002 { low = middle } else { high = middle }
    }
    var hits = 0
    var widths: [Double] = []
    for seed in 0..<Self.seeds {
      let answer = try search(
        [Self.threshold("latency", .mean, .below, 2e6)], from: 1_000, seed: UInt64(800 + seed)
      ) { $0.topology.services[0].slots = 4 }
      let meets = try #require(answer.meets).value
      let fails = try #require(answer.fails).value
      if meets <= low && low <= fails { hits += 1 }
      widths.append((fails - meets) / low)
    }
    widths.sort()
    let median = widths[widths.count / 2]
    print("plan, four slots: \(hits) of \(Self.seeds) hold \(low), median width \(median)")
    #expect(hits >= Self.seeds * 9 / 10)
    #expect(median < 0.1)
  }

  /// With c slots and Erlang's C the wait is exponential behind a share that does not wait.
  @Test("The least number of slots: p99 of the wait at 4 000/s by Erlang's formula")
  func leastSlots() throws {
    func share(slots: Int, above t: Double) -> Double {
      let load = 4.0
      var blocked = 1.0
      for n in 1...slots { blocked = load * blocked / (Double(n) + load * blocked) }
      let waits = blocked / (1 - load / Double(slots) * (1 - blocked))
      return waits * Foundation.exp(-(Double(slots) - load) * 1_000 * t)
    }
    // Latency is the wait and 1 ms of work: the share above 8 ms by numbers.
    func late(_ slots: Int) -> Double {
      let t = 0.008
      let mu = 1_000.0
      let gap = (Double(slots) - 4) * mu
      let waits = share(slots: slots, above: 0)
      let work = Foundation.exp(-mu * t)
      return (1 - waits) * work
        + waits * (gap * Foundation.exp(-mu * t) - mu * Foundation.exp(-gap * t)) / (gap - mu)
    }
    let exact = try #require((6...20).first { late($0) < 0.001 })
    var search = CapacitySearch(.least, from: 16, in: 1...1_000, isWhole: true)
    search.jobs = 2
    let answer = try search.run(make: { slots in
      var experiment = TwoDesigns.design(
        "base", mean: 1_000, rate: 4_000, slots: Int(slots)
      ).experiment
      experiment.thresholds = [Self.threshold("latency", .quantile(0.999), .below, 8e6)]
      return .success(experiment)
    })
    let meets = try #require(answer.meets)
    let fails = try #require(answer.fails)
    #expect(Int(fails.value) < exact && exact <= Int(meets.value), "\(fails.value) \(meets.value)")
    #expect(meets.value - fails.value <= 2)
  }

  @Test("A dead system meets nothing, whatever the load: requests without an answer are late")
  func dead() throws {
    let answer = try search([Self.threshold("latency", .quantile(0.5), .below, 20e6)]) {
      $0.topology.workloads[0].steps = [StepSpec(.fail(.applicationError))]
    }
    #expect(answer.meets == nil && answer.fails != nil)
  }

  @Test("A bounded queue cannot hide overload from a threshold on errors")
  func bounded() throws {
    let answer = try search(
      [
        Self.threshold("latency", .quantile(0.99), .below, 100e6),
        Self.threshold("errors", .value, .below, 0.01),
      ], from: 5_000
    ) { $0.topology.services[0].queueLimit = 10 }
    let meets = try #require(answer.meets).value
    let fails = try #require(answer.fails).value
    // M/M/1/11: the share lost is (1 - r) r^11 / (1 - r^12); failed requests are late ones too.
    func lost(_ load: Double) -> Double {
      (1 - load) * Foundation.pow(load, 11) / (1 - Foundation.pow(load, 12))
    }
    #expect(lost(meets / 1_000) < 0.01 && lost(fails / 1_000) > 0.01, "\(meets) \(fails)")
    #expect(fails - meets < 60)
  }

  @Test("A load without a steady state fails, even if no threshold sees it")
  func unstable() throws {
    let answer = try search([Self.threshold("utilization", .value, .below, 2)], from: 700)
    let fails = try #require(answer.fails).value
    #expect(fails > 990 && fails < 1_100, "\(fails)")
  }

  @Test("The same answer for one and for four threads")
  func threads() throws {
    let threshold = Self.threshold("latency", .mean, .below, 3e6)
    var answers: [[Double]] = []
    for jobs in [1, 4] {
      var search = CapacitySearch(.largest, from: 100, in: 1...1e6, isWhole: false)
      search.jobs = jobs
      let answer = try search.run(make: { rate in
        var experiment = TwoDesigns.design("base", mean: 1_000, rate: rate).experiment
        experiment.thresholds = [threshold]
        return .success(experiment)
      })
      answers.append(answer.probes.map(\.value))
    }
    #expect(answers[0] == answers[1])
    // Mean below 3 ms: lambda below 1000 - 1000 / 3.
    #expect(answers[0].contains { $0 < 666.7 } && answers[0].contains { $0 > 666.7 })
  }
}
