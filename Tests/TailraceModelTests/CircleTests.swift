import Foundation
import TailraceEngine
import TailraceStatistics
import Testing

@testable import TailraceModel

/// Calls that come back to their callers, against what geometric sums say.
@Suite("Circles of calls") struct CircleTests {
  private func service(
    _ name: String, _ steps: [StepSpec], slots: Int? = nil
  ) -> ServiceSpec {
    var service = ServiceSpec(name: name, handler: steps)
    service.slots = slots
    return service
  }

  private func maybe(_ probability: Double, _ service: String) -> StepSpec {
    var step = StepSpec.call(service)
    step.probability = probability
    return step
  }

  private func run(
    _ services: [ServiceSpec], calls first: String, depth: Int = 64, rate: Double = 1_000,
    seconds: UInt64 = 100
  ) -> Replication {
    var topology = Topology(
      workloads: [
        WorkloadSpec(name: "w", arrivals: .poisson(ratePerSecond: rate), steps: [.call(first)])
      ], services: services)
    topology.maxDepth = depth
    let run = Replication.run(
      topology, .init(seed: 3, number: 0, window: 0..<(seconds * 1_000_000_000)))
    #expect(run.violations.isEmpty)
    let latencies = run.workloads[0].latencies
    #expect(
      run.workloads[0].blame.reduce(0, +) == UInt64(latencies.sum), "blame sums to the latency")
    return run
  }

  private func requests(_ run: Replication, _ service: Int = 0) -> Double {
    Double(run.services[service].rows.reduce(0) { $0 + $1.requests })
  }

  private func begun(_ run: Replication) -> Double {
    Double(run.workloads[0].outcomes.reduce(0, +))
  }

  @Test("A service that calls itself with probability p: visits are geometric, latency exponential")
  func itself() {
    for p in [0.3, 0.6, 0.8] {
      let found = run(
        [service("a", [.work(.exponential(mean: 1e6)), maybe(p, "a")])], calls: "a")
      let visits = 1 / (1 - p)
      let count = begun(found)
      // The standard error of a geometric mean; four of them.
      let error = (p.squareRoot() / (1 - p)) / count.squareRoot()
      #expect(abs(requests(found) / count - visits) < 4 * error, "\(p)")
      // A geometric sum of exponential times is exponential: mean, and every quantile.
      let latencies = found.workloads[0].latencies
      let mean = (latencies.mean ?? 0) / 1e6
      #expect(abs(mean - visits) < 4 * visits / count.squareRoot(), "\(p)")
      for q in [0.5, 0.9, 0.99] {
        let expected = -visits * log(1 - q)
        let spread = visits * (q / (1 - q) / count).squareRoot()
        let value = Double(latencies.quantile(q, unfinished: 0) ?? 0) / 1e6
        #expect(abs(value - expected) < 4 * spread + 0.003 * expected, "\(p) \(q)")
      }
    }
  }

  @Test(
    "An event loop that calls itself is M/M/1 with feedback: load and queue as if work came once")
  func feedback() {
    // Jackson: the visits of 400/s x 2 are a Poisson-like load of 0.8; mean number 0.8 / 0.2.
    var loop = service("a", [.work(.exponential(mean: 1e6)), maybe(0.5, "a")], slots: 1)
    loop.concurrencyModel = .eventLoop
    let found = run([loop], calls: "a", rate: 400, seconds: 2_000)
    let row = found.services[0].rows[0]
    #expect(abs(Double(row.busyArea) / 2e12 - 0.8) < 0.005)
    let latency = (found.workloads[0].latencies.mean ?? 0) / 1e6
    #expect(abs(latency - 4 / 0.4) < 0.35, "Little: 4 in the system, 0.4 a millisecond: \(latency)")
  }

  @Test("Two services in a circle, entered by a caller that sorts after both: no luck is shared")
  func pair() {
    // Of those who call `b`, `a` sorts before `z`: it must not have the place whose luck is kept.
    let found = run(
      [
        service("a", [.work(.exponential(mean: 1e6)), .call("b")]),
        service("b", [.work(.exponential(mean: 2e6)), maybe(0.5, "a")]),
        service("z", [.call("b")]),
      ], calls: "z")
    let count = begun(found)
    let error = 2 * 2.0.squareRoot() / count.squareRoot()
    #expect(abs(requests(found, 1) / count - 2) < error)
    #expect(abs(requests(found, 0) / count - 1) < error)
    let mean = (found.workloads[0].latencies.mean ?? 0) / 1e6
    #expect(abs(mean - 5) < 0.05)
    #expect(found.workloads[0].outcomes[0] == UInt64(count))
  }

  @Test("Call number max_depth is the last: the next one is rejected, and counted")
  func deepest() {
    for depth in [1, 2, 7, 64, 256] {
      let steps = [StepSpec.work(.constant(1_000)), .call("a")]
      let found = run([service("a", steps)], calls: "a", depth: depth, rate: 100, seconds: 10)
      let count = found.workloads[0].outcomes[Int(Outcome.rejected.rawValue)]
      #expect(count > 900)
      #expect(begun(found) == Double(count))
      #expect(requests(found) == Double(count) * Double(depth))
      #expect(found.services[0].tooDeep == count)
    }
  }

  @Test("Who goes on without the call that was too deep answers degraded, after max_depth visits")
  func degraded() {
    let steps = [StepSpec.work(.constant(1_000)), .call("a").onError(.ignore)]
    let found = run([service("a", steps)], calls: "a", depth: 9, rate: 100, seconds: 10)
    let latencies = found.workloads[0].latencies
    #expect(found.workloads[0].outcomes[Int(Outcome.degraded.rawValue)] == latencies.count)
    #expect(latencies.minimum == 9_000)
    #expect(latencies.maximum == 9_000)
  }

  @Test("Calls below a circle stand as deep as they stand, those beside it are not looked at")
  func below() {
    let found = run(
      [
        service("a", [.call("a").onError(.ignore), .call("leaf").onError(.ignore)]),
        service("leaf", [.wait(.constant(10))]),
        service("side", [.call("leaf"), .call("a")]),
      ], calls: "side", depth: 4, rate: 100, seconds: 10)
    let count = begun(found)
    // `side`, `a`, `a`, `a`: the third `a` may call nobody; two others call the leaf, and `side`.
    #expect(requests(found, 0) == 3 * count)
    #expect(requests(found, 1) == 3 * count)
    #expect(found.services[0].tooDeep == UInt64(count))
    #expect(found.services[1].tooDeep == UInt64(count))
    #expect(found.services[2].tooDeep == nil)
  }

  @Test("A scatter, branches and retries of a circle: all are refused together, once")
  func joins() {
    var retried = CallSpec("a")
    retried.retry = RetryPolicy(on: [.rejected])
    let found = run(
      [
        service(
          "a",
          [
            .parallel([
              [.scatter("a", .fanOut(2)).onError(.ignore)],
              [StepSpec(.call(retried)).onError(.ignore)],
            ])
          ])
      ], calls: "a", depth: 3, rate: 100, seconds: 10)
    // 1 + 3 + 9 visits; each of the nine refuses a scatter and a call.
    #expect(requests(found) == 13 * begun(found))
    #expect(found.services[0].tooDeep == UInt64(begun(found)) * 18)
  }

  @Test("A circle that is switched off leaves no trace, and switching it on changes no other luck")
  func switchedOff() {
    var back = maybe(0.5, "a")
    back.enabled = false
    let work = StepSpec.work(.exponential(mean: 1e6))
    let off = run([service("a", [work, back])], calls: "a", seconds: 5)
    let without = run([service("a", [work])], calls: "a", seconds: 5)
    #expect(off.workloads[0].latencies == without.workloads[0].latencies)
    #expect(off.services[0].tooDeep == nil)
    back.enabled = true
    back.probability = 1e-9
    let on = run([service("a", [work, back])], calls: "a", seconds: 5)
    #expect(on.workloads[0].latencies == without.workloads[0].latencies)
    #expect(on.services[0].tooDeep == 0)
  }

  @Test("Random circles: departures on arrival and as events agree, all is conserved")
  func random() {
    var deep: UInt64 = 0
    var booked = 0
    for seed in 0..<400 as Range<UInt64> {
      var random = RandomTopology(seed: seed &+ 900_000)
      var topology = seed % 3 == 0 ? random.makeFaulty() : random.make()
      random.varyCircles(of: &topology)
      var settings = Replication.Settings(seed: seed, number: 0, window: 10_000_000..<200_000_000)
      settings.keepsRequests = true
      settings.keepsCalls = seed % 2 == 0
      settings.eventsMax = 1_000_000
      let once = Replication.run(topology, settings)
      settings.forcesEvents = true
      let forced = Replication.run(topology, settings)
      #expect(once.violations == [], "topology \(seed)")
      #expect(forced.violations == [], "topology \(seed)")
      if once.wasCutShort || forced.wasCutShort { continue }
      #expect(
        once.facts.elementsEqual(forced.facts) { $0.0 == $1.0 && $0.1 == $1.1 }, "topology \(seed)")
      deep += once.services.reduce(0) { $0 + ($1.tooDeep ?? 0) }
      if once.services.contains(where: { $0.eventReason == nil && $0.tooDeep != nil }) {
        booked += 1
      }
    }
    #expect(deep > 1_000, "calls too deep: \(deep)")
    #expect(booked > 8, "departures on arrival on a circle: \(booked)")
  }
}
