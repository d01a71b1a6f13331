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
