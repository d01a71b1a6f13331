import TailraceExperiment
import TailraceModel

extension TopologyGraph {
  /// The graph of a topology with what a run of it measured.
  ///
  /// Rates of calls are known where the run kept calls by caller; else attempts are, at services
  /// that one node alone calls. Linear in the topology and in the rows of calls.
  public init(_ topology: Topology, _ result: RunResult) {
    self.init(topology)
    let seconds = Double(result.measuredTime) / 1e9
    guard seconds > 0 else { return }
    measureNodes(result, seconds)
    if result.details.calls.isEmpty {
      measureSoleCallers(result, seconds)
    } else {
      measureCalls(result.details.calls, seconds)
    }
    measureLookups()
    markFailures(result)
  }

  private mutating func measureNodes(_ result: RunResult, _ seconds: Double) {
    let workloads = Dictionary(result.workloads.map { ($0.name, $0) }) { first, _ in first }
    let services = Dictionary(result.services.map { ($0.name, $0) }) { first, _ in first }
    let caches = Dictionary(result.caches.map { ($0.name, $0) }) { first, _ in first }
    for place in nodes.indices {
      let name = nodes[place].name
      switch nodes[place].kind {
      case .workload:
        guard let workload = workloads[name] else { continue }
        nodes[place].requestsPerSecond = workload.offered.value
        let p99 = workload.quantiles.first { $0.quantile == 0.99 }
        nodes[place].p99 = p99?.latency.value.map { $0 / 1e6 }
      case .service:
        guard let service = services[name] else { continue }
        nodes[place].requestsPerSecond = Double(service.requests) / seconds
        nodes[place].utilization = service.utilization.value
        nodes[place].p99 = service.waitP99.value.map { $0 / 1e6 }
      case .cache:
        guard let cache = caches[name] else { continue }
        nodes[place].requestsPerSecond = Double(cache.lookups) / seconds
        nodes[place].hitRatio = cache.hitRatio.value
      }
    }
  }

  // MARK: Edges

  private struct CallSum {
    var calls: UInt64 = 0
    var attempts: UInt64 = 0
    var errors: UInt64 = 0
  }

  /// Counts by names go to edges; those that several edges may have made are told of none.
  private mutating func measureCalls(_ rows: [CallRow], _ seconds: Double) {
    var sums: [[String]: CallSum] = [:]
    for row in rows {
      var sum = sums[[row.from, row.to]] ?? CallSum()
      sum.calls += row.calls
      sum.attempts += row.attempts?.attempts ?? row.calls
      sum.errors += row.errors
      sums[[row.from, row.to]] = sum
    }
    let name = Dictionary(nodes.map { ($0.id, $0.name) }) { first, _ in first }
    let users = callersByCache
    var makers: [[String]: Int] = [:]
    let pairs = edges.map { edge in
      callers(of: edge, users).map { [name[$0] ?? "", name[edge.to] ?? ""] }
    }
    for pair in pairs.joined() { makers[pair, default: 0] += 1 }
    let isService = Set(nodes.filter { $0.kind == .service }.map(\.id))
    for place in edges.indices where isService.contains(edges[place].to) {
      guard pairs[place].allSatisfy({ makers[$0] == 1 }) else { continue }
      let total = pairs[place].reduce(into: CallSum()) { total, pair in
        let sum = sums[pair] ?? CallSum()
        total.calls += sum.calls
        total.attempts += sum.attempts
        total.errors += sum.errors
      }
      edges[place].callsPerSecond = Double(total.calls) / seconds
      edges[place].attemptsPerSecond = Double(total.attempts) / seconds
      edges[place].errorRatio =
        total.calls > 0 ? min(1, Double(total.errors) / Double(total.calls)) : nil
    }
  }

  /// Whose calls an edge stands for: a cache's host is called by those who use the cache.
  private func callers(of edge: Edge, _ users: [String: [String]]) -> [String] {
    edge.kinds == [.host] ? users[edge.from] ?? [] : [edge.from]
  }

  private var callersByCache: [String: [String]] {
    let caches = Set(nodes.filter { $0.kind == .cache }.map(\.id))
    var users: [String: [String]] = [:]
    for edge in edges where caches.contains(edge.to) {
      users[edge.to, default: []].append(edge.from)
    }
    return users
  }

  private mutating func measureSoleCallers(_ result: RunResult, _ seconds: Double) {
    let counted = result.services.map { (Self.id(.service, $0.name), $0.requests) }
    let requests = Dictionary(counted) { first, _ in first }
    for place in soleEdges {
      guard let visits = requests[edges[place].to] else { continue }
      edges[place].attemptsPerSecond = Double(visits) / seconds
    }
  }

  private mutating func measureLookups() {
    let lookups = Dictionary(
      nodes.filter { $0.kind == .cache }.map { ($0.id, $0.requestsPerSecond) }
    ) { first, _ in first }
    for place in soleEdges where edges[place].kinds == [.lookup] {
      edges[place].callsPerSecond = lookups[edges[place].to] ?? nil
    }
  }

  /// Edges that are the only one to their node.
  private var soleEdges: [Int] {
    var count: [String: Int] = [:]
    for edge in edges { count[edge.to, default: 0] += 1 }
    return edges.indices.filter { count[edges[$0].to] == 1 }
  }

  // MARK: Thresholds

  /// A threshold without a label is held against each node that it is about: those that break it
  /// alone are marked, or all of them where only all together do.
  private mutating func markFailures(_ result: RunResult) {
    for failed in result.thresholds where failed.status != .pass {
      let threshold = failed.threshold
      let label = threshold.labels.first ?? threshold.metric.scopes.first?.first.map { ($0, "") }
      guard let kind = label.flatMap({ NodeKind(label: $0.label) }) else { continue }
      var places = nodes.indices.filter { nodes[$0].kind == kind }
      if !threshold.labels.isEmpty {
        places = places.filter { nodes[$0].name == threshold.labels[0].value }
      } else {
        let breaking = places.filter { place in
          var own = threshold
          own.labels = [(label: ThresholdLabel(kind), value: nodes[place].name)]
          return result.judged(own).status == .fail
        }
        if !breaking.isEmpty { places = breaking }
      }
      for place in places {
        nodes[place].failedThresholds.append("\(threshold.name): \(threshold.condition)")
      }
    }
  }
}

extension TopologyGraph.NodeKind {
  /// The kind that a threshold's label names; nil for those that name no node.
  fileprivate init?(label: ThresholdLabel) {
    switch label {
    case .workload: self = .workload
    case .service: self = .service
    case .cache: self = .cache
    case .shard, .replica, .fault, .rateLimit, .pool: return nil
    }
  }
}

extension ThresholdLabel {
  fileprivate init(_ kind: TopologyGraph.NodeKind) {
    switch kind {
    case .workload: self = .workload
    case .service: self = .service
    case .cache: self = .cache
    }
  }
}
