import TailraceEngine
import Testing

@testable import TailraceModel

/// Links whose messages take time to be sent, or get lost. One tick is a millisecond.
@Suite("Links") struct LinkTests {
  /// A link that carries a byte in a tick.
  static var byteATick: Transport {
    var link = Transport("wire")
    link.bandwidth = 1_000
    return link
  }

  private func call(_ service: String, request: Double? = nil, response: Double? = nil) -> StepSpec
  {
    StepSpec(.call(Self.spec(service, request: request, response: response)))
  }

  static func spec(_ service: String, request: Double? = nil, response: Double? = nil) -> CallSpec {
    var call = CallSpec(service)
    call.requestSize = request.map { .constant($0) }
    call.responseSize = response.map { .constant($0) }
    return call
  }

  @Test("A message takes its size over the bandwidth, and the next one waits for the port")
  func oneAfterTheOther() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(1))])
    s.slots = nil
    s.transport = Self.byteATick
    let run = expectTimeline([s], steps: [call("s", request: 3, response: 2)]) {
      """
      arrive  ab...........
      leave   ......a..b...
      """
    }
    // Of b: two ticks of waiting for the port, three and two of sending.
    #expect(run.requests[1].network == 7 * Timeline.tick)
    #expect(run.requests[1].worked == Timeline.tick)
  }

  @Test("A message goes on while it is still being sent: two ports cost no more than one")
  func cutThrough() {
    let back = ServiceSpec(name: "back", handler: [.work(.ticks(1))])
    var front = ServiceSpec(name: "front", handler: [call("back", request: 4)])
    front.slots = nil
    var link = LinkSpec(from: "front", to: "back", latency: .ticks(2))
    link.transport = Self.byteATick
    _ = expectTimeline([front, back], steps: [.call("front")], links: [link]) {
      """
      arrive  a............
      leave   .........a...
      """
    }
  }

  @Test("Incast: n answers of b bytes at once keep the root's port busy for n times b / bandwidth")
  func incast() {
    for count in [1, 4, 16] {
      var leaf = ServiceSpec(name: "leaf", handler: [.work(.ticks(2))])
      leaf.shards = count
      leaf.transport = Self.byteATick
      var root = ServiceSpec(
        name: "root",
        handler: [StepSpec(.scatter(Self.spec("leaf", response: 3), .shards, Join()))])
      root.slots = nil
      let end = 2 + 3 * count
      _ = expectTimeline([leaf, root], steps: [.call("root")]) {
        """
        arrive  a\(String(repeating: ".", count: end + 1))
        leave   \(String(repeating: ".", count: end))a.
        """
      }
    }
  }

  @Test("Each replica of the root has a port of its own")
  func portsPerReplica() {
    var leaf = ServiceSpec(name: "leaf", handler: [.work(.ticks(1))])
    leaf.slots = nil
    leaf.shards = 2
    leaf.transport = Self.byteATick
    var root = ServiceSpec(
      name: "root", handler: [StepSpec(.scatter(Self.spec("leaf", response: 2), .shards, Join()))])
    root.replicas = 2
    root.slots = nil
    // At one root the answers to b would wait for those to a, until 9.
    _ = expectTimeline([leaf, root], steps: [.call("root")]) {
      """
      arrive  a.b.......
      leave   .....a.b..
      """
    }
  }

  @Test("A failure's answer is empty")
  func emptyFailure() {
    var s = ServiceSpec(name: "s", handler: [.work(.ticks(2)), StepSpec(.fail(.applicationError))])
    s.transport = Self.byteATick
    _ = expectTimeline([s], steps: [call("s", response: 5)]) {
      """
      arrive  a....
      leave   ..A..
      """
    }
  }

  @Test("Poisson messages of one size wait at a port as in M/D/1")
  func md1() {
    var s = ServiceSpec(name: "s", handler: [.work(.constant(1))])
    s.slots = nil
    s.transport = Transport("wire")
    s.transport?.bandwidth = 1e6
    for load in [0.5, 0.8] {
      let workload = WorkloadSpec(
        name: "users", arrivals: .poisson(ratePerSecond: load * 1_000),
        steps: [call("s", request: 1_000)])
      let run = Replication.run(
        Topology(workloads: [workload], services: [s]),
        Replication.Settings(seed: 3, number: 0, window: 10_000_000_000..<2_000_000_000_000))
      #expect(run.violations == [])
      // A message takes 1 ms; the mean wait is load / (2 (1 - load)) of that.
      let mean = Double(run.workloads[0].latencies.sum) / Double(run.workloads[0].latencies.count)
      let expected = 1e6 * (1 + load / (2 * (1 - load))) + 1
      #expect(abs(mean / expected - 1) < 0.02, "\(mean) ns at load \(load)")
      #expect(blame(run, .network) > 0.999)
    }
  }

  /// The share of a phase in the blame of a run's first workload.
  private func blame(_ run: Replication, _ phase: Phase) -> Double {
    let cells = run.workloads[0].blame
    let phases = Phase.allCases
    var own: UInt64 = 0
    for (i, cell) in cells.enumerated() where phases[i % phases.count] == phase { own += cell }
    return Double(own) / Double(cells.reduce(0, +))
  }

  @Test("Loss p adds 200 ms in p of the messages, and twice that to those lost again")
  func loss() {
    var s = ServiceSpec(name: "s", handler: [.work(.constant(1))])
    s.slots = nil
    s.transport = Transport("wire")
    s.transport?.loss = 0.1
    let workload = WorkloadSpec(
      name: "users", arrivals: .constant(ratePerSecond: 1_000), steps: [.call("s")])
    var settings = Replication.Settings(seed: 3, number: 0, window: 0..<200_000_000_000)
    settings.keepsRequests = true
    let run = Replication.run(Topology(workloads: [workload], services: [s]), settings)
    #expect(run.violations == [])
    var counts: [UInt64: Int] = [:]
    for request in run.requests {
      counts[(request.ended - request.began) / 1_000_000, default: 0] += 1
    }
    let all = Double(run.requests.count)
    // A request and its answer: both go through in 81 %, one is lost once in 2 of 9 %.
    #expect(abs(Double(counts[0] ?? 0) / all - 0.81) < 0.005)
    #expect(abs(Double(counts[200] ?? 0) / all - 2 * 0.1 * 0.81) < 0.005)
    #expect(abs(Double(counts[400] ?? 0) / all - 0.01 * 0.81) < 0.001, "both lost once")
    #expect(abs(Double(counts[600] ?? 0) / all - 2 * 0.01 * 0.81) < 0.002, "one lost twice")
  }

  @Test("The pause after a loss doubles up to two minutes")
  func doubling() {
    var way = WayRow()
    way.pause = 200_000_000
    #expect((0..<5).map { way.pause(after: $0) / 1_000_000 } == [200, 400, 800, 1_600, 3_200])
    #expect(way.pause(after: 30) == 120_000_000_000)
  }
}
