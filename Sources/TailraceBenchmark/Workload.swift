import TailraceEngine

/// One of the reference workloads of ENGINE.md, as a topology and as a hand-written loop.
enum Workload: String, CaseIterable {
  case oneServer = "W1 M/M/1"
  case twoChoices = "W2 two choices of 10"
  case twoChoicesTimeout = "W2 with a timeout"
  case twoChoicesCancel = "W2 with a timeout that cancels"
  case scatter = "W3 scatter to 100"
  case scatterMost = "W3 95 of 100, rest cancelled"
  case cache = "W4 cache"
  case cacheLock = "W4 cache, single flight"

  static let leaves = 100
  /// The variation of a lognormal law whose logarithm deviates by 0.6.
  static let leafVariation = PortableMath.expm1(0.36).squareRoot()
  static let leafLaw = LognormalLaw(mean: 1e6, variation: leafVariation)

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
    case (.cache, .events), (.cacheLock, .events): 0.85
    case (.cache, .onArrival), (.cacheLock, .onArrival): 0.8
    }
  }

  private var isScatter: Bool { self == .scatter || self == .scatterMost }
  private var isCached: Bool { self == .cache || self == .cacheLock }

  /// The workload whose loop stands for it.
  var loop: Workload {
    switch self {
    case .oneServer: .oneServer
    case .twoChoices, .twoChoicesTimeout, .twoChoicesCancel: .twoChoices
    case .scatter, .scatterMost: .scatter
    case .cache, .cacheLock: .cache
    }
  }

  /// Requests to run where `requests` are asked for: a scattered one is a hundred in one.
  func length(_ requests: Int) -> Int { isScatter ? max(1, requests / 100) : requests }

  var ratePerSecond: Double {
    switch self {
    case .oneServer: 800
    case .twoChoices, .twoChoicesTimeout, .twoChoicesCancel: 8_000
    case .scatter, .scatterMost: 500
    case .cache, .cacheLock: 10_000
    }
  }

  /// The workload as a user would state it.
  var scenario: String {
    let client: String
    let service: String
    switch self {
    case .oneServer:
      client = "{ call: 'server' }"
      service = "server: { handler: [{ work: { type: 'exponential', mean: '1ms' } }] }"
    case .twoChoices, .twoChoicesTimeout, .twoChoicesCancel:
      // 30 mean pieces of work: nearly never too late.
      client = self == .twoChoices ? "{ call: 'server' }" : "{ call: 'server', timeout: '30ms' }"
      service = """
        server: {
          replicas: 10, lb_policy: 'LEAST_REQUEST',
          \(self == .twoChoicesCancel ? "cancel: 'running'," : "")
          handler: [{ work: { type: 'exponential', mean: '1ms' } }],
        }
        """
    case .scatter, .scatterMost:
      client =
        self == .scatter
        ? "{ scatter: 'leaf' }" : "{ scatter: 'leaf', wait_for: { responses: 95 } }"
      service = """
        leaf: {
          shards: \(Self.leaves),
          \(self == .scatterMost ? "cancel: 'running'," : "")
          handler: [{ work: { type: 'lognormal', mean: '1ms', cv: \(Self.leafVariation) } }],
        }
        """
    case .cache, .cacheLock:
      client = "{ call: 'web' }"
      service = """
        web: {
          concurrency: 'unlimited', handler: [{ cache: 'pages', on_miss: [{ call: 'db' }] }],
        },
        db: {
          concurrency: \(CacheLoop.databaseSlots),
          handler: [{ work: { type: 'exponential', mean: '5ms' } }],
        }
        """
    }
    let cached = """
      keys: {
        page: {
          count: \(CacheLoop.keys),
          popularity: { type: 'zipf', exponent: \(CacheLoop.exponent) },
        },
      },
      caches: {
        pages: {
          max_entries: \(CacheLoop.entries), hit_latency: '200us', start: 'warm',
          lock: \(self == .cacheLock),
        },
      },
      """
    return """
      {
        tailrace: 1, name: 'benchmark', run: { duration: '1s', warm_up: '0s' },
        \(isCached ? cached : "")
        workloads: {
          client: {
            arrivals: { type: 'poisson', rate: '\(Int(ratePerSecond))/s' }, steps: [\(client)],
            \(isCached ? "keys: { page: 1 }," : "")
          },
        },
        services: { \(service) },
      }
      """
  }

  /// The workload as the model runs it.
  var subject: Subject {
    Subject(name: rawValue, ratePerSecond: ratePerSecond, scenario: scenario)
  }

  /// Runs the hand-written loop for that many requests.
  ///
  /// - Returns: the mean latency in nanoseconds.
  func runLoop(requests: Int, seed: UInt64) -> Double {
    if isCached {
      var loop = CacheLoop(ratePerSecond: ratePerSecond, seed: seed)
      loop.run(requests: requests)
      precondition(loop.histogram.count == UInt64(requests))
      return Double(loop.histogram.sum) / Double(requests)
    }
    let servers =
      switch self {
      case .oneServer: 1
      case .twoChoices, .twoChoicesTimeout, .twoChoicesCancel: 10
      case .scatter, .scatterMost: Self.leaves
      case .cache, .cacheLock: preconditionFailure("has a loop of its own")
      }
    var loop = ReferenceLoop(servers: servers, ratePerSecond: ratePerSecond, seed: seed)
    switch self {
    case .oneServer: loop.runOneServer(requests: requests)
    case .twoChoices, .twoChoicesTimeout, .twoChoicesCancel:
      loop.runTwoChoices(requests: requests)
    case .scatter, .scatterMost: loop.runScatter(requests: requests, Self.leafLaw)
    case .cache, .cacheLock: break
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
