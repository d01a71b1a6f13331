import Testing

@testable import TailraceModel

@Suite("Repetitions, windows and conditions") struct RepeatTests {
  @Test("A repeat takes its steps in turn; every turn is a call of its own")
  func turns() {
    let s = ServiceSpec(name: "s", handler: [.work(.ticks(2))])
    let run = expectTimeline(
      [s], steps: [StepSpec(.repeat(.constant(3), [.call("s"), .wait(.ticks(1))]))]
    ) {
      """
      arrive  a...........
      leave   .........a..
      """
    }
    #expect(run.services[0].rows[0].requests == 3)
  }

  @Test("A failing turn ends the repetition; an error rule of a step inside lets the others go on")
  func failures() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(5))])
    s.slots = nil
    let call = StepSpec.call("s", timeout: 2)
    _ = expectTimeline([s], steps: [StepSpec(.repeat(.constant(3), [call]))]) {
      """
      arrive  a........
      leave   ..A......
      """
    }
    _ = expectTimeline([s], steps: [StepSpec(.repeat(.constant(3), [call.onError(.ignore)]))]) {
      """
      arrive  a........
      leave   ......a..
      """
    }
  }

  @Test("A drawn number of turns, none among them; each turn draws afresh, the first as without")
  func drawn() {
    func run(_ steps: [StepSpec]) -> [UInt64] {
      var s = ServiceSpec(name: "s", handler: [.work(.exponential(mean: 1e6))])
      s.slots = nil
      let instants = (0..<4_000).map { UInt64($0) * 100 * Timeline.tick }
      let workload = WorkloadSpec(name: "w", arrivals: .instants(instants), steps: steps)
      var settings = Replication.Settings(
        seed: 4, number: 0, window: 0..<(1_000_000 * Timeline.tick))
      settings.keepsRequests = true
      let run = Replication.run(Topology(workloads: [workload], services: [s]), settings)
      #expect(run.violations.isEmpty)
      return run.requests.sorted { $0.number < $1.number }.map { $0.ended - $0.began }
    }
    let one = run([.call("s")])
    let two = run([StepSpec(.repeat(.constant(2), [.call("s")]))])
    #expect(zip(one, two).allSatisfy { $0 < $1 })
    // The second turn is not the first one again.
    #expect(zip(one, two).count { 2 * $0 == $1 } == 0)
    let law = LawSpec.discrete([
      WeightedValue(value: 0, weight: 1), WeightedValue(value: 2, weight: 1),
    ])
    let drawn = run([StepSpec(.repeat(law, [.call("s")]))])
    let skipped = drawn.count { $0 == 0 }
    #expect(abs(skipped - 2_000) < 130)
    #expect(zip(drawn, two).allSatisfy { $0 == 0 || $0 == $1 })
    // Repetitions inside each other: six turns, none like another.
    let nested = run([
      StepSpec(.repeat(.constant(2), [StepSpec(.repeat(.constant(3), [.call("s")]))]))
    ])
    let flat = run([StepSpec(.repeat(.constant(6), [.call("s")]))])
    #expect(nested == flat)
  }

  @Test("At most two calls of a scatter are out at a time; what waits for its turn is waiting")
  func window() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks([3]))])
    s.shards = 5
    var join = Join()
    join.maxParallel = 2
    let run = expectTimeline([s], steps: [.scatter("s", .shards, join)]) {
      """
      arrive  a............
      leave   .........a...
      """
    }
    // The last call waited for six ticks and worked for three.
    let cells = Phase.allCases.count
    #expect(run.workloads[0].blame[Phase.work.rawValue] == 3 * Timeline.tick)
    #expect(run.workloads[0].blame[cells + Phase.wait.rawValue] == 6 * Timeline.tick)
    join.maxParallel = 5
    _ = expectTimeline([s], steps: [.scatter("s", .shards, join)]) {
      """
      arrive  a............
      leave   ...a.........
      """
    }
  }

  @Test("A window goes on after refusals, ends when enough is there, and stops at a deadline")
  func windowJoins() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(3))])
    s.queueLimit = 0
    s.shards = 2
    // Calls 0, 1 and 2 of 4 go: 2 finds shard 0 free again, 3 finds shard 1.
    func outcome(_ join: Join, _ picture: String) -> Replication {
      expectTimeline([s], steps: [.scatter("s", .fanOut(4), join)]) { picture }
    }
    var join = Join()
    join.maxParallel = 2
    let all = "arrive a.........\nleave  ......a..."
    #expect(outcome(join, all).services[0].rows.map(\.requests) == [2, 2])
    join.need = .responses(2)
    let two = "arrive a.........\nleave  ...a......"
    _ = outcome(join, two)
    join.need = .all
    join.deadline = 4 * Timeline.tick
    let late = "arrive a.........\nleave  ....a....."
    #expect(outcome(join, late).requests[0].outcome == .degraded)
    // Three at a time: the third is refused at once, and so is who takes its place.
    join.deadline = nil
    join.maxParallel = 3
    join.need = .responses(2)
    let refused = outcome(join, two).services[0].rows
    #expect(refused.map(\.refused) == [1, 1])
    join.need = .responses(3)
    _ = outcome(join, "arrive a.........\nleave  A.........")
  }

  @Test("A scatter to keys keeps its window, too")
  func windowOfKeys() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(2))])
    s.shards = 8
    s.sharding = Sharding(key: "item")
    let keys = CarriedKeys(space: "item", law: .uniform(0...7), count: .constant(8))
    var join = Join()
    join.maxParallel = 3
    let run = expectTimeline([s], steps: [.scatter("s", .keys, join)], keys: [keys]) {
      """
      arrive  a.......
      leave   ......a.
      """
    }
    #expect(run.services[0].rows.map(\.requests) == Array(repeating: 1, count: 8))
  }

  @Test("A step for one class is skipped by the others")
  func classes() {
    var extra = StepSpec.wait(.ticks(3))
    extra.classes = ["gold"]
    var workload = WorkloadSpec(
      name: "w", arrivals: .instants([0, 10, 20].map { $0 * Timeline.tick }),
      steps: [extra, .wait(.ticks(1))])
    workload.classColumn = ["plain", "gold", "plain"]
    var settings = Replication.Settings(seed: 1, number: 0, window: 0..<(100 * Timeline.tick))
    settings.keepsRequests = true
    let run = Replication.run(Topology(workloads: [workload], services: []), settings)
    #expect(run.requests.map { ($0.ended - $0.began) / Timeline.tick } == [1, 4, 1])
  }
}
