import Tailrace
import TailraceModel

/// A scenario whose model is run on its own.
struct Subject {
  var name: String
  var ratePerSecond: Double
  /// The text of a scenario file.
  var scenario: String

  /// Every subject that `--run` knows.
  static var all: [Subject] { Workload.allCases.map(\.subject) + bigWorlds }

  /// The scenario as the simulator takes it from a file.
  var topology: Topology {
    do {
      let source = SourceText(name: name, bytes: Array(scenario.utf8))
      guard let variant = try Scenario.load(source).variant(nil) else {
        preconditionFailure("no variant")
      }
      return variant.topology
    } catch {
      preconditionFailure("\(name): \(error)")
    }
  }

  /// Runs the topology for about that many requests.
  func run(
    _ topology: Topology, requests: Int, seed: UInt64, _ path: Path = .onArrival
  ) -> Replication {
    let end = UInt64(Double(requests) / ratePerSecond * 1e9)
    var settings = Replication.Settings(seed: seed, number: 0, window: 0..<max(1, end))
    settings.forcesEvents = path == .events
    return Replication.run(topology, settings)
  }
}

extension Subject {
  /// Many replicas, and much in flight.
  static let bigWorlds = [
    replicas(10, ratePerSecond: 1), replicas(100_000, ratePerSecond: 1e4),
    replicas(100_000, ratePerSecond: 8e7), unlimited(ratePerSecond: 1e3),
    unlimited(ratePerSecond: 1e6), overload(ratePerSecond: 1e3), overload(ratePerSecond: 1e6),
  ]

  /// Replicas under LEAST_REQUEST with work of 1 ms.
  static func replicas(_ count: Int, ratePerSecond: Double) -> Subject {
    let load = Int(ratePerSecond / Double(count) / 1e3 * 100)
    return Subject(
      name: "\(count) replicas, " + (load > 0 ? "\(load) % busy" : "nearly idle"),
      ratePerSecond: ratePerSecond,
      service: "replicas: \(count), lb_policy: 'LEAST_REQUEST'", mean: "1ms")
  }

  /// Slots without end and work of 1 s: a second's requests are in flight.
  static func unlimited(ratePerSecond: Double) -> Subject {
    Subject(
      name: "\(Int(ratePerSecond)) at work", ratePerSecond: ratePerSecond,
      service: "concurrency: 'unlimited'", mean: "1s")
  }

  /// One slot with work of 1 s: a second's requests wait, nearly all of them.
  static func overload(ratePerSecond: Double) -> Subject {
    Subject(
      name: "\(Int(ratePerSecond)) waiting", ratePerSecond: ratePerSecond, service: "",
      mean: "1s")
  }

  private init(name: String, ratePerSecond: Double, service: String, mean: String) {
    self.name = name
    self.ratePerSecond = ratePerSecond
    let settings = service.isEmpty ? "" : service + ", "
    scenario = """
      {
        tailrace: 1, name: 'benchmark', run: { duration: '1s', warm_up: '0s' },
        workloads: {
          client: {
            arrivals: { type: 'poisson', rate: '\(Int(ratePerSecond))/s' },
            steps: [{ call: 'server' }],
          },
        },
        services: {
          server: {
            \(settings)handler: [{ work: { type: 'exponential', mean: '\(mean)' } }],
          },
        },
      }
      """
  }
}
