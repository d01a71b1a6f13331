import Testing

@testable import TailraceModel

@Suite("Arrivals") struct ArrivalTests {
  /// Instants at which requests begin in a run of so many seconds.
  private func instants(
    _ arrivals: ArrivalSpec, seconds: UInt64, number: UInt64 = 0
  ) -> [RequestRecord] {
    let workload = WorkloadSpec(name: "w", arrivals: arrivals, steps: [])
    var settings = Replication.Settings(
      seed: 5, number: number, window: 0..<(seconds * 1_000_000_000))
    settings.keepsRequests = true
    return Replication.run(Topology(workloads: [workload], services: []), settings).requests
  }

  @Test("A list of rates: linear between points, a step where two meet, held at the ends")
  func linear() {
    let points = [(10, 0), (20, 2_000), (30, 2_000), (30, 500), (40, 0)].map {
      RatePoint(at: $0.0 * 1_000_000_000, ratePerSecond: $0.1)
    }
    var counts = Array(repeating: 0.0, count: 5)
    for number in 0..<20 {
      for request in instants(.rate(.points(points)), seconds: 50, number: UInt64(number)) {
        counts[Int(request.began / 10_000_000_000)] += 1
      }
    }
    // Counts of a Poisson stream vary by their root.
    let expected = [0.0, 200_000, 400_000, 50_000, 0]
    for (count, mean) in zip(counts, expected) {
      #expect(abs(count - mean) <= 4 * mean.squareRoot())
    }
  }

  @Test("Pulses come again: half a second each two seconds, and nothing between")
  func pulses() {
    let second: UInt64 = 1_000_000_000
    func pulses(base: Double, peak: Double, every: UInt64) -> ArrivalSpec {
      .rate(.pulses(base: base, peak: peak, at: second, length: second / 2, every: every))
    }
    let requests = instants(pulses(base: 0, peak: 1_000, every: 2 * second), seconds: 101)
    for request in requests {
      #expect(request.began >= second && (request.began - second) % (2 * second) <= second / 2)
    }
    // 50 pulses of 500 requests on average.
    #expect(abs(Double(requests.count) - 25_000) < 4 * 25_000.0.squareRoot())
    // One pulse is that of the list of points, to the rounding.
    let once = instants(pulses(base: 100, peak: 500, every: 1_000 * second), seconds: 20)
    let points = [(0, 100), (1_000, 100), (1_000, 500), (1_500, 500), (1_500, 100)].map {
      RatePoint(at: UInt64($0.0) * 1_000_000, ratePerSecond: $0.1)
    }
    let list = instants(.rate(.points(points)), seconds: 20)
    #expect(once.count == list.count && once.count > 2_000)
    for (a, b) in zip(once, list) { #expect(max(a.began, b.began) - min(a.began, b.began) <= 1) }
    // Back to back they are one rate; seldom ones in an idle world cost no time.
    let whole = instants(pulses(base: 0, peak: 1_000, every: second / 2), seconds: 21)
    #expect(abs(Double(whole.count) - 20_000) < 4 * 20_000.0.squareRoot())
    let idle = instants(
      .rate(.pulses(base: 0, peak: 1e-4, at: 0, length: 1, every: 3)), seconds: 200)
    #expect(idle.count < 10)
  }

  @Test("A constant list is a Poisson stream")
  func constantList() {
    let requests = instants(
      .rate(.points([RatePoint(at: 0, ratePerSecond: 1_000)])), seconds: 200)
    let gaps = zip(requests, requests.dropFirst()).map { Double($1.began - $0.began) / 1e6 }
    let count = Double(gaps.count)
    let mean = gaps.reduce(0, +) / count
    let square = gaps.reduce(0) { $0 + $1 * $1 } / count
    #expect(abs(mean - 1) < 0.01 && abs(square - 2) < 0.05)
  }

  @Test("The wait at a sine rate inverts the integral, from any phase and over many periods")
  func sine() {
    for amplitude in [0, 0.5, 1] {
      let rate = SineRate(amplitude: amplitude, period: 1e9)
      var at = 0.0
      // Steps of a third of a period's growth: three make a period, wherever they begin.
      for _ in 0..<30 {
        at += rate.wait(from: at.truncatingRemainder(dividingBy: 1e9), target: 1e9 / 3)
      }
      #expect(abs(at - 1e10) < 1e-2)
      #expect(abs(rate.wait(from: 2.5e8, target: 7e9) - 7e9) < 1e-3)
    }
  }

  @Test("Batches that are never filled end the arrivals instead of the patience")
  func emptyBatches() {
    let none = instants(.batches(.constant(ratePerSecond: 10), size: .constant(0.01)), seconds: 1)
    #expect(none.isEmpty)
  }

  @Test("A batch comes at one instant, and numbers go on")
  func batches() {
    let requests = instants(
      .batches(.constant(ratePerSecond: 10), size: .sequence([3, 0, 2])), seconds: 1)
    #expect(requests.map(\.number) == Array(0..<UInt64(requests.count)))
    let ticks = requests.map { $0.began / 100_000_000 }
    #expect(ticks.prefix(5) == [0, 0, 0, 2, 2])
    #expect(requests.count == 3 + 2 * 8)
  }

  @Test("Clients begin along the ramp, think after each answer, and keep their own luck")
  func closed() {
    func run(_ clients: Int) -> [RequestRecord] {
      var loop = ClosedLoop(clients: clients, thinkTime: .ticks(3))
      loop.rampUp = UInt64(clients) * Timeline.tick
      var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e6))])
      s.slots = nil
      let workload = WorkloadSpec(name: "w", arrivals: .closed(loop), steps: [.call("s")])
      var settings = Replication.Settings(seed: 5, number: 0, window: 0..<(50 * Timeline.tick))
      settings.keepsRequests = true
      let run = Replication.run(Topology(workloads: [workload], services: [s]), settings)
      #expect(run.violations.isEmpty && !run.workloads[0].isOpenLoop)
      return run.requests.sorted { $0.number < $1.number }
    }
    let two = run(2)
    for (request, next) in zip(two, two.dropFirst()) {
      if next.number == request.number + 1 {
        #expect(next.began == request.ended + 3 * Timeline.tick)
      }
    }
    #expect(two[0].began == 0 && two.contains { $0.number == 1 << 32 && $0.began == Timeline.tick })
    // Another client changes nothing for those who were there.
    let three = run(3).filter { $0.number >> 32 < 2 }
    #expect(three == two)
  }
}
