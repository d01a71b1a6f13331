import TailraceEngine
import TailraceModel

/// One of the reference workloads of ENGINE.md, as a topology and as a hand-written loop.
enum Workload: String, CaseIterable {
  case oneServer = "W1 M/M/1"
  case twoChoices = "W2 two choices of 10"
  case scatter = "W3 scatter to 100"

  static let leaves = 100
  /// The lognormal law of mean 1 ms whose logarithm deviates by 0.6.
  static let leafLaw = LognormalLaw(logMean: PortableMath.log(1e6) - 0.18, logDeviation: 0.6)

  /// Least share of the loop's speed that the model should reach with departures as events.
  var goal: Double {
    switch self {
    case .oneServer: 0.5
    case .twoChoices: 0.7
    case .scatter: 0.65
    }
  }

  /// Requests to run where `requests` are asked for: a scattered one is a hundred in one.
  func length(_ requests: Int) -> Int { self == .scatter ? max(1, requests / 100) : requests }

  var ratePerSecond: Double {
    switch self {
    case .oneServer: 800
    case .twoChoices: 8_000
    case .scatter: 500
    }
  }

  /// The workload as a user would state it.
  var topology: Topology {
    var service: ServiceSpec
    let step: StepSpec
    switch self {
    case .oneServer, .twoChoices:
      service = ServiceSpec(name: "server", handler: [StepSpec(.work(.exponential(mean: 1e6)))])
      step = StepSpec(.call(CallSpec("server")))
      if self == .twoChoices {
        service.replicas = 10
        service.balancing = LeastRequest()
      }
    case .scatter:
      service = ServiceSpec(name: "leaf", handler: [StepSpec(.work(.lognormal(Self.leafLaw)))])
      service.shards = Self.leaves
      step = StepSpec(.scatter(CallSpec("leaf"), .shards, Join()))
    }
    let client = WorkloadSpec(
      name: "client", arrivals: .poisson(ratePerSecond: ratePerSecond), steps: [step])
    return Topology(workloads: [client], services: [service])
  }

  /// Runs the topology for about that many requests.
  func runModel(requests: Int, seed: UInt64) -> Replication {
    let end = UInt64(Double(requests) / ratePerSecond * 1e9)
    return Replication.run(topology, .init(seed: seed, number: 0, window: 0..<max(1, end)))
  }

  /// Runs the hand-written loop for that many requests.
  ///
  /// - Returns: the mean latency in nanoseconds.
  func runLoop(requests: Int, seed: UInt64) -> Double {
    let servers =
      switch self {
      case .oneServer: 1
      case .twoChoices: 10
      case .scatter: Self.leaves
      }
    var loop = ReferenceLoop(servers: servers, ratePerSecond: ratePerSecond, seed: seed)
    switch self {
    case .oneServer: loop.runOneServer(requests: requests)
    case .twoChoices: loop.runTwoChoices(requests: requests)
    case .scatter: loop.runScatter(requests: requests, Self.leafLaw)
    }
    precondition(loop.histogram.count == UInt64(requests))
    return Double(loop.histogram.sum) / Double(requests)
  }
}
