import TailraceEngine
import Testing

@testable import TailraceModel

/// How busy the ports of links are. One tick is a millisecond, and a byte takes one.
@Suite("Ports") struct PortTests {
  private static let tick = Timeline.tick

  /// Ticks, messages and bytes of each port, by link, service and direction.
  private func ports(_ run: Replication) -> [String: [[UInt64]]] {
    var found: [String: [[UInt64]]] = [:]
    for group in run.ports {
      found["\(group.link): \(group.service) \(group.direction)"] = group.rows.map {
        [$0.busyArea / Self.tick, $0.messages, $0.bytes]
      }
    }
    return found
  }

  @Test("A port is busy while messages pass it; what lies outside the window is not counted")
  func window() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    s.slots = nil
    s.transport = LinkTests.byteATick
    let timeline = Timeline(
      [s], steps: [StepSpec(.call(LinkTests.spec("s", request: 3, response: 2)))],
      """
      arrive  ab...........
      in      aaabbb.......
      out     ....aa.bb....
      """)
    let whole = ports(timeline.run())
    #expect(whole == ["wire: s in": [[6, 2, 6]], "wire: s out": [[4, 2, 4]]])
    let run = Replication.run(
      timeline.topology, .init(seed: 1, number: 0, window: 2 * Self.tick..<8 * Self.tick))
    #expect(run.violations.isEmpty)
    // Of columns 2 to 7; of `a` on its way in only the end, of `b` on its way out the beginning.
    #expect(ports(run) == ["wire: s in": [[4, 1, 3]], "wire: s out": [[3, 2, 4]]])
  }

  @Test("Incast: the root's port carries all answers, each leaf's its own; clients have none")
  func incast() {
    var leaf = ServiceSpec(name: "leaf", handler: [.work(.ticks(2))])
    leaf.shards = 4
    leaf.transport = LinkTests.byteATick
    var root = ServiceSpec(
      name: "root",
      handler: [StepSpec(.scatter(LinkTests.spec("leaf", response: 3), .shards, Join()))])
    root.slots = nil
    root.transport = LinkTests.byteATick
    root.transport?.name = "front"
    let run = expectTimeline(
      [leaf, root], steps: [StepSpec(.call(LinkTests.spec("root", response: 5)))]
    ) {
      """
      arrive  a...................
      leave   ...................a
      """
    }
    #expect(
      ports(run) == [
        "front: root in": [[0, 0, 0]], "front: root out": [[5, 1, 5]],
        "wire: leaf in": Array(repeating: [0, 0, 0], count: 4),
        "wire: leaf out": Array(repeating: [3, 1, 3], count: 4),
        "wire: root in": [[12, 4, 12]], "wire: root out": [[0, 0, 0]],
      ])
  }

  @Test("Utilization by time is bytes over bandwidth, which is rate x mean size over bandwidth")
  func twoRoutes() {
    var s = ServiceSpec(name: "s", handler: [.work(.constant(1))])
    s.slots = nil
    s.transport = Transport("wire")
    s.transport?.bandwidth = 3e6
    var call = CallSpec("s")
    call.requestSize = .exponential(mean: 6_000)
    call.responseSize = .exponential(mean: 1_500)
    let workload = WorkloadSpec(
      name: "users", arrivals: .poisson(ratePerSecond: 400), steps: [StepSpec(.call(call))])
    let window: UInt64 = 200_000_000_000
    let run = Replication.run(
      Topology(workloads: [workload], services: [s]),
      .init(seed: 5, number: 0, window: 1_000_000_000..<window + 1_000_000_000))
    #expect(run.violations.isEmpty)
    for (ports, size) in zip(run.ports, [6_000.0, 1_500]) {
      let row = ports.rows[0]
      let byTime = Double(row.busyArea) / Double(window)
      let byBytes = Double(row.bytes) / ports.bandwidth / (Double(window) / 1e9)
      // The messages at both ends of the window, of some milliseconds, are cut.
      #expect(abs(byTime - byBytes) < 20e6 / Double(window))
      #expect(abs(byTime - 400 * size / 3e6) < 0.02 * byTime)
    }
  }

  @Test("A message that gets lost keeps the sender's port busy again, the receiver's once")
  func losses() {
    var back = ServiceSpec(name: "back", handler: [.work(.constant(1))])
    back.slots = nil
    var front = ServiceSpec(
      name: "front", handler: [StepSpec(.call(LinkTests.spec("back", request: 1_000)))])
    front.slots = nil
    var link = LinkSpec(from: "front", to: "back", latency: nil)
    link.transport = Transport("links/lossy")
    link.transport?.bandwidth = 1e6
    link.transport?.loss = 0.2
    link.transport?.retransmitTimeout = 1_000_000
    var topology = Topology(
      workloads: [
        WorkloadSpec(
          name: "users", arrivals: .constant(ratePerSecond: 100), steps: [.call("front")])
      ], services: [back, front])
    topology.links = [link]
    let run = Replication.run(topology, .init(seed: 2, number: 0, window: 0..<100_000_000_000))
    #expect(run.violations.isEmpty)
    func row(_ service: String, _ direction: PortDirection) -> PortRow? {
      run.ports.first { $0.service == service && $0.direction == direction }?.rows[0]
    }
    // 10,000 messages arrive; each is sent 1 / (1 - 0.2) times.
    #expect(row("back", .in)?.messages == 10_000 && row("back", .in)?.bytes == 10_000_000)
    let sent = row("front", .out)?.messages ?? 0
    #expect(abs(Double(sent) - 12_500) < 250)
    #expect(row("front", .out)?.busyArea == sent * 1_000_000)
  }
}
