import Foundation
import Testing

@testable import TailraceModel

/// Six jobs at one server under each discipline, worked out by hand.
@Suite("Micro cases of the reference") struct MicroTests {
  private struct Parameters: Decodable {
    var discipline: String
    var jobs: [[UInt64]]

    enum CodingKeys: String, CodingKey {
      case discipline
      case jobs = "jobs_arrival_size_class"
    }
  }

  private static func discipline(_ word: String) -> (Discipline, preemptive: Bool)? {
    switch word {
    case "FCFS": (.fifo, false)
    case "LIFO_np": (.lifo, false)
    case "LIFO_pr": (.lifo, true)
    case "SJF_np": (.sjf, false)
    case "SRPT": (.srpt, false)
    case "PRIO_np": (.priority, false)
    case "PRIO_pr": (.priority, true)
    case "PS": (.ps, false)
    default: nil
    }
  }

  static let words = [
    "FCFS", "LIFO_np", "LIFO_pr", "SJF_np", "SRPT", "PRIO_np", "PRIO_pr", "PS",
  ]

  @Test("Every job ends at the very nanosecond", arguments: words, [false, true])
  func ends(word: String, isSplit: Bool) throws {
    let numbers = ReferenceNumber.byMetric("micro.csv", "micro_\(word)_o")
    let text = try #require(numbers["done_0"]?.parameters)
    let parameters = try JSONDecoder().decode(Parameters.self, from: Data(text.utf8))
    let (discipline, preemptive) = try #require(Self.discipline(parameters.discipline))
    // Sharing gives thirds and sixths: 6,000 s keep them whole.
    let unit: UInt64 = discipline == .ps ? 6_000_000_000_000 : 1_000_000_000
    let sizes = LawSpec.sequence(parameters.jobs.map { $0[1] * unit })
    // With a slot held over two steps the same piece of work decides.
    var s = ServiceSpec(
      name: "s", handler: isSplit ? [.work(sizes), .wait(.constant(0))] : [.work(sizes)])
    s.discipline = discipline
    s.preemptive = preemptive
    if discipline == .ps { s.slots = nil }
    let topology = MicroTests.topology(s, parameters.jobs, unit)
    var settings = Replication.Settings(seed: 1, number: 0, window: 0..<(100 * unit))
    settings.keepsRequests = true
    let run = Replication.run(topology, settings)
    #expect(run.violations.isEmpty)
    #expect(run.requests.count == parameters.jobs.count)
    for request in run.requests {
      let job = try #require(parameters.jobs.indices.first { $0 == Int(request.number) })
      let expected = try #require(numbers["done_\(job)"]).expected * Double(unit)
      #expect(request.ended == UInt64(expected.rounded()), "job \(job) of \(word)")
    }
  }

  private static func topology(
    _ service: ServiceSpec, _ jobs: [[UInt64]], _ unit: UInt64
  ) -> Topology {
    var workload = WorkloadSpec(
      name: "w", arrivals: .instants(jobs.map { $0[0] * unit }), steps: [.call("s")])
    workload.classColumn = jobs.map { String($0[2]) }
    var topology = Topology(workloads: [workload], services: [service])
    topology.classPriorities = ["0": 0, "1": 1]
    return topology
  }
}
