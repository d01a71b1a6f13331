import TailraceEngine

/// One of the reference workloads of ENGINE.md, as a topology and as a hand-written loop.
enum Workload: String, CaseIterable {
  case oneServer = "W1 M/M/1"
  case twoChoices = "W2 two choices of 10"
  case twoChoicesTimeout = "W2 with a timeout"
  case twoChoicesCancel = "W2 with a timeout that cancels"
  case twoChoicesRetry = "W2 with a timeout, cancel, retry"
  case scatter = "W3 scatter to 100"
  case scatterMost = "W3 95 of 100, rest cancelled"
  case scatterHedged = "W3 with hedges, losers cancelled"
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
    case (.twoChoicesTimeout, .events), (.twoChoicesCancel, .events), (.twoChoicesRetry, .events):
      0.45
    case (.twoChoicesTimeout, .onArrival), (.twoChoicesCancel, .onArrival),
      (.twoChoicesRetry, .onArrival):
      1.0
    case (.scatter, .events), (.scatterMost, .events): 0.65
    case (.scatter, .onArrival): 2.0
    case (.scatterHedged, .events): 0.5
    case (.cache, .events), (.cacheLock, .events): 0.85
    case (.cache, .onArrival), (.cacheLock, .onArrival): 0.8
    case (.scatterMost, .onArrival), (.scatterHedged, .onArrival):
      nil
    }
  }

  private var isScatter: Bool { loop == .scatter }

  /// The workload whose loop stands for it.
  var loop: Workload {
    switch self {
    case .oneServer: .oneServer
    case .twoChoices, .twoChoicesTimeout, .twoChoicesCancel, .twoChoicesRetry: .twoChoices
    case .scatter, .scatterMost, .scatterHedged: .scatter
    case .cache, .cacheLock: .cache
    }
  }

  /// Requests to run where `requests` are asked for: a scattered one is a hundred in one.
  func length(_ requests: Int) -> Int { isScatter ? max(1, requests / 100) : requests }

  var ratePerSecond: Double {
    switch loop {
    case .oneServer: 800
    case .twoChoices: 8_000
    case .cache: 10_000
    default: 500
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
    case .twoChoices, .twoChoicesTimeout, .twoChoicesCancel, .twoChoicesRetry:
      // 30 mean pieces of work: nearly never too late. A try of 4 is, now and then.
      client =
        switch self {
        case .twoChoices: "{ call: 'server' }"
        case .twoChoicesRetry:
          "{ call: 'server', timeout: '30ms', retry_policy: { retry_on: ['timeout'], "
            + "per_try_timeout: '5ms', retry_back_off: '1ms' } }"
        default: "{ call: 'server', timeout: '30ms' }"
        }
      let cancels = self == .twoChoicesCancel || self == .twoChoicesRetry
      service = """
        server: {
          replicas: 10, lb_policy: 'LEAST_REQUEST',
          \(cancels ? "cancel: 'running'," : "")
          handler: [{ work: { type: 'exponential', mean: '1ms' } }],
        }
        """
    case .scatter, .scatterMost, .scatterHedged:
      client =
        switch self {
        case .scatterMost: "{ scatter: 'leaf', wait_for: { responses: 95 } }"
        case .scatterHedged: "{ scatter: 'leaf', hedge_policy: { hedging_delay: '4ms' } }"
        default: "{ scatter: 'leaf' }"
        }
      service = """
        leaf: {
          shards: \(Self.leaves),
          \(self == .scatter ? "" : "cancel: 'running',")
          \(self == .scatterHedged ? "replicas: 2," : "")
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
        \(loop == .cache ? cached : "")
        workloads: {
          client: {
            arrivals: { type: 'poisson', rate: '\(Int(ratePerSecond))/s' }, steps: [\(client)],
            \(loop == .cache ? "keys: { page: 1 }," : "")
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
    if loop == .cache {
      var loop = CacheLoop(ratePerSecond: ratePerSecond, seed: seed)
      loop.run(requests: requests)
      precondition(loop.histogram.count == UInt64(requests))
      return Double(loop.histogram.sum) / Double(requests)
    }
    let servers =
      switch loop {
      case .oneServer: 1
      case .twoChoices: 10
      default: Self.leaves
      }
    var loop = ReferenceLoop(servers: servers, ratePerSecond: ratePerSecond, seed: seed)
    switch self.loop {
    case .oneServer: loop.runOneServer(requests: requests)
    case .twoChoices: loop.runTwoChoices(requests: requests)
    default: loop.runScatter(requests: requests, Self.leafLaw)
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
