import TailraceEngine
import Testing

@testable import TailraceModel

/// Calls to the service that holds a cache are given up after 2 ticks. It takes 1 tick for each;
/// to fetch or to store a value takes 2.
@Suite("Timeouts of hosted caches") struct HostedTimeoutTests {
  private static let tick = Timeline.tick

  /// Request by request, `w` writes and `r` reads its key, which is 7.
  private func run(
    _ classes: String, faults: [FaultSpec], timeout: UInt64? = 2, replicas: Int = 1,
    policy: CacheSpec.WritePolicy = .writeThrough,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout ServiceSpec) -> Void = { _ in }, _ picture: () -> String
  ) -> Replication {
    var node = ServiceSpec(name: "node", handler: [.work(.ticks(1))])
    (node.slots, node.replicas) = (nil, replicas)
    change(&node)
    var cache = CacheSpec(name: "c", key: "item", capacity: .entries(10))
    cache.host = CallSpec("node")
    cache.writePolicy = policy
    var read = CacheUse("c", onMiss: [.wait(.ticks(2))])
    var write = CacheUse("c", store: [.wait(.ticks(2))])
    (read.timeout, write.timeout) = (timeout.map { $0 * Self.tick }, timeout.map { $0 * Self.tick })
    var timeline = Timeline(
      [node], steps: [.cache(read, for: "r"), .cache(write, for: "w")],
      keys: [CarriedKeys(space: "item", law: .given(classes.map { _ in 7 }))], picture())
    return timeline.expectRun(
      [cache], faults: faults, classes: classes, outcome: .success, sourceLocation: sourceLocation)
  }

  /// From one column up to another the node works at a quarter of its speed.
  private func slow(_ columns: Range<UInt64>) -> FaultSpec {
    var fault = FaultSpec(
      name: "f", target: FaultTarget("node"), verb: .slowDown(4),
      at: columns.lowerBound * Self.tick)
    fault.length = .ticks(columns.upperBound - columns.lowerBound)
    return fault
  }

  /// The node says nothing at all in these columns, and has lost what it held.
  private func silent(_ columns: Range<UInt64>) -> FaultSpec {
    var fault = FaultSpec(
      name: "f", target: FaultTarget("node"), verb: .crash(drops: true),
      at: columns.lowerBound * Self.tick)
    fault.length = .ticks(columns.upperBound - columns.lowerBound)
    return fault
  }

  @Test("A lookup that takes too long is a miss, and what is fetched is not sent there")
  func lookup() {
    let run = run("rr", faults: [slow(0..<6)]) {
      """
      arrive  a.........b.....
      leave   ....a.........b.
      """
    }
    let row = run.caches[0].rows[0]
    #expect(row.misses == 2 && row.count(.unanswered) == 1 && row.fills == 1)
    // The node has done the work of the lookup that was given up.
    #expect(run.services[0].rows[0].requests == 3)
  }

  @Test("Nobody waits longer than that until a value is stored; the node stores it all the same")
  func fill() {
    let patient = run("rr", faults: [slow(2..<9)], timeout: nil) {
      """
      arrive  a.........b..
      leave   .......a...b.
      """
    }
    let hasty = run("rr", faults: [slow(2..<9)]) {
      """
      arrive  a.........b..
      leave   .....a.....b.
      """
    }
    for run in [patient, hasty] {
      #expect(run.caches[0].rows[0].hits == 1 && run.caches[0].rows[0].fills == 1)
    }
  }

  @Test("A silent node costs each lookup the timeout, not for ever")
  func silence() {
    let run = run("rrr", faults: [silent(1..<11)]) {
      """
      arrive  ..a..b......c.....
      leave   ......a..b......c.
      """
    }
    let row = run.caches[0].rows[0]
    #expect(row.misses == 3 && row.count(.unanswered) == 2 && row.fills == 1)
  }

  @Test("Who writes gives up a node that does not take the new value, or drop the old one")
  func writes() {
    for policy in [CacheSpec.WritePolicy.writeThrough, .invalidate] {
      _ = run("w", faults: [silent(1..<20)], policy: policy) {
        """
        arrive  a.....
        leave   ....a.
        """
      }
    }
    // The first replica takes the value at once, the second in four ticks: at 6, and `b` finds it.
    var half = slow(1..<9)
    half.target.replica = 1
    let copies = run("wrr", faults: [half], replicas: 2) {
      """
      arrive  a........b.c..
      leave   ....a.....b.c.
      """
    }
    #expect(copies.caches[0].rows.map(\.hits) == [1, 1])
  }

  @Test("It holds where a service budgets its callers' retries, too: such calls go once")
  func budget() {
    let run = run("rr", faults: [slow(2..<9)]) { node in
      node.retryBudget = .concurrency(percent: 20, least: 3)
    } _: {
      """
      arrive  a.........b..
      leave   .....a.....b.
      """
    }
    #expect(run.caches[0].rows[0].fills == 1)
  }
}
