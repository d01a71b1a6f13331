import TailraceEngine
import TailraceModel

/// One of the reference workloads of ENGINE.md, as a topology and as a hand-written loop.
enum Workload: String, CaseIterable {
  case oneServer = "W1 M/M/1"
  case twoChoices = "W2 two choices of 10"
  case twoChoicesTimeout = "W2 with a timeout"
  case twoChoicesCancel = "W2 with a timeout that cancels"
  case scatter = "W3 scatter to 100"
  case scatterMost = "W3 95 of 100, rest cancelled"

  static let leaves = 100
  /// The lognormal law of mean 1 ms whose logarithm deviates by 0.6.
  static let leafLaw = LognormalLaw(logMean: PortableMath.log(1e6) - 0.18, logDeviation: 0.6)

  /// Least share of the loop's speed to reach; nil where departures cannot be computed on arrival.
  func goal(_ path: Path) -> Double? {
    switch (self, path) {
    case (.oneServer, .events): 0.5
    case (.oneServer, .onArrival): 1.0
    case (.twoChoices, .events): 0.7
    case (.twoChoices, .onArrival): 1.1
    case (.twoChoicesTimeout, .events), (.twoChoicesCancel, .events): 0.45
    case (.twoChoicesTimeout, .onArrival), (.twoChoicesCancel, .onArrival): 1.0
    case (.scatter, .events), (.scatterMost, .events): 0.65
    case (.scatter, .onArrival): 2.0
    case (.scatterMost, .onArrival): nil
    }
  }

  private var isScatter: Bool { self == .scatter || self == .scatterMost }

  /// Requests to run where `requests` are asked for: a scattered one is a hundred in one.
  func length(_ requests: Int) -> Int { isScatter ? max(1, requests / 100) : requests }

  var ratePerSecond: Double {
    switch self {
    case .oneServer: 800
    case .twoChoices, .twoChoicesTimeout, .twoChoicesCancel: 8_000
    case .scatter, .scatterMost: 500
    }
  }

  /// The workload as a user would state it.
  var topology: Topology {
    var service: ServiceSpec
    let step: StepSpec
    switch self {
    case .oneServer, .twoChoices, .twoChoicesTimeout, .twoChoicesCancel:
      service = ServiceSpec(name: "server", handler: [StepSpec(.work(.exponential(mean: 1e6)))])
      var call = CallSpec("server")
      if self != .oneServer {
        service.replicas = 10
        service.balancing = LeastRequest()
      }
      if self == .twoChoicesTimeout || self == .twoChoicesCancel {
        // 30 mean pieces of work: nearly never too late.
        call.timeout = 30_000_000
        if self == .twoChoicesCancel { service.cancel = .running }
      }
      step = StepSpec(.call(call))
    case .scatter, .scatterMost:
      service = ServiceSpec(name: "leaf", handler: [StepSpec(.work(.lognormal(Self.leafLaw)))])
      service.shards = Self.leaves
      var join = Join()
      if self == .scatterMost {
        join.need = .responses(95)
        service.cancel = .running
      }
      step = StepSpec(.scatter(CallSpec("leaf"), .shards, join))
    }
    let client = WorkloadSpec(
      name: "client", arrivals: .poisson(ratePerSecond: ratePerSecond), steps: [step])
    return Topology(workloads: [client], services: [service])
  }

  /// Runs the topology for about that many requests.
  func runModel(requests: Int, seed: UInt64, _ path: Path = .onArrival) -> Replication {
    let end = UInt64(Double(requests) / ratePerSecond * 1e9)
    var settings = Replication.Settings(seed: seed, number: 0, window: 0..<max(1, end))
    settings.forcesEvents = path == .events
    return Replication.run(topology, settings)
  }

  /// Runs the hand-written loop for that many requests.
  ///
  /// - Returns: the mean latency in nanoseconds.
  func runLoop(requests: Int, seed: UInt64) -> Double {
    let servers =
      switch self {
      case .oneServer: 1
      case .twoChoices, .twoChoicesTimeout, .twoChoicesCancel: 10
      case .scatter, .scatterMost: Self.leaves
      }
    var loop = ReferenceLoop(servers: servers, ratePerSecond: ratePerSecond, seed: seed)
    switch self {
    case .oneServer: loop.runOneServer(requests: requests)
    case .twoChoices, .twoChoicesTimeout, .twoChoicesCancel:
      loop.runTwoChoices(requests: requests)
    case .scatter, .scatterMost: loop.runScatter(requests: requests, Self.leafLaw)
    }
    precondition(loop.histogram.count == UInt64(requests))
    return Double(loop.histogram.sum) / Double(requests)
  }
}

/// How the model finds when a piece of work ends.
enum Path: String, CaseIterable {
  case events
  case onArrival = "on arrival"
}
