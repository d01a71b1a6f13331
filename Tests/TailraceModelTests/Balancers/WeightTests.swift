import TailraceEngine
import Testing

@testable import TailraceModel

@Suite("Balancers: weights") struct WeightTests {
  @Test("Weights 5, 1, 1: turns spread by credit, in a row by deadline")
  func sequences() {
    let bench = PolicyBench(weights: [5, 1, 1])
    var smooth = WeightedRoundRobin(.smooth)
    #expect(bench.letters(&smooth, 14) == "aabacaaaabacaa")
    let other = PolicyBench(weights: [5, 1, 1])
    var edf = WeightedRoundRobin(.edf)
    #expect(other.letters(&edf, 7) == "aaaaabc")
  }

  @Test("Over whole rounds each replica has as many turns as its weight says, from any start")
  func exact() {
    for start in [nil, 0, 1, 2] as [Int32?] {
      let bench = PolicyBench(weights: [5, 1, 2])
      var smooth = WeightedRoundRobin(.smooth)
      if let start { smooth.start(at: start) }
      let counts = bench.counts(&smooth, 800)
      for (found, wanted) in zip(counts, [500, 100, 200]) {
        #expect(abs(found - wanted) <= (start == nil ? 0 : 1))
      }
      let other = PolicyBench(weights: [5, 1, 2])
      var edf = WeightedRoundRobin(.edf)
      if let start { edf.start(at: start) }
      for (found, wanted) in zip(other.counts(&edf, 800), [500, 100, 200]) {
        #expect(abs(found - wanted) <= 1)
      }
    }
  }

  @Test("Least request with weights: bias 0 is weighted round robin whatever is out")
  func bias() {
    let bench = PolicyBench(weights: [5, 1, 1], loads: [99, 0, 0])
    var plain = WeightedLeastRequest(bias: 0)
    #expect(bench.letters(&plain, 7) == "aaaaabc")
    // At 1 a replica with 99 out has a hundredth of the share of an idle one, but not nothing.
    let busy = PolicyBench(weights: [1, 1, 1], loads: [99, 0, 0])
    var usual = WeightedLeastRequest(bias: 1)
    let counts = busy.counts(&usual, 20_100)
    #expect(abs(counts[0] - 100) <= 1 && abs(counts[1] - counts[2]) <= 1)
  }

  @Test("At half of its slow start a replica has half of its share, 71 % with aggression 2")
  func slowStart() {
    var slow = SlowStart(window: 10_000_000_000)
    let start: UInt64 = 3_000_000_000
    func share(_ seconds: Double) -> Double {
      slow.share(since: start, start + UInt64(seconds * 1e9))
    }
    #expect(abs(share(5) - 0.5) < 1e-12)
    #expect(share(0.5) == 0.1 && share(10) == 1 && share(100) == 1)
    slow.aggression = 2
    #expect(abs(share(5) - 0.70710678) < 1e-6)
    // Who was there from the start is not slow.
    #expect(slow.share(since: 0, 1) == 1)
    let bench = PolicyBench(weights: [1, 1, 1])
    bench.hosts[1].present = 0.5
    var edf = WeightedRoundRobin(.edf)
    for (found, wanted) in zip(bench.counts(&edf, 1_000), [400, 200, 400]) {
      #expect(abs(found - wanted) <= 1)
    }
  }

  @Test("Groups' weights decide shares of visits")
  func groups() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    s.groups = [ReplicaGroup("a", weight: 3), ReplicaGroup("b", replicas: 2, weight: 1)]
    s.balancing = WeightedRoundRobin(.edf)
    s.cluster = ClusterSpec()
    let run = BalancerRun([s], every: 1, count: 1_000)
    for (found, wanted) in zip(run.visits, [600, 200, 200]) { #expect(abs(found - wanted) <= 1) }
  }
}
