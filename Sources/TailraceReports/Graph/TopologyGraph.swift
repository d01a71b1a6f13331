/// Who calls whom: workloads, services and caches, with what a run measured on them if there was
/// one.
///
/// Pictures, texts for other programs and the member `topology` of `summary.json` are made from
/// this one value, so they cannot disagree. Nodes stand by kind and name, edges by their ends.
public struct TopologyGraph: Codable, Sendable, Equatable {
  public internal(set) var nodes: [Node]
  public internal(set) var edges: [Edge]

  /// What a node is.
  public enum NodeKind: String, Codable, Sendable, CaseIterable {
    case workload, service, cache
  }

  /// What the steps behind an edge do.
  public enum EdgeKind: String, Codable, Sendable, CaseIterable {
    /// A call, and several at once.
    case call, scatter
    /// A cache is asked for a key, and what a miss then calls.
    case lookup, fetch
    /// A value is changed at a service or a cache, or what a write behind a cache calls.
    case write
    /// A key is dropped from a cache.
    case invalidate
    /// What is called after a failure.
    case fallback
    /// The service that holds a cache.
    case host
  }

  /// A workload, a service or a cache. What is nil does not apply or is not known.
  public struct Node: Sendable, Equatable {
    public let kind: NodeKind
    public let name: String
    /// Of a workload: how requests come, in a few words.
    public internal(set) var arrivals: String?
    /// Of a service.
    public internal(set) var shards: Int?
    /// Of each of a service's shards.
    public internal(set) var replicas: Int?
    /// Of each of a service's replicas; nil where unlimited.
    public internal(set) var slots: Int?
    /// Of a cache: `shared`, `per_replica`, or the service that holds it.
    public internal(set) var placement: String?
    /// Of an instance of a cache, in words.
    public internal(set) var capacity: String?
    /// Requests of a workload, visits to a service or lookups in a cache, per second.
    public internal(set) var requestsPerSecond: Double?
    /// Used slots of a service over all, from 0 to 1.
    public internal(set) var utilization: Double?
    /// Of a cache, from 0 to 1.
    public internal(set) var hitRatio: Double?
    /// p99 of a workload's latency, or of the waiting time at a service, in milliseconds.
    public internal(set) var p99: Double?
    /// Thresholds that failed on it, with their conditions.
    public internal(set) var failedThresholds: [String] = []

    init(_ kind: NodeKind, _ name: String) {
      self.kind = kind
      self.name = name
    }

    /// How edges call it: `service:web`, as a threshold's label.
    public var id: String { TopologyGraph.id(kind, name) }
  }

  /// All that one node asks of another.
  public struct Edge: Sendable, Equatable {
    /// The caller's `id`; of a `host` edge the cache's.
    public let from: String
    /// The callee's `id`.
    public let to: String
    /// In the order of the cases.
    public internal(set) var kinds: [EdgeKind] = []
    /// The most calls of one scatter; nil where the request's keys decide.
    public internal(set) var fanOut: Int?
    /// Calls begun per second; nil where they were not counted, or cannot be told from others'.
    public internal(set) var callsPerSecond: Double?
    /// Attempts per second: more than calls where there are retries and hedges.
    public internal(set) var attemptsPerSecond: Double?
    /// Calls that ended without an answer over all, from 0 to 1.
    public internal(set) var errorRatio: Double?

    init(_ from: String, _ to: String) {
      self.from = from
      self.to = to
    }

    /// What its line is as wide as: calls, or attempts where calls were not counted.
    var rate: Double? { callsPerSecond ?? attemptsPerSecond }
  }

  static func id(_ kind: NodeKind, _ name: String) -> String { kind.rawValue + ":" + name }

  /// Whether a run's numbers are in it.
  public var isMeasured: Bool { nodes.contains { $0.requestsPerSecond != nil } }

  /// The same without numbers of a run: equal for equal topologies.
  public var structure: TopologyGraph {
    var bare = self
    for i in nodes.indices {
      bare.nodes[i].requestsPerSecond = nil
      bare.nodes[i].utilization = nil
      bare.nodes[i].hitRatio = nil
      bare.nodes[i].p99 = nil
      bare.nodes[i].failedThresholds = []
    }
    for i in edges.indices {
      bare.edges[i].callsPerSecond = nil
      bare.edges[i].attemptsPerSecond = nil
      bare.edges[i].errorRatio = nil
    }
    return bare
  }
}
