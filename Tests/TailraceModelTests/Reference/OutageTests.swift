import Testing

@testable import TailraceModel

/// A server that stands still for 12 s under constant load, and clients that give up after 2 s.
@Suite("Outage cases of the reference") struct OutageTests {
  static let names = ["outage_retry0_o", "outage_lifo_o", "outage_retry1_o", "outage_retry2_o"]
  private static let second: UInt64 = 1_000_000_000

  @Test("Goodput returns as the file says", arguments: names)
  func outage(name: String) {
    var server = ServiceSpec(name: "s", handler: [.work(.constant(2e7))])
    server.discipline = name == "outage_lifo_o" ? .lifo : .fifo
    let arrivals: [UInt64] = (0..<4_500).map { UInt64($0) * Self.second / 30 }
    // A caller of no retries gives up; else every try has its two seconds, and the next goes at once.
    var call = CallSpec("s")
    if let retries = name.firstMatch(of: /retry([12])/).flatMap({ Int($0.1) }) {
      call.retry = RetryPolicy(on: [.timeout])
      call.retry?.retries = retries
      call.retry?.perTryTimeout = 2 * Self.second
      call.retry?.backOff = .drawn(.constant(0))
    } else {
      call.timeout = 2 * Self.second
    }
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants(arrivals), steps: [StepSpec(.call(call))])
    var topology = Topology(workloads: [workload], services: [server])
    var freeze = FaultSpec(
      name: "freeze", target: FaultTarget("s"), verb: .pause, at: 20 * Self.second)
    freeze.length = .constant(12e9)
    topology.faults = [freeze]
    var settings = Replication.Settings(seed: 1, number: 0, window: 0..<(150 * Self.second))
    settings.keepsRequests = true
    let run = Replication.run(topology, settings)
    #expect(run.violations.isEmpty)

    let good = run.requests.filter { $0.outcome == .success }
    // The file stops at the end; what would fail later does not count.
    let failed = run.requests.filter { $0.outcome != .success && $0.ended <= 150 * Self.second }
    func ended(_ from: UInt64, _ to: UInt64) -> Double {
      Double(good.count { $0.began >= from * Self.second && $0.began < to * Self.second })
    }
    let found: [String: Double] = [
      "attempts_sent": Double(run.services[0].rows[0].requests), "good_total": Double(good.count),
      "failed_requests": Double(failed.count), "first_20s_good": ended(0, 20),
      "good_last_20s": ended(130, 150),
      "last_failure_s": Double(failed.map(\.ended).max() ?? 0) / 1e9,
    ]
    let numbers = ReferenceNumber.byMetric("micro.csv", name)
    #expect(numbers.count >= 5)
    for (metric, number) in numbers.sorted(by: { $0.key < $1.key }) {
      guard let value = found[metric] else {
        Issue.record("\(metric) is not measured")
        continue
      }
      let isNear = abs(value - number.expected) <= number.tolerance * number.expected
      #expect(isNear, "\(name).\(metric) is \(value), not \(number.expected)")
    }
  }
}

/// One stall among quick answers, as a client sees it that waits for each answer and as it was.
@Suite("Coordinated omission") struct OmissionTests {
  static let metrics = [
    "raw_n", "raw_mean", "raw_p9999", "corrected_n", "corrected_mean", "corrected_p50",
    "corrected_p75", "corrected_p99", "corrected_p9999", "max",
  ]

  @Test("Latencies from the intended start show the stall, those of a waiting client do not")
  func stall() throws {
    let numbers = ReferenceNumber.byMetric("micro.csv", "coordinated_omission_hdr")
    // 10,000 answers of 1 ms, then a stall of 100 s. Whoever sends every 10 ms all the same sees
    // 10,000 more requests, each of them 10 ms less late.
    let raw = latencies(stalled: 1)
    let whole = latencies(stalled: 10_000)
    let found: [String: Double] = [
      "raw_n": Double(raw.count), "raw_mean": mean(raw), "raw_p9999": percentile(raw, 0.9999),
      "corrected_n": Double(whole.count), "corrected_mean": mean(whole),
      "corrected_p50": percentile(whole, 0.5), "corrected_p75": percentile(whole, 0.75),
      "corrected_p99": percentile(whole, 0.99), "corrected_p9999": percentile(whole, 0.9999),
      "max": whole[whole.count - 1],
    ]
    #expect(Set(found.keys) == Set(Self.metrics))
    for (metric, value) in found.sorted(by: { $0.key < $1.key }) {
      let number = try #require(numbers[metric])
      #expect(
        abs(value - number.expected) <= number.tolerance * number.expected,
        "\(metric) is \(value), not \(number.expected)")
    }
  }

  /// Latencies in milliseconds, sorted, where so many requests meet the stall.
  private func latencies(stalled: Int) -> [Double] {
    let tick = Timeline.tick
    let count = 10_000 + stalled
    var server = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    server.slots = nil
    let workload = WorkloadSpec(
      name: "w", arrivals: .instants((0..<count).map { UInt64($0) * 10 * tick }),
      steps: [.call("s")])
    var topology = Topology(workloads: [workload], services: [server])
    // The stalled answers all come 100 s after the first of them was sent.
    var freeze = FaultSpec(
      name: "freeze", target: FaultTarget("s"), verb: .pause, at: 100_000 * tick)
    freeze.length = .ticks(99_999)
    topology.faults = [freeze]
    var settings = Replication.Settings(seed: 1, number: 0, window: 0..<(1_000_000 * tick))
    settings.keepsRequests = true
    return Replication.run(topology, settings).requests
      .map { Double($0.ended - $0.began) / Double(tick) }.sorted()
  }

  private func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// Nearest rank.
  private func percentile(_ sorted: [Double], _ p: Double) -> Double {
    sorted[max(0, Int((p * Double(sorted.count)).rounded(.up)) - 1)]
  }
}
